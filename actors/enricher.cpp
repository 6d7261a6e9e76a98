#include "actors/enricher.hpp"

#include <string>
#include <utility>

#include <caf/actor_system.hpp>
#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include "actors/common/guard.hpp"
#include "actors/common/halt_line.hpp"
#include "actors/common/later.hpp"
#include "infra/pure/data_guard.hpp"
#include "infra/pure/instant.hpp"

namespace racefill {
namespace {

using impl = enricher_actor::extend<caf::reacts_to<wake_atom, std::uint64_t>>;
using unit_ptr = std::shared_ptr<horse_unit>;

struct enricher_state {
  static constexpr const char* name = "enricher";
  enricher_settings settings;
  enrichment_queue_actor queue;
  db_writer_actor writer;
  halt_line control;
  data_guard_actor guardian;
  api_link link;
  bool asking = false;      // A `next` is out at the queue.
  bool fetching = false;    // A profile is being fetched.
  std::size_t awaiting = 0; // Horses without their receipt.
  bool retiring = false;
  sleeping_steps sleepers;
};
using self_ptr = impl::stateful_pointer<enricher_state>;
using call = api_call<self_ptr>;

void ask_next(self_ptr self);

void hand_over(self_ptr self, const unit_ptr& unit) {
  auto& st = self->state;
  auto again = [self, unit] {
    later(self, self->state.settings.call.neighbour_pause,
          [self, unit] { hand_over(self, unit); });
  };
  auto finish = [self] {
    --self->state.awaiting;
    ask_next(self);
  };
  if (!st.writer)
    return again();
  // Infinite: answered with the commit, or at once when the writer dies.
  self->request(st.writer, caf::infinite, put_atom_v, *unit)
    .then(
      [self, finish](const horse_receipt& receipt) {
        // The CHECKPOINT tells it too, unless its own receipt was lost.
        auto& own = self->state;
        if (own.queue)
          self->send(own.queue, settle_atom_v, receipt.horse_id, receipt.state);
        finish();
      },
      [finish, again](const caf::error& err) {
        if (is_transient(err))
          again();
        else
          finish(); // The writer has halted the run.
      });
}

// A profile passes the guard on its way to the writer; a refused one leaves its
// horse pending.
void inspect(self_ptr self, const unit_ptr& unit) {
  auto& st = self->state;
  if (!st.settings.guarded
      || (unit->state != horse_state::done && refusal_of(unit->error).empty())
      || unit->state == horse_state::not_found)
    return hand_over(self, unit);
  auto again = [self, unit] {
    later(self, self->state.settings.call.neighbour_pause,
          [self, unit] { inspect(self, unit); });
  };
  if (!st.guardian)
    return again();
  constexpr auto limit = std::chrono::minutes(2);
  self->request(st.guardian, limit, put_atom_v, sample_of(*unit))
    .then([self, unit](std::int64_t) { hand_over(self, unit); },
          [self, again](const caf::error& err) {
            if (is_transient(err))
              return again();
            --self->state.awaiting;
            ask_next(self);
          });
}

// The account may not ask for profiles: the guard stops all of them. The horse
// stays pending.
void tell_guard(self_ptr self, const std::string& horse_id,
                const std::string& why) {
  auto& st = self->state;
  auto again = [self, horse_id, why] {
    later(self, self->state.settings.call.neighbour_pause,
          [self, horse_id, why] { tell_guard(self, horse_id, why); });
  };
  if (!st.guardian)
    return again();
  profile_sample sample;
  sample.horse.horse_id = horse_id;
  sample.error = why;
  sample.is_final = true;
  auto done = [self] {
    --self->state.awaiting;
    ask_next(self);
  };
  self
    ->request(st.guardian, std::chrono::minutes(2), put_atom_v,
              std::move(sample))
    .then([done](std::int64_t) { done(); },
          [done, again](const caf::error& err) {
            if (is_transient(err))
              again();
            else
              done();
          });
}

// The unit that an outcome stands for; none when it says nothing about the
// horse, which then stays pending in the ledger.
unit_ptr unit_of(self_ptr self, const std::string& horse_id,
                 const api_outcome& outcome) {
  const auto& settings = self->state.settings;
  auto unit = std::make_shared<horse_unit>();
  if (!outcome.error) {
    auto decoded = settings.api->decode_horse(horse_id, outcome.reply.body,
                                              utc_date(settings.clock()));
    if (!decoded)
      return nullptr; // Not reached: judged before.
    *unit = std::move(*decoded);
  }
  unit->horse_id = horse_id;
  unit->attempts = outcome.tries.requests;
  unit->responses = outcome.tries.responses;
  switch (fault_of(outcome.error)) {
    case fault::none:
      unit->state = horse_state::done;
      break;
    case fault::stopping:
    case fault::unauthorized:
    case fault::tls_refused:
      return nullptr;
    case fault::not_found:
      unit->state = horse_state::not_found;
      unit->error = describe(outcome.error);
      break;
    default:
      unit->state = horse_state::failed;
      unit->error = describe(outcome.error) + after_requests(unit->attempts);
  }
  return unit;
}

// The horse rests at the queue. A queue that is away has it in the ledger.
void give_back(self_ptr self, const std::string& horse_id,
               const api_outcome& outcome) {
  auto& st = self->state;
  if (st.queue) {
    if (outcome.no_retries.count() > 0)
      self->send(st.queue, release_atom_v,
                 std::int64_t{outcome.no_retries.count()});
    self->send(st.queue, release_atom_v, horse_task{horse_id, outcome.tries},
               std::int64_t{outcome.wait.count()});
  }
  --st.awaiting;
  ask_next(self);
}

void take_profile(self_ptr self, const std::string& horse_id,
                  const api_outcome& outcome) {
  auto& st = self->state;
  st.fetching = false;
  if (outcome.put_off)
    return give_back(self, horse_id, outcome);
  const auto code = fault_of(outcome.error);
  if (code == fault::unauthorized && st.settings.guarded)
    return tell_guard(self, horse_id, describe(outcome.error));
  if (code == fault::unauthorized || code == fault::tls_refused)
    st.control.halt(self, outcome.error);
  if (auto unit = unit_of(self, horse_id, outcome))
    inspect(self, unit);
  else
    --st.awaiting;
  ask_next(self);
}

void fetch(self_ptr self, const horse_task& task) {
  auto& st = self->state;
  st.fetching = true;
  ++st.awaiting;
  const auto& horse_id = task.horse_id;
  api_order order;
  order.request = st.settings.api->horse(horse_id);
  order.what = "horse " + horse_id;
  order.tries = task.tries;
  order.patience = call_patience::none;
  call::start(
    self, st.link, st.settings.call, std::move(order),
    [self, horse_id](const api_reply& reply) -> caf::error {
      const auto& settings = self->state.settings;
      auto decoded = settings.api->decode_horse(horse_id, reply.body,
                                                utc_date(settings.clock()));
      return decoded ? caf::error{} : std::move(decoded.error());
    },
    [self, horse_id](const api_outcome& outcome) {
      take_profile(self, horse_id, outcome);
    });
}

void ask_next(self_ptr self) {
  auto& st = self->state;
  if (st.retiring && !st.fetching && st.awaiting == 0)
    return self->quit();
  if (st.retiring || st.asking || st.fetching || !st.queue
      || st.awaiting >= st.settings.awaiting_max)
    return;
  st.asking = true;
  // Infinite: there may be no horse for hours; a queue that dies answers at
  // once.
  self->request(st.queue, caf::infinite, next_atom_v)
    .then(
      [self](const horse_task& task) {
        self->state.asking = false;
        fetch(self, task);
      },
      [self](const caf::error&) {
        self->state.asking = false;
        later(self, self->state.settings.call.neighbour_pause,
              [self] { ask_next(self); });
      });
}

impl::behavior_type enricher(self_ptr self, enricher_settings settings) {
  guard(self);
  self->state.link.jitter.seed(
    static_cast<std::minstd_rand::result_type>(settings.call.seed));
  self->state.settings = std::move(settings);
  self->state.link.known_good = self->state.settings.api->courses();
  return {
    [self](meet_atom, enrichment_queue_actor queue) {
      self->state.queue = std::move(queue);
      ask_next(self);
    },
    [self](meet_atom, gatekeeper_actor gate) {
      self->state.link.gate = std::move(gate);
    },
    [self](meet_atom, api_transport_actor transport) {
      self->state.link.transport = std::move(transport);
    },
    [self](meet_atom, db_writer_actor writer) {
      self->state.writer = std::move(writer);
    },
    [self](meet_atom, data_guard_actor guardian) {
      self->state.guardian = std::move(guardian);
    },
    [self](meet_atom, run_control_actor control) {
      self->state.control.meet(self, std::move(control));
    },
    [self](retire_atom) {
      self->state.retiring = true;
      ask_next(self);
    },
    [self](status_atom) {
      const auto& st = self->state;
      return stage_status{"enricher", static_cast<std::int64_t>(st.awaiting),
                          static_cast<std::int64_t>(st.settings.awaiting_max)
                            - static_cast<std::int64_t>(st.awaiting)};
    },
    [self](wake_atom, std::uint64_t id) { wake(self, id); },
  };
}

} // namespace

enricher_actor spawn_enricher(caf::actor_system& sys,
                              enricher_settings settings) {
  return sys.spawn(enricher, std::move(settings));
}

} // namespace racefill
