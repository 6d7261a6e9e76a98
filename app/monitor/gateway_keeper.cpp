#include "app/monitor/gateway_keeper.hpp"

#include <algorithm>
#include <utility>

#include <caf/actor_cast.hpp>
#include <caf/actor_system.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/exit_reason.hpp>
#include <caf/stateful_actor.hpp>

#include "infra/log/log.hpp"

namespace racefill {
namespace {

struct gateway_keeper_state {
  static constexpr const char* name = "gateway_keeper";
  gateway_keeper_settings settings;
  remote_gateway_actor gateway;
  std::chrono::milliseconds pause{0};
  caf::actor_clock::time_point born;
};
using self_ptr = caf::stateful_actor<gateway_keeper_state>*;

void start(self_ptr self) {
  auto& st = self->state;
  st.gateway = spawn_remote_gateway(self->system(), st.settings.gateway);
  st.born = self->clock().now();
  self->monitor(st.gateway);
  st.settings.seat(st.gateway);
}

void replace(self_ptr self) {
  auto& st = self->state;
  if (self->clock().now() - st.born > st.settings.healthy)
    st.pause = st.settings.pause_initial;
  log_warn("monitor", "gateway died; a new one follows",
           {{"in_ms", std::to_string(st.pause.count())}});
  st.gateway = nullptr;
  st.settings.seat(st.gateway);
  self->delayed_send(self, st.pause, wake_atom_v);
  st.pause = std::min(st.pause * 2, st.settings.pause_max);
}

caf::behavior gateway_keeper(self_ptr self, gateway_keeper_settings settings) {
  self->state.settings = std::move(settings);
  self->state.pause = self->state.settings.pause_initial;
  self->set_down_handler([self](const caf::down_msg&) { replace(self); });
  self->set_exit_handler([self](const caf::exit_msg& x) {
    // Only `kill` ends a gateway.
    if (self->state.gateway)
      caf::anon_send_exit(self->state.gateway, caf::exit_reason::kill);
    self->quit(x.reason);
  });
  start(self);
  return {[self](wake_atom) { start(self); }};
}

} // namespace

caf::actor spawn_gateway_keeper(caf::actor_system& sys,
                                gateway_keeper_settings settings) {
  return sys.spawn(gateway_keeper, std::move(settings));
}

} // namespace racefill
