#include "actors/run_control.hpp"

#include <utility>

#include <caf/actor_system.hpp>
#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include "actors/common/guard.hpp"

namespace racefill {
namespace {

struct run_control_state {
  static constexpr const char* name = "run_control";
  run_control_settings settings;
  bool halted = false;
};
using self_ptr = run_control_actor::stateful_pointer<run_control_state>;

run_control_actor::behavior_type run_control(self_ptr self,
                                             run_control_settings settings) {
  guard(self);
  self->state.settings = std::move(settings);
  return {
    [self](halt_atom, const caf::error& why) {
      // The first reason is the cause; what follows are its effects.
      if (!std::exchange(self->state.halted, true))
        self->state.settings.halted(why);
    },
    [self](finish_atom) { self->state.settings.finished(); },
  };
}

} // namespace

run_control_actor spawn_run_control(caf::actor_system& sys,
                                    run_control_settings settings) {
  return sys.spawn(run_control, std::move(settings));
}

} // namespace racefill
