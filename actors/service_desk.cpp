#include "actors/service_desk.hpp"

#include <algorithm>
#include <utility>

#include <caf/actor_system.hpp>
#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include "actors/common/guard.hpp"
#include "actors/common/later.hpp"
#include "infra/pure/instant.hpp"

namespace racefill {
namespace {

using impl
  = service_desk_actor::extend<caf::reacts_to<wake_atom, std::uint64_t>>;

struct service_desk_state {
  static constexpr const char* name = "service_desk";
  service_desk_settings settings;
  caf::actor_clock::time_point born;
  front_desk_actor round; // None between two rounds.
  bool is_paused = false;
  caf::optional<gate_limits> gate;
  caf::optional<writer_limits> writer;
  std::map<std::string, std::int32_t> scales; // As ordered, by pool.
  snapshot last;
  std::string waits_for;
  std::map<date, day_record> calendar; // All that any round has told.
  parked_promises<std::int64_t> drained;
  bool wait_for_held = true; // While draining.
  bool asked_drain = false;  // The round's desk owes an answer.
  sleeping_steps sleepers;
};
using self_ptr = impl::stateful_pointer<service_desk_state>;

// Has a pool of the round as large as ordered. A round that begins may not know
// its SUPERVISOR yet: soon again.
void scale_round(self_ptr self, const std::string& pool) {
  auto& st = self->state;
  const auto round = st.round;
  auto again = [self, pool, round](const caf::error&) {
    later(self, self->state.settings.retry, [self, pool, round] {
      if (round && self->state.round == round)
        scale_round(self, pool);
    });
  };
  if (round)
    self
      ->request(round, st.settings.timeout, scale_atom_v, pool, st.scales[pool])
      .then([](std::int64_t) {}, again);
}

std::vector<day_record> keep_calendar(service_desk_state& st,
                                      const std::vector<day_record>& days) {
  for (const auto& each : days)
    st.calendar.insert_or_assign(each.day, each);
  std::vector<day_record> all;
  all.reserve(st.calendar.size());
  for (const auto& [day, record] : st.calendar)
    all.push_back(record);
  return all;
}

void answer_drained(self_ptr self, const caf::error& err) {
  auto& drained = self->state.drained;
  while (!drained.empty()) {
    auto promise = drained.pop();
    if (err)
      promise.deliver(err);
    else
      promise.deliver(std::int64_t{0});
  }
}

// The round's last calendar, before it is gone.
void end_drain(self_ptr self) {
  auto& st = self->state;
  if (!st.round)
    return answer_drained(self, {});
  self->request(st.round, st.settings.timeout, calendar_atom_v)
    .then(
      [self](const std::vector<day_record>& days) {
        keep_calendar(self->state, days);
        answer_drained(self, {});
      },
      [self](const caf::error&) { answer_drained(self, {}); });
}

// Has the round drained. Its desk may die over it: then the next one is asked,
// if there is one in time.
void drain_round(self_ptr self) {
  auto& st = self->state;
  const auto round = st.round;
  st.asked_drain = true;
  self
    ->request(round, st.settings.drain_timeout, drain_atom_v, st.wait_for_held)
    .then([self](std::int64_t) { end_drain(self); },
          [self, round](const caf::error& err) {
            auto& own = self->state;
            if (fault_of(err) != fault::absent)
              return answer_drained(self, err);
            own.asked_drain = false;
            if (own.round != round)
              return drain_round(self);
            later(self, own.settings.replace_patience, [self, err] {
              if (!self->state.asked_drain)
                answer_drained(self, err);
            });
          });
}

void take_in(self_ptr self, const front_desk_actor& x) {
  auto& st = self->state;
  st.round = x;
  st.waits_for.clear();
  if (st.gate)
    self->send(x, configure_atom_v, *st.gate);
  if (st.writer)
    self->send(x, configure_atom_v, *st.writer);
  if (st.is_paused)
    self->send(x, pause_atom_v);
  for (const auto& [pool, count] : st.scales)
    scale_round(self, pool);
  if (!st.drained.empty() && !st.asked_drain)
    drain_round(self);
}

// What is known between two rounds, in the newest round's words.
snapshot between_rounds(self_ptr self) {
  const auto& st = self->state;
  auto x = st.last;
  x.version = st.settings.version;
  x.host = st.settings.host;
  x.pid = st.settings.pid;
  x.command = st.settings.command;
  x.taken_at = utc_text(st.settings.clock());
  const auto up = self->clock().now() - st.born;
  x.uptime_ms
    = std::chrono::duration_cast<std::chrono::milliseconds>(up).count();
  x.phase = st.waits_for.empty() ? "starting" : "idle";
  x.note = st.waits_for;
  x.gate.paused = st.is_paused;
  x.gate.waiting = x.gate.in_flight = x.gate.paused_for_ms = 0;
  x.gate.rate_per_second = 0;
  x.stages.clear();
  x.children.clear();
  x.rows_per_minute = 0;
  x.eta_low_s = x.eta_s = x.eta_high_s = -1;
  return x;
}

caf::result<snapshot> look(self_ptr self) {
  auto& st = self->state;
  if (!st.round)
    return between_rounds(self);
  auto promise = self->make_response_promise<snapshot>();
  self->request(st.round, st.settings.timeout, status_atom_v)
    .then(
      [self, promise](const snapshot& x) mutable {
        self->state.last = x;
        promise.deliver(x);
      },
      [promise](const caf::error& err) mutable { promise.deliver(err); });
  return promise;
}

caf::result<std::int64_t> scale(self_ptr self, const std::string& pool,
                                std::int32_t count) {
  auto& st = self->state;
  const auto found = st.settings.pools.find(pool);
  if (found == st.settings.pools.end())
    return std::int64_t{0};
  const auto wanted = std::clamp(count, std::int32_t{1}, found->second);
  st.scales[pool] = wanted;
  scale_round(self, pool);
  return std::int64_t{wanted};
}

caf::result<std::int64_t> reopen(self_ptr self, const std::vector<date>& days) {
  auto& st = self->state;
  if (st.round)
    return self->delegate(st.round, reopen_atom_v, days);
  st.settings.reopen(days);
  if (!days.empty())
    return static_cast<std::int64_t>(days.size());
  return static_cast<std::int64_t>(
    std::count_if(st.calendar.begin(), st.calendar.end(), [](const auto& x) {
      return x.second.state == day_state::failed;
    }));
}

caf::result<std::vector<day_record>> calendar(self_ptr self) {
  auto& st = self->state;
  auto promise = self->make_response_promise<std::vector<day_record>>();
  auto known = [self, promise](const caf::error& err) mutable {
    if (self->state.calendar.empty())
      promise.deliver(err);
    else
      promise.deliver(keep_calendar(self->state, {}));
  };
  if (!st.round) {
    known(caf::make_error(fault::absent));
    return promise;
  }
  self->request(st.round, st.settings.timeout, calendar_atom_v)
    .then(
      [self, promise](const std::vector<day_record>& days) mutable {
        promise.deliver(keep_calendar(self->state, days));
      },
      known);
  return promise;
}

caf::result<std::int64_t> drain(self_ptr self, bool wait_for_held) {
  auto& st = self->state;
  if (!st.round)
    return std::int64_t{0};
  const bool is_first = st.drained.empty();
  auto promise = self->make_response_promise<std::int64_t>();
  st.drained.push(promise);
  st.wait_for_held = is_first ? wait_for_held
                              : st.wait_for_held && wait_for_held;
  if (is_first)
    drain_round(self);
  else if (!wait_for_held && st.asked_drain) // The impatient one wins.
    self->request(st.round, st.settings.drain_timeout, drain_atom_v, false)
      .then([](std::int64_t) {}, [](const caf::error&) {});
  return promise;
}

impl::behavior_type service_desk(self_ptr self,
                                 service_desk_settings settings) {
  guard(self);
  self->state.settings = std::move(settings);
  self->state.born = self->clock().now();
  return {
    // The neighbours of a round introduce themselves to the round's own desk.
    [](meet_atom, const gatekeeper_actor&) {},
    [](meet_atom, const date_scheduler_actor&) {},
    [](meet_atom, const enrichment_queue_actor&) {},
    [](meet_atom, const db_writer_actor&) {},
    [](meet_atom, const checkpoint_actor&) {},
    [](meet_atom, const reference_fetcher_actor&) {},
    [](meet_atom, const metrics_reporter_actor&) {},
    [](meet_atom, const supervisor_actor&) {},
    [self](meet_atom, const front_desk_actor& x) { take_in(self, x); },
    [self](finish_atom, const std::string& waits_for) {
      auto& st = self->state;
      st.round = front_desk_actor{};
      st.waits_for = waits_for;
      st.asked_drain = false;
      answer_drained(self, {});
    },
    [self](status_atom) { return look(self); },
    [self](drain_atom, bool wait) { return drain(self, wait); },
    [self](pause_atom) {
      self->state.is_paused = true;
      if (self->state.round)
        self->send(self->state.round, pause_atom_v);
    },
    [self](resume_atom) {
      self->state.is_paused = false;
      if (self->state.round)
        self->send(self->state.round, resume_atom_v);
    },
    [self](configure_atom, const gate_limits& x) {
      self->state.gate = x;
      if (self->state.round)
        self->send(self->state.round, configure_atom_v, x);
    },
    [self](configure_atom, const writer_limits& x) {
      self->state.writer = x;
      if (self->state.round)
        self->send(self->state.round, configure_atom_v, x);
    },
    [self](scale_atom, const std::string& pool, std::int32_t count) {
      return scale(self, pool, count);
    },
    [self](reopen_atom, const std::vector<date>& days) {
      return reopen(self, days);
    },
    [self](calendar_atom) { return calendar(self); },
    [self](wake_atom, std::uint64_t id) { wake(self, id); },
  };
}

} // namespace

service_desk_actor spawn_service_desk(caf::actor_system& sys,
                                      service_desk_settings settings) {
  return sys.spawn(service_desk, std::move(settings));
}

} // namespace racefill
