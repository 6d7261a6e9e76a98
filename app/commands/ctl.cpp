#include <csignal>
#include <cstdio>

#include "app/commands/monitor_access.hpp"
#include "app/print/json_report.hpp"

namespace racefill {
namespace {

steer_order order_of(const invocation& call) {
  steer_order x;
  switch (call.verb) {
    case ctl_verb::resume:
      x.verb = steer_verb::resume;
      break;
    case ctl_verb::drain:
      x.verb = steer_verb::drain;
      break;
    case ctl_verb::reload:
      x.verb = steer_verb::reload;
      break;
    case ctl_verb::set:
      x.verb = steer_verb::set;
      x.key = call.change.key;
      x.value = call.change.value;
      break;
    case ctl_verb::retry:
      x.verb = steer_verb::retry;
      x.days = call.retry_days;
      break;
    default:
      x.verb = steer_verb::pause;
      break;
  }
  return x;
}

int print_answer(const command_context& context, bool done,
                 const std::string& text, int status) {
  if (!context.call.json) {
    if (done)
      std::printf("%s\n", text.c_str());
    return status;
  }
  json_report out;
  out.open('{').member("schema", "racefill.ctl/1").member("done", done);
  out.member("answer", text).member("exit_status", status).close();
  std::fputs(out.take().c_str(), stdout);
  return status;
}

} // namespace

int ctl_command(const command_context& context) {
  std::signal(SIGPIPE, SIG_IGN);
  auto settings = monitor_access(context);
  if (!settings)
    return fail_with(settings.error());
  auto client = monitor_client::open(*settings);
  auto answer = client ? (*client)->steer(order_of(context.call))
                       : caf::expected<std::string>{client.error()};
  if (answer)
    return print_answer(context, true, *answer, 0);
  const auto status = fail_with_link(answer.error());
  return print_answer(context, false, describe(answer.error()), status);
}

} // namespace racefill
