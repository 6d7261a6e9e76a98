#include "actors/data_guard.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <caf/actor_system.hpp>
#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include "actors/common/guard.hpp"
#include "infra/log/log.hpp"

namespace racefill {
namespace {

// What is said once to each neighbour that has to know, and to its successor.
struct kind_halt {
  call_kind kind = call_kind::racecards;
  caf::error why;
};

struct data_guard_state {
  static constexpr const char* name = "data_guard";
  std::optional<data_guard> rules;
  run_control_actor control;
  receipt_sink_actor checkpoint;
  std::string reason;           // Not empty: nothing may be written any more.
  std::vector<kind_halt> halts; // Kinds of calls that cannot go on.
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

call_kind kind_of(const day_sample&) {
  return call_kind::racecards;
}

call_kind kind_of(const profile_sample&) {
  return call_kind::horse;
}

// A password is wrong for all calls, a plan for some.
caf::error halt_of(const day_sample&, const std::string& reason) {
  return refusal(reason);
}

caf::error halt_of(const profile_sample& x, const std::string& reason) {
  return x.is_final && !speaks_of_plan(x.error)
           ? caf::make_error(fault::unauthorized, reason)
           : refusal(reason);
}

// Whether the calls of the sample's kind cannot go on; the others may.
template <class Sample>
bool halts_kind(self_ptr self, const Sample& sample) {
  auto& st = self->state;
  const auto reason = st.rules->judge_refusals(sample);
  const auto is_bad = sample.is_refused();
  for (const auto& x : st.halts)
    if (x.kind == kind_of(sample))
      return is_bad; // What was on its way and came is still good.
  if (reason.empty())
    return false;
  st.halts.push_back({kind_of(sample), halt_of(sample, reason)});
  log_error("data_guard",
            "data_guard halts the calls for " + to_string(kind_of(sample)),
            {{"why", reason}});
  if (st.checkpoint)
    self->send(st.checkpoint, halt_atom_v, kind_of(sample),
               st.halts.back().why);
  return true;
}

caf::error halted_error(const data_guard_state& st, call_kind kind) {
  for (const auto& x : st.halts)
    if (x.kind == kind)
      return refusal(describe(x.why));
  return refusal(st.reason);
}

// A day that is not over may still change: it is refused alone, and its
// fetcher parks it.
bool stands_alone(const day_sample& day) {
  return day.state == day_state::provisional;
}

bool stands_alone(const profile_sample&) {
  return false;
}

template <class Sample>
caf::result<std::int64_t> judge(self_ptr self, const Sample& sample) {
  auto& st = self->state;
  if (!st.reason.empty())
    return refusal(st.reason);
  if (halts_kind(self, sample))
    return halted_error(st, kind_of(sample));
  auto reason = st.rules->judge(sample);
  if (reason.empty())
    return std::int64_t{1};
  if (!stands_alone(sample)) {
    trip(self, std::move(reason));
    return refusal(st.reason);
  }
  log_warn("data_guard", "data_guard refuses a day that is not over",
           {{"why", reason}});
  return refusal(reason);
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
    [self](meet_atom, receipt_sink_actor checkpoint) {
      auto& st = self->state;
      st.checkpoint = std::move(checkpoint);
      for (const auto& x : st.halts)
        self->send(st.checkpoint, halt_atom_v, x.kind, x.why);
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
