#include "app/wiring/roster.hpp"

#include <chrono>
#include <utility>

#include "app/wiring/children.hpp"
#include "infra/files/gate_log_file.hpp"

namespace racefill {

using std::chrono::seconds;

caf::expected<supervisor_settings>
wire(caf::actor_system& sys, const command_context& context,
     const session_plan& plan, run_control_settings hears,
     std::function<void(front_desk_actor)> seated) {
  auto http = http_settings_of(context);
  if (!http)
    return std::move(http.error());
  std::shared_ptr<gate_log> log;
  if (context.conf.gate.log) {
    auto opened
      = open_gate_log({in_state_dir(context.conf, context.conf.gate.log_file)});
    if (!opened)
      return std::move(opened.error());
    log = std::move(*opened);
  }
  auto shop = std::make_shared<workshop>(workshop{
    sys, context, plan, std::move(hears), std::move(seated), std::move(*http),
    make_racing_api(api_settings_of(context.conf)), std::move(log)});
  supervisor_settings x;
  x.restarts_max = context.conf.supervisor.restarts_max;
  x.restarts_window = seconds(context.conf.supervisor.restarts_window_seconds);
  x.children = single_children(shop);
  x.pools = worker_pools(shop);
  return x;
}

} // namespace racefill
