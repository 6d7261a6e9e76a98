/// GATEKEEPER_ROOM: the GATEKEEPER's callers that have no permit yet.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>

#include <caf/actor_addr.hpp>
#include <caf/error.hpp>
#include <caf/typed_response_promise.hpp>

#include "infra/pure/gate.hpp"
#include "messages/calls.hpp"
#include "messages/faults.hpp"

namespace racefill {

/// A caller without a permit.
struct waiter {
  caf::typed_response_promise<permit> answer;
  permit_request request;
  nanos deadline = never;
  caf::actor_addr caller;
};

/// One queue a kind, in the order of their priority. Racecards go before horses
/// by design: a day's card brings the horses to ask for, so horses may wait as
/// long as there are days to fetch.
struct waiting_room {
  std::array<std::deque<waiter>, 3> queues;

  /// To those still waiting at the end. A gate that dies of a bug or a kill is
  /// restarted, so its callers shall ask again; one told to go is not.
  fault last_word = fault::absent;

  waiting_room() = default;
  waiting_room(const waiting_room&) = delete;
  waiting_room& operator=(const waiting_room&) = delete;

  // CAF leaves a dead actor's promises unanswered, and a kill runs no exit
  // handler: the destructor is the one place that every death passes.
  ~waiting_room() {
    for (auto& queue : queues)
      for (auto& entry : queue)
        entry.answer.deliver(caf::make_error(last_word));
  }

  std::size_t size() const {
    return queues[0].size() + queues[1].size() + queues[2].size();
  }

  /// Answers those whose deadline lies before `limit`.
  void drop_late(nanos limit) {
    for (auto& queue : queues)
      std::erase_if(queue, [limit](waiter& x) {
        if (x.deadline >= limit)
          return false;
        x.answer.deliver(caf::make_error(fault::late));
        return true;
      });
  }

  /// Forgets those of a caller that is dead.
  void forget(const caf::actor_addr& caller) {
    for (auto& queue : queues)
      std::erase_if(queue, [&](const waiter& x) { return x.caller == caller; });
  }

  /// The earliest deadline; `never` if there is none.
  nanos next_deadline() const {
    auto next = never;
    for (const auto& queue : queues)
      for (const auto& entry : queue)
        next = std::min(next, entry.deadline);
    return next;
  }

  /// Does nobody ask for a first attempt?
  bool has_only_retries() const {
    return std::all_of(queues.begin(), queues.end(), [](const auto& queue) {
      return std::all_of(queue.begin(), queue.end(), is_retry);
    });
  }

  /// Sends all retries away: their budget is spent, and their callers may have
  /// better things to do.
  void refuse_retries(std::int64_t wait_ms) {
    for (auto& queue : queues)
      std::erase_if(queue, [wait_ms](waiter& x) {
        if (!is_retry(x))
          return false;
        x.answer.deliver(caf::make_error(fault::late, wait_ms));
        return true;
      });
  }

  static bool is_retry(const waiter& x) {
    return x.request.attempt > 1;
  }
};

} // namespace racefill
