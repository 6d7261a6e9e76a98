#include "actors/front_desk.hpp"

#include <string>
#include <utility>

#include <caf/actor_system.hpp>
#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include "actors/common/guard.hpp"
#include "actors/common/later.hpp"

namespace racefill {
namespace {

using impl = front_desk_actor::extend<caf::reacts_to<wake_atom, std::uint64_t>>;

struct front_desk_state {
  static constexpr const char* name = "front_desk";
  front_desk_settings settings;
  gatekeeper_actor gate;
  date_scheduler_actor scheduler;
  enrichment_queue_actor queue;
  db_writer_actor writer;
  checkpoint_actor checkpoint;
  reference_fetcher_actor references;
  metrics_reporter_actor reporter;
  supervisor_actor supervisor;
  parked_promises<std::int64_t> drained;
  bool flushing = false;     // The writer is being waited for.
  bool draining = false;     // An answer is owed.
  bool wait_for_held = true; // While draining.
  std::shared_ptr<standing_orders> orders;
  caf::actor_clock::time_point save_until;
  sleeping_steps sleepers;
};
using self_ptr = impl::stateful_pointer<front_desk_state>;

// Calls `step` once `read(status)` of the stage says zero; looks again until
// then. With `may_be_held` also when nobody wants to wait for holders any more.
// A stage that is being restarted is asked again too.
template <class Handle, class Read>
void when_zero(self_ptr self, Handle front_desk_state::*stage, Read read,
               std::function<void()> step, bool may_be_held = false) {
  auto& st = self->state;
  auto again = [self, stage, read, step, may_be_held] {
    later(self, self->state.settings.poll,
          [self, stage, read, step, may_be_held] {
            when_zero(self, stage, read, step, may_be_held);
          });
  };
  if (!(st.*stage))
    return again();
  self->request(st.*stage, st.settings.timeout, status_atom_v)
    .then(
      [self, read, step, again, may_be_held](const stage_status& x) {
        if (read(x) == 0 || (may_be_held && !self->state.wait_for_held))
          step();
        else
          again();
      },
      [again](const caf::error&) { again(); });
}

std::int64_t held_by(const stage_status& x) {
  return x.credit;
}

std::int64_t backlog_of(const stage_status& x) {
  return x.backlog;
}

void save(self_ptr self) {
  auto& st = self->state;
  auto answer = [self](const caf::error& err) {
    auto& drained = self->state.drained;
    while (!drained.empty()) {
      auto promise = drained.pop();
      if (err)
        promise.deliver(err);
      else
        promise.deliver(std::int64_t{0});
    }
    self->state.draining = false;
  };
  auto fail = [self, answer](const caf::error& err) {
    // A checkpoint that restarts or still reads its ledger: soon again.
    if (fault_of(err) == fault::absent
        && self->clock().now() < self->state.save_until)
      later(self, self->state.settings.poll, [self] { save(self); });
    else
      answer(err);
  };
  if (!st.checkpoint)
    return fail(caf::make_error(fault::absent));
  self->request(st.checkpoint, st.settings.save_timeout, save_atom_v)
    .then([answer](std::int64_t) { answer({}); }, fail);
}

// Once a drain: all is flushed, or nobody waits for it any more.
void end_flush(self_ptr self) {
  auto& st = self->state;
  if (!std::exchange(st.flushing, false))
    return;
  st.save_until = self->clock().now() + st.settings.save_timeout;
  save(self);
}

// The writer's batch goes out now, not when it is old or full.
void flush(self_ptr self) {
  auto& st = self->state;
  st.flushing = true;
  if (st.writer)
    self->send(st.writer, flush_atom_v);
  // A writer or session that keeps dying will never be empty.
  later(self, st.settings.flush_timeout, [self] {
    if (!self->state.wait_for_held)
      end_flush(self);
  });
  when_zero(
    self, &front_desk_state::writer,
    [self](const stage_status& x) {
      if (x.backlog > 0 && self->state.writer)
        self->send(self->state.writer, flush_atom_v);
      return backlog_of(x);
    },
    [self] { end_flush(self); });
}

// While the gate waits for the provider no holder gets on: what they hold stays
// pending in the ledger, and a drain need not wait for it.
void watch_gate(self_ptr self) {
  auto& st = self->state;
  constexpr std::int64_t long_pause_ms = 3'000;
  if (!st.draining || !st.wait_for_held)
    return;
  later(self, std::chrono::milliseconds(500), [self] { watch_gate(self); });
  if (!st.gate)
    return;
  self->request(st.gate, st.settings.timeout, status_atom_v)
    .then(
      [self](const gate_status& x) {
        const bool is_away = x.breaker == "open" || x.breaker == "probing";
        if (x.paused || is_away || x.paused_for_ms >= long_pause_ms)
          self->state.wait_for_held = false;
      },
      [](const caf::error&) {
        // A gate that restarts opens soon; the next look tells.
      });
}

void drain(self_ptr self, bool wait_for_held) {
  auto& st = self->state;
  st.draining = true;
  st.orders->is_drained = true;
  st.wait_for_held = wait_for_held;
  if (st.scheduler)
    self->send(st.scheduler, drain_atom_v);
  if (st.queue)
    self->send(st.queue, drain_atom_v);
  if (!wait_for_held)
    return flush(self);
  watch_gate(self);
  auto references_done = [self] {
    when_zero(
      self, &front_desk_state::references, backlog_of, [self] { flush(self); },
      true);
  };
  auto horses_done = [self, references_done] {
    when_zero(self, &front_desk_state::queue, held_by, references_done, true);
  };
  when_zero(self, &front_desk_state::scheduler, held_by, horses_done, true);
}

// A newcomer has to be told what the one before it knew.
template <class Handle>
void take_in(self_ptr self, Handle front_desk_state::*which, const Handle& x) {
  auto& st = self->state;
  st.*which = x;
  if (st.orders->is_drained)
    self->send(x, drain_atom_v);
}

void take_in(self_ptr self, const gatekeeper_actor& x) {
  auto& st = self->state;
  st.gate = x;
  if (st.orders->gate)
    self->send(x, configure_atom_v, *st.orders->gate);
  if (st.orders->is_paused)
    self->send(x, pause_atom_v);
}

void take_in(self_ptr self, const db_writer_actor& x) {
  auto& st = self->state;
  st.writer = x;
  if (st.orders->writer)
    self->send(x, configure_atom_v, *st.orders->writer);
}

impl::behavior_type front_desk(self_ptr self, front_desk_settings settings) {
  guard(self);
  auto& orders = self->state.orders = settings.orders;
  if (!orders)
    orders = std::make_shared<standing_orders>();
  self->state.settings = std::move(settings);
  return {
    [self](meet_atom, const gatekeeper_actor& x) { take_in(self, x); },
    [self](meet_atom, const date_scheduler_actor& x) {
      take_in(self, &front_desk_state::scheduler, x);
    },
    [self](meet_atom, const enrichment_queue_actor& x) {
      take_in(self, &front_desk_state::queue, x);
    },
    [self](meet_atom, const db_writer_actor& x) { take_in(self, x); },
    [self](meet_atom, const checkpoint_actor& x) {
      self->state.checkpoint = x;
    },
    [self](meet_atom, const reference_fetcher_actor& x) {
      self->state.references = x;
    },
    [self](meet_atom, const metrics_reporter_actor& x) {
      self->state.reporter = x;
    },
    [self](meet_atom, const supervisor_actor& x) {
      self->state.supervisor = x;
    },
    [self](status_atom) -> caf::result<snapshot> {
      if (!self->state.reporter)
        return caf::make_error(fault::absent);
      return self->delegate(self->state.reporter, status_atom_v);
    },
    [self](drain_atom, bool wait_for_held) -> caf::result<std::int64_t> {
      auto promise = self->make_response_promise<std::int64_t>();
      self->state.drained.push(promise);
      if (!self->state.draining)
        drain(self, wait_for_held);
      else if (!wait_for_held)
        self->state.wait_for_held = false; // The impatient one wins.
      return promise;
    },
    [self](pause_atom) {
      self->state.orders->is_paused = true;
      if (self->state.gate)
        self->send(self->state.gate, pause_atom_v);
    },
    [self](resume_atom) {
      self->state.orders->is_paused = false;
      if (self->state.gate)
        self->send(self->state.gate, resume_atom_v);
    },
    [self](configure_atom, const gate_limits& x) {
      self->state.orders->gate = x;
      if (self->state.gate)
        self->send(self->state.gate, configure_atom_v, x);
    },
    [self](configure_atom, const writer_limits& x) {
      self->state.orders->writer = x;
      if (self->state.writer)
        self->send(self->state.writer, configure_atom_v, x);
    },
    [self](scale_atom, const std::string& pool,
           std::int32_t count) -> caf::result<std::int64_t> {
      if (!self->state.supervisor)
        return caf::make_error(fault::absent);
      return self->delegate(self->state.supervisor, scale_atom_v, pool, count);
    },
    [self](reopen_atom,
           const std::vector<date>& days) -> caf::result<std::int64_t> {
      if (!self->state.checkpoint)
        return caf::make_error(fault::absent);
      return self->delegate(self->state.checkpoint, reopen_atom_v, days);
    },
    [self](calendar_atom) -> caf::result<std::vector<day_record>> {
      if (!self->state.checkpoint)
        return caf::make_error(fault::absent);
      return self->delegate(self->state.checkpoint, calendar_atom_v);
    },
    [self](wake_atom, std::uint64_t id) { wake(self, id); },
  };
}

} // namespace

front_desk_actor spawn_front_desk(caf::actor_system& sys,
                                  front_desk_settings settings) {
  return sys.spawn(front_desk, std::move(settings));
}

} // namespace racefill
