#include "actors/db_writer.hpp"

#include <algorithm>
#include <deque>
#include <map>
#include <string>
#include <utility>

#include <caf/actor_system.hpp>
#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include "actors/common/guard.hpp"
#include "actors/common/halt_line.hpp"
#include "actors/common/later.hpp"
#include "actors/db_writer_batch.hpp"
#include "infra/log/log.hpp"

namespace racefill {
namespace {

using impl = db_writer_actor::extend<caf::reacts_to<wake_atom, std::uint64_t>>;

struct writer_session {
  store_session_actor handle; // None while it is away.
  bool busy = false;
};

struct db_writer_state {
  static constexpr const char* name = "db_writer";
  db_writer_settings settings;
  std::map<std::int32_t, writer_session> sessions; // By index.
  receipt_sink_actor sink;
  halt_line control;
  batch_ptr open = std::make_shared<held_batch>(); // Being filled.
  bool due = false;             // The open batch is to be committed as it is.
  std::uint64_t age_timer = 0;  // Which open batch the timer was set for.
  std::deque<batch_ptr> full;   // Closed and not yet sent, oldest first.
  std::deque<batch_ptr> failed; // To be tried again, oldest first.
  std::size_t units = 0;        // Held in all.
  std::int64_t commits = 0;     // That worked.
  std::chrono::milliseconds backoff{0}; // 0: the database answers.
  fault waits_for = fault::none;        // Said in the log.
  caf::actor_clock::time_point failing_since;
  caf::actor_clock::time_point rests_until; // No commit before.
  sleeping_steps sleepers;
};
using self_ptr = impl::stateful_pointer<db_writer_state>;

void dispatch(self_ptr self);

// A session that died, or was sent away because there shall be fewer.
void lose_session(db_writer_state& st, const caf::actor_addr& who) {
  for (auto& [index, session] : st.sessions)
    if (session.handle && session.handle.address() == who)
      session = writer_session{};
}

// A session that has been replaced meanwhile has no say about the new one.
void set_idle(db_writer_state& st, std::int32_t index,
              const store_session_actor& used) {
  auto& session = st.sessions[index];
  if (session.handle == used)
    session.busy = false;
}

void committed(self_ptr self, std::int32_t index,
               const store_session_actor& used, const batch_ptr& batch,
               write_receipt& receipt) {
  auto& st = self->state;
  if (st.backoff.count() != 0)
    log_info("db_writer", "db_writer reaches the database again");
  st.backoff = std::chrono::milliseconds{0};
  st.rests_until = {};
  set_idle(st, index, used);
  st.units -= batch->units;
  ++st.commits;
  if (st.sink)
    self->send(st.sink, put_atom_v, receipt);
  batch->answer(receipt);
  dispatch(self);
}

// No commit will ever work: tell main, and everyone who waits.
void give_up(self_ptr self, const batch_ptr& batch, const caf::error& why) {
  auto& st = self->state;
  st.units -= batch->units;
  st.control.halt(self, why);
  batch->refuse(caf::make_error(fault::stopping));
}

// A transaction that is too much for the database's patience is so each time:
// it is cut in two, down to one unit. A unit that never gets through while
// others do is parked.
void lighten(db_writer_state& st, const batch_ptr& batch,
             const caf::error& err) {
  constexpr std::int32_t tries_before_cut = 2;
  constexpr std::int32_t tries_of_one = 8; // A busy database may say so often.
  ++batch->tries;
  if (batch->others_before < 0)
    batch->others_before = st.commits;
  if (err != fault::absent && err != fault::store_busy
      && fault_of(err) != fault::absent)
    return; // The database is away: that says nothing about the batch.
  if (batch->can_split() && batch->tries >= tries_before_cut) {
    auto other = batch->split();
    log_warn("db_writer", "db_writer cuts a batch that is not committed in two",
             {{"rows", std::to_string(batch->rows)},
              {"and", std::to_string(other->rows)}});
    st.failed.push_back(std::move(other));
  } else if (!batch->can_split() && batch->tries >= tries_of_one
             && st.commits > batch->others_before) {
    batch->fail_only_unit("the database never commits it: " + describe(err));
  }
}

void not_committed(self_ptr self, std::int32_t index,
                   const store_session_actor& used, const batch_ptr& batch,
                   const caf::error& err) {
  auto& st = self->state;
  set_idle(st, index, used);
  if (st.sessions[index].handle != used) {
    // The session went away, which says nothing about the database.
    st.failed.push_front(batch);
    return dispatch(self);
  }
  if (!is_transient(err)) {
    give_up(self, batch, err);
    return dispatch(self);
  }
  const auto now = self->clock().now();
  const bool is_first = st.backoff.count() == 0;
  // Each new reason once: a server that went away may come back read-only.
  if (is_first || st.waits_for != fault_of(err))
    log_warn("db_writer", "db_writer could not commit and waits",
             {{"error", describe(err)}, {"rows", std::to_string(batch->rows)}});
  st.waits_for = fault_of(err);
  if (is_first) {
    st.failing_since = now;
  } else if (now - st.failing_since > st.settings.give_up) {
    give_up(self, batch, err);
    for (auto& next : std::exchange(st.failed, {}))
      give_up(self, next, err);
    return;
  }
  st.failed.push_back(batch);
  lighten(st, batch, err);
  st.backoff = st.backoff.count() == 0
                 ? st.settings.backoff_initial
                 : std::min(st.backoff * 2, st.settings.backoff_max);
  st.rests_until = now + st.backoff;
  later(self, st.backoff, [self] { dispatch(self); });
}

void commit(self_ptr self, std::int32_t index, const batch_ptr& batch) {
  auto& st = self->state;
  auto& session = st.sessions[index];
  session.busy = true;
  const auto used = session.handle;
  auto work = batch->work; // A copy: a retry needs it whole.
  self
    ->request(session.handle, st.settings.commit_timeout, put_atom_v,
              std::move(work))
    .then(
      [self, index, used, batch](write_receipt& receipt) {
        committed(self, index, used, batch, receipt);
      },
      [self, index, used, batch](const caf::error& err) {
        not_committed(self, index, used, batch, err);
      });
}

batch_ptr close(db_writer_state& st) {
  st.due = false;
  ++st.age_timer;
  return std::exchange(st.open, std::make_shared<held_batch>());
}

// A full batch takes no more: one that grew while the database is busy would
// hold every day in flight, and none would be decoded while it is written.
void close_if_full(db_writer_state& st) {
  if (st.open->units > 0 && st.open->rows >= st.settings.limits.batch_rows)
    st.full.push_back(close(st));
}

// The oldest batch that should go; null if there is none.
batch_ptr take_due(db_writer_state& st) {
  // One that fails again and again does not stand in the way of the others.
  constexpr std::int32_t tries_in_front = 3;
  if (st.due && st.open->units > 0)
    st.full.push_back(close(st));
  const bool others_first = !st.failed.empty() && !st.full.empty()
                            && st.failed.front()->tries >= tries_in_front;
  auto& queue = st.failed.empty() || others_first ? st.full : st.failed;
  if (!queue.empty()) {
    auto batch = std::move(queue.front());
    queue.pop_front();
    return batch;
  }
  return nullptr;
}

// Gives each idle session a batch.
void dispatch(self_ptr self) {
  auto& st = self->state;
  close_if_full(st);
  if (self->clock().now() < st.rests_until)
    return;
  for (auto& [index, session] : st.sessions)
    if (!session.busy && session.handle)
      if (auto batch = take_due(st))
        commit(self, index, batch);
}

// Sees to it that the open batch goes out in time.
void added(self_ptr self, std::int64_t rows) {
  auto& st = self->state;
  ++st.units;
  st.open->rows += rows;
  if (++st.open->units == 1) {
    const auto timer = ++st.age_timer;
    later(self, std::chrono::milliseconds(st.settings.limits.batch_age_ms),
          [self, timer] {
            if (self->state.age_timer != timer)
              return;
            self->state.due = true;
            dispatch(self);
          });
  }
  if (st.open->rows >= st.settings.limits.batch_rows)
    dispatch(self);
}

bool is_full(self_ptr self) {
  return self->state.units >= self->state.settings.units_max;
}

impl::behavior_type db_writer(self_ptr self, db_writer_settings settings) {
  guard(self);
  self->state.settings = settings;
  self->set_down_handler(
    [self](caf::down_msg& down) { lose_session(self->state, down.source); });
  return {
    [self](meet_atom, std::int32_t index, store_session_actor session) {
      // A batch that its former life held comes back as an error.
      self->monitor(session);
      self->state.sessions[index] = {std::move(session), false};
      dispatch(self);
    },
    [self](meet_atom, receipt_sink_actor sink) {
      self->state.sink = std::move(sink);
    },
    [self](meet_atom, run_control_actor control) {
      self->state.control.meet(self, std::move(control));
    },
    [self](put_atom, const day_unit& unit) -> caf::result<day_receipt> {
      if (is_full(self))
        return caf::make_error(fault::queue_full);
      auto& open = *self->state.open;
      auto promise = self->make_response_promise<day_receipt>();
      open.work.days.push_back(unit);
      open.days.push(promise);
      added(self, rows_of(unit));
      return promise;
    },
    [self](put_atom, const horse_unit& unit) -> caf::result<horse_receipt> {
      if (is_full(self))
        return caf::make_error(fault::queue_full);
      auto& open = *self->state.open;
      auto promise = self->make_response_promise<horse_receipt>();
      open.work.horses.push_back(unit);
      open.horses.push(promise);
      added(self, rows_of(unit));
      return promise;
    },
    [self](put_atom, const reference_unit& unit) -> caf::result<std::int64_t> {
      auto& open = *self->state.open;
      auto promise = self->make_response_promise<std::int64_t>();
      open.work.references.push_back(unit);
      open.others.push(promise);
      added(self, rows_of(unit));
      return promise;
    },
    [self](put_atom,
           const std::vector<date>& unasked) -> caf::result<std::int64_t> {
      auto& open = *self->state.open;
      auto promise = self->make_response_promise<std::int64_t>();
      open.work.not_offered.insert(open.work.not_offered.end(), unasked.begin(),
                                   unasked.end());
      open.others.push(promise);
      added(self, static_cast<std::int64_t>(unasked.size()));
      return promise;
    },
    [self](configure_atom, writer_limits limits) {
      self->state.settings.limits = limits;
      dispatch(self);
    },
    [self](flush_atom) {
      self->state.due = self->state.open->units > 0;
      dispatch(self);
    },
    [self](status_atom) {
      const auto& st = self->state;
      return stage_status{"db_writer", static_cast<std::int64_t>(st.units),
                          static_cast<std::int64_t>(st.settings.units_max)
                            - static_cast<std::int64_t>(st.units)};
    },
    [self](wake_atom, std::uint64_t id) { wake(self, id); },
  };
}

} // namespace

db_writer_actor spawn_db_writer(caf::actor_system& sys,
                                db_writer_settings settings) {
  return sys.spawn(db_writer, settings);
}

} // namespace racefill
