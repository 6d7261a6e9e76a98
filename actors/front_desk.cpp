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
  bool draining = false;
  sleeping_steps sleepers;
};
using self_ptr = impl::stateful_pointer<front_desk_state>;

// Calls `step` once `read(status)` of the stage says zero; looks again until
// then. A stage that is being restarted is asked again too.
template <class Handle, class Read>
void when_zero(self_ptr self, Handle front_desk_state::*stage, Read read,
               std::function<void()> step) {
  auto& st = self->state;
  auto again = [self, stage, read, step] {
    later(self, self->state.settings.poll,
          [self, stage, read, step] { when_zero(self, stage, read, step); });
  };
  if (!(st.*stage))
    return again();
  self->request(st.*stage, st.settings.timeout, status_atom_v)
    .then(
      [read, step, again](const stage_status& x) {
        if (read(x) == 0)
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
  if (!st.checkpoint)
    return answer(caf::make_error(fault::absent));
  self->request(st.checkpoint, st.settings.save_timeout, save_atom_v)
    .then([answer](std::int64_t) { answer({}); },
          [answer](const caf::error& err) { answer(err); });
}

// The writer's batch goes out now, not when it is old or full.
void flush(self_ptr self) {
  auto& st = self->state;
  if (st.writer)
    self->send(st.writer, flush_atom_v);
  when_zero(
    self, &front_desk_state::writer,
    [self](const stage_status& x) {
      if (x.backlog > 0 && self->state.writer)
        self->send(self->state.writer, flush_atom_v);
      return backlog_of(x);
    },
    [self] { save(self); });
}

void drain(self_ptr self, bool wait_for_held) {
  auto& st = self->state;
  st.draining = true;
  if (st.scheduler)
    self->send(st.scheduler, drain_atom_v);
  if (st.queue)
    self->send(st.queue, drain_atom_v);
  if (!wait_for_held)
    return flush(self);
  when_zero(self, &front_desk_state::scheduler, held_by, [self] {
    when_zero(self, &front_desk_state::queue, held_by, [self] {
      when_zero(self, &front_desk_state::references, backlog_of,
                [self] { flush(self); });
    });
  });
}

impl::behavior_type front_desk(self_ptr self, front_desk_settings settings) {
  guard(self);
  self->state.settings = settings;
  return {
    [self](meet_atom, gatekeeper_actor x) { self->state.gate = x; },
    [self](meet_atom, date_scheduler_actor x) { self->state.scheduler = x; },
    [self](meet_atom, enrichment_queue_actor x) { self->state.queue = x; },
    [self](meet_atom, db_writer_actor x) { self->state.writer = x; },
    [self](meet_atom, checkpoint_actor x) { self->state.checkpoint = x; },
    [self](meet_atom, reference_fetcher_actor x) {
      self->state.references = x;
    },
    [self](meet_atom, metrics_reporter_actor x) { self->state.reporter = x; },
    [self](meet_atom, supervisor_actor x) { self->state.supervisor = x; },
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
      return promise;
    },
    [self](pause_atom) {
      if (self->state.gate)
        self->send(self->state.gate, pause_atom_v);
    },
    [self](resume_atom) {
      if (self->state.gate)
        self->send(self->state.gate, resume_atom_v);
    },
    [self](configure_atom, const gate_limits& x) {
      if (self->state.gate)
        self->send(self->state.gate, configure_atom_v, x);
    },
    [self](configure_atom, const writer_limits& x) {
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
    [self](wake_atom, std::uint64_t id) { wake(self, id); },
  };
}

} // namespace

front_desk_actor spawn_front_desk(caf::actor_system& sys,
                                  front_desk_settings settings) {
  return sys.spawn(front_desk, settings);
}

} // namespace racefill
