/// MAIN: from words and environment to a command, and its exit status.

#include <cstdio>
#include <string>
#include <vector>

#include "app/commands/command.hpp"
#include "app/commands/simulate.hpp"
#include "app/print/terminal.hpp"
#include "app/process/heap.hpp"

namespace racefill {
namespace {

// Commands that write no log unless told: their output is the report.
bool is_quiet(command x) {
  return x != command::run && x != command::serve;
}

int dispatch(const command_context& context) {
  switch (context.call.command) {
    case command::run:
      return run_command(context);
    case command::serve:
      return serve_command(context);
    case command::monitor:
      return monitor_command(context);
    case command::ctl:
      return ctl_command(context);
    case command::plan:
      return plan_command(context);
    case command::analyze:
      return analyze_command(context);
    case command::validate:
      return validate_command(context);
    case command::calendar:
      return calendar_command(context);
    case command::explain:
      return explain_command(context);
    case command::maintain:
      return maintain_command(context);
    case command::report:
      return report_command(context);
    case command::migrate:
      return migrate_command(context);
    case command::check_config:
      return check_config_command(context);
    default:
      return fail_with(exit_status::usage,
                       to_string(context.call.command)
                         + " does not exist yet in this version; `racefill run "
                           "--non-interactive` from a timer keeps a range up "
                           "to date");
  }
}

int run_main(const std::vector<std::string>& words) {
  command_context context;
  auto call = parse_command_line(words);
  if (!call)
    return fail_with(call.error());
  context.call = std::move(*call);
  if (context.call.version) {
    return print_report(version_text() + '\n', 0);
  }
  if (context.call.help || context.call.command == command::none) {
    return print_report(help_text(context.call.command),
                        context.call.help ? 0 : to_int(exit_status::usage));
  }
  if (context.call.command == command::simulate)
    return simulate_command(context.call.passed_on);
  if (context.call.command == command::verify_gate)
    return verify_gate_command(context.call);
  context.env = process_environment();
  for (const auto& line : misspelt_variables(context.env))
    std::fprintf(stderr, "racefill: %s\n", line.c_str());
  auto conf = load_settings(sources_of(context.call, context.env));
  if (!conf) {
    for (const auto& line : error_lines(conf.error()))
      std::fprintf(stderr, "racefill: %s\n", line.c_str());
    return to_int(exit_status_of(fault_of(conf.error())));
  }
  context.conf = std::move(*conf);
  auto secrets = load_credentials(context.conf, context.env);
  if (!secrets)
    return fail_with(secrets.error());
  context.secrets = std::move(*secrets);
  auto log = context.conf.log;
  if (is_quiet(context.call.command) && log.level < log_level::warn)
    log.level = log_level::warn;
  log.file = in_state_dir(context.conf, log.file);
  if (auto err = log_setup(log))
    return fail_with(err);
  const auto status = dispatch(context);
  log_shutdown();
  return status;
}

} // namespace
} // namespace racefill

int main(int argc, char** argv) {
  racefill::settle_heap();
  return racefill::run_main({argv + 1, argv + argc});
}
