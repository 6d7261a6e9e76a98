#include "actors/gatekeeper.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include <caf/actor_system.hpp>
#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include "actors/common/guard.hpp"
#include "actors/common/halt_line.hpp"
#include "actors/gatekeeper_room.hpp"
#include "infra/log/log.hpp"
#include "infra/pure/gate.hpp"

namespace racefill {
namespace {

// The public interface plus what this actor sends only to itself: the instant
// for which the timer was set, in nanoseconds.
using impl
  = gatekeeper_actor::extend<caf::reacts_to<caf::tick_atom, std::int64_t>>;

struct gatekeeper_state {
  static constexpr const char* name = "gatekeeper"; // CAF shows it in logs.
  std::unique_ptr<gate> rules;
  std::size_t waiting_max = 0;
  waiting_room room;
  halt_line run_control;
  bool halted = false;               // Told once.
  bool said_waiting = false;         // The log knows that the gate waits.
  nanos first_wanted = 0;            // The last time that somebody did.
  nanos timer = never;               // The earliest tick under way.
  std::set<caf::actor_addr> watched; // Callers that we monitor.
};
using self_ptr = impl::stateful_pointer<gatekeeper_state>;

nanos now_of(self_ptr self) {
  return to_nanos(self->clock().now().time_since_epoch());
}

// When the silence begins. Serials start there too: nothing was granted since.
nanos birth_of(self_ptr self, const gatekeeper_settings& settings) {
  const auto known = to_nanos(settings.alone_since.time_since_epoch());
  return known > 0 ? std::min(known, now_of(self)) : now_of(self);
}

// Is nothing but retries left? Between two first attempts there may be none.
bool is_alone(gatekeeper_state& st, nanos now) {
  constexpr nanos long_enough = 2 * one_second;
  if (!st.room.has_only_retries())
    st.first_wanted = now;
  return now - st.first_wanted >= long_enough;
}

// Grants one permit if one may go now. Otherwise returns false, and in `next`
// the earliest instant at which one may.
bool grant_one(gatekeeper_state& st, nanos now, nanos& next) {
  const auto alone = is_alone(st, now);
  for (std::size_t i = 0; i < st.room.queues.size(); ++i) {
    auto& queue = st.room.queues[i];
    const auto kind = static_cast<call_kind>(i);
    // Within a kind all first attempts are alike, and so are all retries; a
    // retry without budget lets those behind it pass.
    nanos ready[2] = {-1, -1};
    for (auto entry = queue.begin(); entry != queue.end(); ++entry) {
      const auto retry = waiting_room::is_retry(*entry);
      auto& at = ready[retry ? 1 : 0];
      if (at >= 0)
        continue; // Not before the like of it further ahead.
      at = st.rules->ready_at(kind, retry && !alone, now);
      next = std::min(next, at);
      if (at > now)
        continue;
      auto served = std::move(*entry);
      queue.erase(entry);
      served.answer.deliver(st.rules->grant(served.request, now));
      return true;
    }
  }
  return false;
}

// Sets the timer unless an earlier one is under way, which will set it anew.
void wake_at(self_ptr self, nanos at) {
  auto& st = self->state;
  if (at == never || st.timer <= at)
    return;
  st.timer = at;
  const auto due = caf::actor_clock::time_point{std::chrono::nanoseconds{at}};
  self->scheduled_send(self, due, caf::tick_atom_v, at);
}

// Tells the run that the provider is out of reach, once.
void check_outage(self_ptr self, nanos now) {
  auto& st = self->state;
  if (st.halted || !st.run_control || st.rules->give_up_at() > now)
    return;
  st.halted = true;
  st.run_control.halt(self, caf::make_error(fault::unreachable,
                                            st.rules->outage_text()));
}

// A run that stands still must say why: so long a wait is worth a line.
constexpr std::int64_t worth_telling_ms = 3'000;

// Retries without budget are sent away. After this all that wait have one.
void refuse_retries(gatekeeper_state& st, nanos now) {
  // The budget may be better much sooner, by other requests.
  constexpr nanos rest_min = 100 * one_millisecond;
  constexpr nanos rest_max = 5 * one_second;
  const auto wait = st.rules->budget_wait(now, is_alone(st, now));
  if (wait > 0)
    st.room.refuse_retries(std::clamp(wait, rest_min, rest_max)
                           / one_millisecond);
}

// Says in the log when the gate begins to wait for the provider, and when it
// goes on.
void tell_waiting(gatekeeper_state& st, nanos now) {
  const auto x = st.rules->status(now);
  const bool waits = x.breaker != "closed"
                     || x.paused_for_ms >= worth_telling_ms;
  if (waits == st.said_waiting)
    return;
  st.said_waiting = waits;
  if (!waits)
    return log_info("gatekeeper", "gatekeeper goes on");
  std::string replies;
  for (const auto& each : x.statuses)
    replies += (replies.empty() ? "" : " ") + each.name + ":"
               + std::to_string(each.count);
  log_warn("gatekeeper", "gatekeeper waits for the provider",
           {{"seconds", std::to_string(x.paused_for_ms / 1'000)},
            {"breaker", x.breaker},
            {"replies", replies}});
}

// Does anybody want a call, or have one out?
void watch(gatekeeper_state& st, nanos now) {
  st.rules->watch(st.room.size() > 0 || st.rules->next_expiry() != never, now);
}

// Serves whoever may be served now, and sets the timer for the next instant at
// which something can change. Nobody waiting: no timer, the system can rest.
void serve(self_ptr self) {
  auto& st = self->state;
  const auto now = now_of(self);
  st.rules->expire(now);
  watch(st, now);
  check_outage(self, now);
  st.room.drop_late(now);
  auto next = never;
  do {
    next = never;
    refuse_retries(st, now);
  } while (grant_one(st, now, next));
  st.room.drop_late(plus(now, 1));
  watch(st, now);
  const auto somebody_waits = st.room.size() > 0;
  if (!st.halted && st.run_control && st.rules->give_up_at() != never)
    wake_at(self, std::max(st.rules->give_up_at(), now));
  if (!somebody_waits)
    return;
  next = std::min({next, st.room.next_deadline(), st.rules->next_expiry()});
  wake_at(self, std::max(next, now));
}

// A caller that dies gives its place up: a permit for the dead would keep its
// slot until its lifetime ends.
void forget_caller(self_ptr self, const caf::actor_addr& caller) {
  auto& st = self->state;
  st.watched.erase(caller);
  st.room.forget(caller);
}

caf::result<permit> acquire(self_ptr self, const permit_request& request) {
  auto& st = self->state;
  const auto kind = static_cast<std::size_t>(request.kind);
  if (kind >= st.room.queues.size() || st.room.size() >= st.waiting_max)
    return caf::make_error(fault::queue_full);
  waiter entry;
  entry.request = request;
  if (request.patience_ms > 0 && request.patience_ms < never / one_millisecond)
    entry.deadline = plus(now_of(self), request.patience_ms * one_millisecond);
  if (const auto& caller = self->current_sender()) {
    entry.caller = caf::actor_cast<caf::actor_addr>(caller);
    if (st.watched.insert(entry.caller).second)
      self->monitor(caller);
  }
  auto answer = self->make_response_promise<permit>();
  entry.answer = answer;
  st.room.queues[kind].push_back(std::move(entry));
  serve(self);
  return answer;
}

impl::behavior_type gatekeeper(self_ptr self,
                               const gatekeeper_settings& settings) {
  auto& st = self->state;
  st.waiting_max = settings.waiting_max;
  st.rules = std::make_unique<gate>(settings, birth_of(self, settings));
  guard(self);
  self->set_exit_handler([self](const caf::exit_msg& last) {
    self->state.room.last_word = fault::stopping;
    self->quit(last.reason);
  });
  self->set_down_handler(
    [self](const caf::down_msg& down) { forget_caller(self, down.source); });
  return {
    [self](meet_atom, const run_control_actor& neighbour) {
      self->state.run_control.meet(self, neighbour);
      serve(self);
    },
    [self](acquire_atom, const permit_request& request) {
      return acquire(self, request);
    },
    [self](report_atom, const call_event& event) {
      auto& own = self->state;
      own.rules->report(event, now_of(self));
      if (event.step == call_step::closed)
        tell_waiting(own, now_of(self));
      serve(self);
    },
    [self](release_atom, const permit& unused) {
      self->state.rules->release(unused, now_of(self));
      serve(self);
    },
    [self](pause_atom) {
      watch(self->state, now_of(self));
      self->state.rules->pause();
    },
    [self](resume_atom) {
      self->state.rules->resume(now_of(self));
      serve(self);
    },
    [self](configure_atom, const gate_limits& limits) {
      self->state.rules->configure(limits);
      serve(self);
    },
    [self](status_atom) {
      const auto now = now_of(self);
      self->state.rules->expire(now);
      auto status = self->state.rules->status(now);
      status.waiting = static_cast<std::int64_t>(self->state.room.size());
      return status;
    },
    [self](caf::tick_atom, std::int64_t at) {
      if (self->state.timer == at)
        self->state.timer = never;
      serve(self);
    },
  };
}

} // namespace

gatekeeper_actor spawn_gatekeeper(caf::actor_system& sys,
                                  gatekeeper_settings settings) {
  return sys.spawn(gatekeeper, std::move(settings));
}

} // namespace racefill
