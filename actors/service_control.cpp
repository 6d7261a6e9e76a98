#include "actors/service_control.hpp"

#include <utility>

#include <caf/actor_system.hpp>
#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include "actors/common/guard.hpp"

namespace racefill {
namespace {

struct service_control_state {
  static constexpr const char* name = "service_control";
  service_control_settings settings;
};
using self_ptr = service_control_actor::stateful_pointer<service_control_state>;

caf::result<std::string> answer(caf::expected<std::string> x) {
  if (!x)
    return std::move(x.error());
  return std::move(*x);
}

service_control_actor::behavior_type
service_control(self_ptr self, service_control_settings settings) {
  guard(self);
  self->state.settings = std::move(settings);
  return {
    [self](reload_atom) { return answer(self->state.settings.reload()); },
    [self](set_atom, const std::string& key, const std::string& value) {
      return answer(self->state.settings.set(key, value));
    },
    [self](drain_atom) { return self->state.settings.drain(); },
  };
}

} // namespace

service_control_actor spawn_service_control(caf::actor_system& sys,
                                            service_control_settings settings,
                                            lane where) {
  if (where == lane::own_thread)
    return sys.spawn<caf::detached>(service_control, std::move(settings));
  return sys.spawn(service_control, std::move(settings));
}

} // namespace racefill
