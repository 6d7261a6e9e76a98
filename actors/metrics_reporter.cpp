#include "actors/metrics_reporter.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include <caf/actor_system.hpp>
#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include "actors/common/guard.hpp"
#include "actors/common/later.hpp"
#include "infra/pure/eta.hpp"
#include "infra/pure/instant.hpp"
#include "infra/pure/rolling_count.hpp"

namespace racefill {
namespace {

using impl
  = metrics_reporter_actor::extend<caf::reacts_to<wake_atom, std::uint64_t>>;

// A neighbour asked for its status, at most one question at a time.
template <class Handle>
struct source {
  Handle handle;
  bool asked = false;
};

// What the rate of late is of.
constexpr nanos lately = 10 * one_minute;
constexpr nanos lately_slice = 10 * one_second;

struct metrics_reporter_state {
  static constexpr const char* name = "metrics_reporter";
  metrics_reporter_settings settings;
  caf::actor_clock::time_point born;
  source<gatekeeper_actor> gate;
  source<checkpoint_actor> checkpoint;
  source<date_scheduler_actor> scheduler;
  source<enrichment_queue_actor> queue;
  source<extractor_actor> extractor;
  source<db_writer_actor> writer;
  source<horse_cache_actor> cache;
  source<supervisor_actor> supervisor;
  gate_status gate_now;     // Since the run started …
  gate_status gate_said;    // … since the gate did …
  gate_status gate_earlier; // … and of the gates before it.
  nanos gate_seen = 0;      // When it spoke last.
  nanos asking = 0;         // Time so far in which requests might be made.
  rolling_count requests{lately_slice, lately / lately_slice}; // By that time.
  progress run_now;
  std::map<std::string, stage_status> stages;
  std::vector<child_status> children;
  std::int64_t rows_seen = 0;
  rolling_count rows{5'000'000'000, 12}; // The last minute's.
  sleeping_steps sleepers;
};
using self_ptr = impl::stateful_pointer<metrics_reporter_state>;

template <class Status, class Handle, class Take>
void ask(self_ptr self, source<Handle>& from, Take take) {
  if (!from.handle || std::exchange(from.asked, true))
    return;
  self->request(from.handle, self->state.settings.timeout, status_atom_v)
    .then(
      [&from, take](const Status& x) {
        from.asked = false;
        take(x);
      },
      [&from](const caf::error&) { from.asked = false; });
}

nanos now_of(self_ptr self) {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
           self->clock().now().time_since_epoch())
    .count();
}

// Nobody may ask for longer than the limit itself would have it.
bool may_ask(const gate_status& x) {
  constexpr std::int64_t long_pause_ms = 3'000;
  return !x.paused && x.breaker != "open" && x.breaker != "probing"
         && x.paused_for_ms < long_pause_ms;
}

// Counts on where a restarted GATEKEEPER begins anew.
void carry_on(std::int64_t gate_status::*which, const gate_status& before,
              gate_status& now, gate_status& earlier) {
  if (now.*which < before.*which)
    earlier.*which += before.*which;
}

void take_gate(self_ptr self, const gate_status& x) {
  auto& st = self->state;
  auto fresh = x;
  for (auto which : {&gate_status::requests, &gate_status::retries,
                     &gate_status::replies, &gate_status::rate_limited})
    carry_on(which, st.gate_said, fresh, st.gate_earlier);
  st.gate_said = x;
  for (auto which : {&gate_status::requests, &gate_status::retries,
                     &gate_status::replies, &gate_status::rate_limited})
    fresh.*which += st.gate_earlier.*which;
  const auto now = now_of(self);
  // The first word tells of a time that this reporter has not seen.
  if (st.gate_seen > 0 && may_ask(x) && may_ask(st.gate_now)) {
    st.asking += now - st.gate_seen;
    st.requests.add(st.asking, fresh.requests - st.gate_now.requests);
  }
  st.gate_seen = now;
  st.gate_now = fresh;
}

void take_progress(self_ptr self, const progress& x) {
  auto& st = self->state;
  std::int64_t rows = 0;
  for (const auto& table : x.tables)
    rows += table.rows;
  // A restarted CHECKPOINT counts from zero again.
  if (rows > st.rows_seen)
    st.rows.add(now_of(self), rows - st.rows_seen);
  st.rows_seen = rows;
  st.run_now = x;
}

void ask_everyone(self_ptr self) {
  auto& st = self->state;
  auto keep_stage = [self](const stage_status& x) {
    self->state.stages[x.name] = x;
  };
  ask<gate_status>(self, st.gate,
                   [self](const gate_status& x) { take_gate(self, x); });
  ask<progress>(self, st.checkpoint,
                [self](const progress& x) { take_progress(self, x); });
  ask<std::vector<child_status>>(self, st.supervisor,
                                 [self](const std::vector<child_status>& x) {
                                   self->state.children = x;
                                 });
  ask<stage_status>(self, st.scheduler, keep_stage);
  ask<stage_status>(self, st.queue, keep_stage);
  ask<stage_status>(self, st.extractor, keep_stage);
  ask<stage_status>(self, st.writer, keep_stage);
  ask<stage_status>(self, st.cache, keep_stage);
  later(self, st.settings.interval, [self] { ask_everyone(self); });
}

std::string phase_of(const gate_status& gate, const progress& run) {
  if (run.finished)
    return "finished";
  if (gate.requests == 0 || run.days_total == 0)
    return "starting";
  return run.days_left > 0 ? "racecards" : "horses";
}

snapshot gather(self_ptr self) {
  const auto& st = self->state;
  snapshot x;
  x.version = st.settings.version;
  x.host = st.settings.host;
  x.pid = st.settings.pid;
  x.command = st.settings.command;
  x.taken_at = utc_text(st.settings.clock());
  const auto up = self->clock().now() - st.born;
  x.uptime_ms
    = std::chrono::duration_cast<std::chrono::milliseconds>(up).count();
  x.gate = st.gate_now;
  x.run = st.run_now;
  x.phase = phase_of(x.gate, x.run);
  for (const auto& [name, stage] : st.stages)
    x.stages.push_back(stage);
  x.children = st.children;
  x.rows_per_minute = st.rows.count(now_of(self));
  eta_input known;
  known.days_left = x.run.days_left;
  known.horses_left = x.run.horses_left;
  known.fast = x.run.fast;
  known.session_days = x.run.session_days;
  known.session_new_horses = x.run.session_new_horses;
  known.requests_lately = st.requests.count(st.asking);
  // What is counted now begins with a whole slice.
  const auto counted = lately - lately_slice + st.asking % lately_slice;
  known.seconds_lately = static_cast<double>(std::min(st.asking, counted))
                         / one_second;
  known.may_ask = may_ask(x.gate);
  known.limit_per_second = x.gate.limit_per_second;
  const auto eta = estimate_eta(known);
  x.eta_low_s = eta.low;
  x.eta_s = eta.mid;
  x.eta_high_s = eta.high;
  return x;
}

// A new handle; an answer of the old one may never come.
template <class Handle>
void meet(source<Handle>& which, Handle handle) {
  which.handle = std::move(handle);
  which.asked = false;
}

impl::behavior_type metrics_reporter(self_ptr self,
                                     metrics_reporter_settings settings) {
  guard(self);
  self->state.settings = std::move(settings);
  self->state.born = self->clock().now();
  ask_everyone(self);
  return {
    [self](meet_atom, const gatekeeper_actor& x) { meet(self->state.gate, x); },
    [self](meet_atom, const checkpoint_actor& x) {
      meet(self->state.checkpoint, x);
    },
    [self](meet_atom, const date_scheduler_actor& x) {
      meet(self->state.scheduler, x);
    },
    [self](meet_atom, const enrichment_queue_actor& x) {
      meet(self->state.queue, x);
    },
    [self](meet_atom, const extractor_actor& x) {
      meet(self->state.extractor, x);
    },
    [self](meet_atom, const db_writer_actor& x) {
      meet(self->state.writer, x);
    },
    [self](meet_atom, const horse_cache_actor& x) {
      meet(self->state.cache, x);
    },
    [self](meet_atom, const supervisor_actor& x) {
      meet(self->state.supervisor, x);
    },
    [self](status_atom) { return gather(self); },
    [self](wake_atom, std::uint64_t id) { wake(self, id); },
  };
}

} // namespace

metrics_reporter_actor
spawn_metrics_reporter(caf::actor_system& sys,
                       metrics_reporter_settings settings) {
  return sys.spawn(metrics_reporter, std::move(settings));
}

} // namespace racefill
