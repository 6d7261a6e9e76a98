#include "actors/data_guard.hpp"

#include <optional>
#include <string>
#include <utility>

#include <caf/actor_system.hpp>
#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include "actors/common/guard.hpp"
#include "infra/log/log.hpp"

namespace racefill {
namespace {

struct data_guard_state {
  static constexpr const char* name = "data_guard";
  std::optional<data_guard> rules;
  run_control_actor control;
  std::string reason; // Not empty: nothing may be written any more.
};
using self_ptr = data_guard_actor::stateful_pointer<data_guard_state>;

caf::error refusal(const std::string& reason) {
  return caf::make_error(fault::guard_tripped, reason);
}

void trip(self_ptr self, std::string reason) {
  auto& st = self->state;
  st.reason = std::move(reason);
  log_error("data_guard", "data_guard halts the run", {{"why", st.reason}});
  if (st.control)
    self->send(st.control, halt_atom_v, refusal(st.reason));
}

template <class Sample>
caf::result<std::int64_t> judge(self_ptr self, const Sample& sample) {
  auto& st = self->state;
  if (st.reason.empty())
    if (auto reason = st.rules->judge(sample); !reason.empty())
      trip(self, std::move(reason));
  if (!st.reason.empty())
    return refusal(st.reason);
  return std::int64_t{1};
}

data_guard_actor::behavior_type guardian(self_ptr self, guard_limits limits) {
  guard(self);
  self->state.rules.emplace(limits);
  return {
    [self](meet_atom, run_control_actor control) {
      auto& st = self->state;
      st.control = std::move(control);
      if (!st.reason.empty()) // The one before may not have heard it.
        self->send(st.control, halt_atom_v, refusal(st.reason));
    },
    [self](put_atom, const day_sample& day) { return judge(self, day); },
    [self](put_atom, const profile_sample& x) { return judge(self, x); },
  };
}

} // namespace

data_guard_actor spawn_data_guard(caf::actor_system& sys, guard_limits limits) {
  return sys.spawn(guardian, limits);
}

} // namespace racefill
