/// The simulated edges: an API TRANSPORT and a STORE SESSION that answer after
/// virtual delays, and whose pending work dies with them.
#pragma once

#include <string>
#include <utility>

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include "actors/common/guard.hpp"
#include "actors/common/later.hpp"
#include "messages/actors.hpp"
#include "tests/flow/flow_world.hpp"

namespace racefill::test {

struct flow_edge_state {
  static constexpr const char* name = "edge";
  sleeping_steps sleepers; // First, or CAF passes itself to the handle.
  gatekeeper_actor gate;
};

using transport_impl
  = api_transport_actor::extend<caf::reacts_to<wake_atom, std::uint64_t>>;
using transport_ptr = transport_impl::stateful_pointer<flow_edge_state>;
using session_impl
  = store_session_actor::extend<caf::reacts_to<wake_atom, std::uint64_t>>;
using session_ptr = session_impl::stateful_pointer<flow_edge_state>;

template <class Self>
nanos now_of(Self self) {
  return self->clock().now().time_since_epoch().count();
}

inline void tell_gate(transport_ptr self, std::uint64_t serial, call_step step,
                      const api_reply& reply = {},
                      fault failure = fault::none) {
  call_event x;
  x.serial = serial;
  x.step = step;
  x.at_ns = now_of(self);
  x.status = reply.status;
  x.retry_after_ms = reply.retry_after_ms;
  x.failure = failure;
  if (self->state.gate)
    self->send(self->state.gate, report_atom_v, x);
}

/// How one exchange goes: `reply`, or `failure` after `lasts`.
struct exchange_fate {
  bool sends = true;   // A connection was made.
  bool arrives = true; // At the server.
  api_reply reply;
  fault failure = fault::none;
  nanos lasts = 0; // From the arrival, or from the send.
};

inline exchange_fate bad_fate(flow_world& world, exchange_fate fate) {
  switch (world.plan.only_500s ? 3 : world.pick(9)) {
    case 0:
      return {false, false, {}, fault::unreachable, 5 * one_millisecond};
    case 1:
      return {true, false, {}, fault::timed_out, 30 * one_second};
    case 2:
      return {true, true, {}, fault::unreachable, 50 * one_millisecond};
    case 3:
      fate.reply = reply_of(500);
      break;
    case 4:
      fate.reply = reply_of(503);
      fate.reply.retry_after_ms = 2'000;
      break;
    case 5:
      fate.reply = reply_of(429);
      break;
    case 6:
      fate.reply = reply_of(429);
      fate.reply.retry_after_ms = 3'000;
      break;
    case 7:
      fate.reply = reply_of(200, "garbage");
      break;
    default:
      fate.reply = reply_of(200, "shape");
  }
  return fate;
}

inline exchange_fate fate_of(flow_world& world, const std::string& target,
                             nanos now) {
  exchange_fate fate;
  fate.lasts = (5 + world.pick(60)) * one_millisecond;
  if (world.is_away(now))
    return {false, false, {}, fault::unreachable, one_second};
  if (world.plan.always_500.count(target) != 0) {
    fate.reply = reply_of(500);
    return fate;
  }
  if (world.armed && world.api_faults > 0
      && world.faults_of[target] < world.plan.api_faults_an_item
      && world.chance(world.plan.api_fault_percent)) {
    --world.api_faults;
    ++world.faults_of[target];
    return bad_fate(world, fate);
  }
  fate.reply = world.answer(target);
  world.useful.push_back(now);
  return fate;
}

inline transport_impl::behavior_type flow_transport(transport_ptr self,
                                                    const world_ptr& world) {
  guard(self);
  auto after = [self](nanos delay, std::function<void()> step) {
    later(self, caf::timespan{delay}, std::move(step));
  };
  return {
    [self](meet_atom, gatekeeper_actor gate) {
      self->state.gate = std::move(gate);
    },
    [=](fetch_atom, permit allowed,
        const api_request& request) -> caf::result<api_reply> {
      const auto serial = allowed.serial;
      auto promise = self->make_response_promise<api_reply>();
      auto held = std::make_shared<held_promise<api_reply>>(promise);
      const auto now = now_of(self);
      const auto fate = fate_of(*world, request.target, now);
      world->note("ask " + request.target, now);
      auto end = [=] {
        const auto is_whole = fate.failure == fault::none;
        if (is_whole)
          tell_gate(self, serial, call_step::replied);
        tell_gate(self, serial, call_step::closed, fate.reply, fate.failure);
        if (is_whole)
          held->deliver(fate.reply);
        else
          held->deliver(caf::make_error(fate.failure));
      };
      world->attempts.emplace_back(now, world->requests[request.target]++ > 0);
      if (!fate.sends) {
        after(fate.lasts, end);
        return promise;
      }
      ++world->sent;
      world->probes += allowed.probe;
      tell_gate(self, serial, call_step::sent);
      // The wire does not care whether the sender lives on.
      const auto forth = (10 + world->pick(40)) * one_millisecond;
      const auto back = (10 + world->pick(40)) * one_millisecond;
      if (fate.arrives)
        world->arrivals.push_back(now + forth);
      after(forth + back,
            [=] { tell_gate(self, serial, call_step::acknowledged); });
      after(forth + back + fate.lasts, end);
      return promise;
    },
    [self](wake_atom, std::uint64_t id) { wake(self, id); },
  };
}

// Answers with what `read` gives a moment later; now and then with a fault.
template <class T, class Read>
caf::result<T> read_later(session_ptr self, const world_ptr& world, Read read) {
  auto promise = self->make_response_promise<T>();
  auto held = std::make_shared<held_promise<T>>(promise);
  const auto delay = (1 + world->pick(10)) * one_millisecond;
  const bool fails = world->armed && world->store_faults > 0
                     && world->chance(20);
  if (fails)
    --world->store_faults;
  later(self, caf::timespan{delay}, [=] {
    if (fails)
      held->deliver(caf::make_error(fault::store_busy));
    else
      held->deliver(read());
  });
  return promise;
}

// A commit takes effect in the middle of its time; a session that dies before
// that has written nothing, one that dies after it owes an answer.
inline caf::result<write_receipt> commit_later(session_ptr self,
                                               const world_ptr& world,
                                               const write_batch& batch) {
  auto promise = self->make_response_promise<write_receipt>();
  auto held = std::make_shared<held_promise<write_receipt>>(promise);
  const auto half = (2 + world->pick(30)) * one_millisecond;
  if (world->armed && world->store_faults > 0 && world->chance(20)) {
    --world->store_faults;
    const auto why = world->chance(50) ? fault::store_down : fault::store_busy;
    later(self, caf::timespan{half},
          [=] { held->deliver(caf::make_error(why)); });
    return promise;
  }
  const bool loses_answer = world->armed && world->lost_answers > 0
                            && world->chance(20);
  if (loses_answer)
    --world->lost_answers;
  later(self, caf::timespan{half}, [=] {
    world->note("commit", now_of(self));
    auto receipt = world->database->write(batch);
    later(self, caf::timespan{half}, [=] {
      if (loses_answer)
        held->deliver(caf::make_error(fault::store_down));
      else
        held->deliver(receipt);
    });
  });
  return promise;
}

inline session_impl::behavior_type flow_session(session_ptr self,
                                                const world_ptr& world) {
  guard(self);
  auto database = world->database;
  return {
    [=](put_atom, const write_batch& batch) {
      return commit_later(self, world, batch);
    },
    [=](load_atom, date from, date to) {
      return read_later<std::vector<day_record>>(self, world, [=] {
        return database->load_days(from, to);
      });
    },
    [=](load_atom, const std::string& after, std::int32_t limit) {
      return read_later<std::vector<horse_record>>(self, world, [=] {
        return database->load_horses(after, limit);
      });
    },
    [=](reopen_atom, const std::vector<date>& days) {
      return read_later<std::int64_t>(self, world,
                                      [=] { return database->reopen(days); });
    },
    [=](count_atom) {
      return read_later<std::int64_t>(self, world, [=] {
        return static_cast<std::int64_t>(database->horses.size());
      });
    },
    [=](totals_atom) {
      return read_later<ledger_totals>(self, world,
                                       [=] { return database->totals(); });
    },
    [](renew_atom) { return std::int64_t{1}; },
    [self](wake_atom, std::uint64_t id) { wake(self, id); },
  };
}

} // namespace racefill::test
