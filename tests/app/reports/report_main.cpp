/// REPORT_MAIN: the commands that read, as a program of their own.

#include <cstdio>
#include <string>
#include <vector>

#include "app/commands/command.hpp"

namespace racefill {
namespace {

int dispatch(const command_context& context) {
  switch (context.call.command) {
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
      return fail_with(exit_status::usage, "only the commands that read");
  }
}

int run_main(const std::vector<std::string>& words) {
  command_context context;
  auto call = parse_command_line(words);
  if (!call)
    return fail_with(call.error());
  context.call = std::move(*call);
  if (context.call.help) {
    std::fputs(help_text(context.call.command).c_str(), stdout);
    return 0;
  }
  context.env = process_environment();
  auto conf = load_settings(sources_of(context.call, context.env));
  if (!conf)
    return fail_with(conf.error());
  context.conf = std::move(*conf);
  auto secrets = load_credentials(context.conf, context.env);
  if (!secrets)
    return fail_with(secrets.error());
  context.secrets = std::move(*secrets);
  return dispatch(context);
}

} // namespace
} // namespace racefill

int main(int argc, char** argv) {
  return racefill::run_main({argv + 1, argv + argc});
}
