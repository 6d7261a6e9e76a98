/// One call of the API from permit to judged reply: attempts, back-off, budget.
///
/// Used by every worker that asks the API; each attempt takes a permit of its
/// own, so retries pay from the same limit as everything else.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <utility>

#include "actors/common/later.hpp"
#include "messages/actors.hpp"

namespace racefill {

/// How a worker insists.
struct api_call_settings {
  std::int32_t attempts = 5; ///< Requests for one item before it is parked.
  std::chrono::milliseconds backoff_initial{
    1'000};                                      ///< Ceiling after the first.
  std::chrono::milliseconds backoff_max{60'000}; ///< Ceiling of ceilings.
  std::chrono::milliseconds patience{600'000};   ///< For one wait at the gate.
  /// Between tries to reach a neighbour that is being restarted.
  std::chrono::milliseconds neighbour_pause{100};
  std::int32_t throttled_max = 50; ///< 429s for one item before it is parked.
  std::uint64_t seed = 1;          ///< Of the jitter.
};

/// A worker's way to the API; `meet` keeps it current.
struct api_link {
  gatekeeper_actor gate;
  api_transport_actor transport;
  std::minstd_rand jitter;
  /// Answered well when it was last asked: what an open breaker is probed with,
  /// for a failed answer to it says something about the provider.
  api_request known_good;
};

/// What a call does about an item that it may not ask for again at once.
enum class call_patience {
  waits,     ///< Waits for as long as it takes.
  backs_off, ///< Waits for its back-off; is put off when the budget is spent.
  none,      ///< Is put off: its worker has better things to do.
};

/// What is to be called for, and how it went so far.
struct api_order {
  api_request request;
  std::string what; ///< For people.
  try_record tries; ///< Of this item, at earlier calls.
  call_patience patience = call_patience::waits;
};

/// What came of a call.
struct api_outcome {
  api_reply reply;           ///< Valid when no error.
  caf::error error;          ///< The last one, after the last attempt.
  std::int32_t requests = 0; ///< Requests spent by this call.
  try_record tries;          ///< Of the item, this call included.
  /// Not the end: the item is to be called for again. Not before `wait`.
  bool put_off = false;
  std::chrono::milliseconds wait{0};
  /// Retries have spent their budget: there is no use in any for so long.
  std::chrono::milliseconds no_retries{0};
};

/// ` after 1 request`, ` after 5 requests`: for the reason of what failed.
inline std::string after_requests(std::int32_t n) {
  return " after " + std::to_string(n) + (n == 1 ? " request" : " requests");
}

template <class Self>
class api_call : public std::enable_shared_from_this<api_call<Self>> {
public:
  /// Says whether a 200 is sound; a transient error asks for another attempt.
  using judge = std::function<caf::error(const api_reply&)>;
  using finish = std::function<void(api_outcome)>;

  /// Starts the call; `done` is called exactly once unless the actor dies.
  /// `link` must live as long as the actor (a member of its state).
  static void start(Self self, api_link& link,
                    const api_call_settings& settings, api_order order,
                    judge sound, finish done) {
    auto call = std::shared_ptr<api_call>(
      new api_call(self, link, settings, std::move(order), std::move(sound),
                   std::move(done)));
    call->acquire();
  }

private:
  api_call(Self self, api_link& link, const api_call_settings& settings,
           api_order order, judge sound, finish done)
    : self_(self),
      link_(link),
      settings_(settings),
      request_(std::move(order.request)),
      what_(std::move(order.what)),
      patience_(order.patience),
      tries_(std::move(order.tries)),
      before_(tries_.requests),
      sound_(std::move(sound)),
      done_(std::move(done)) {
    // nop
  }

  void acquire() {
    if (!link_.gate || !link_.transport)
      return again_soon();
    auto call = this->shared_from_this();
    permit_request wish;
    wish.kind = request_.kind;
    wish.attempt = tries_.requests + 1;
    wish.patience_ms = settings_.patience.count();
    self_
      ->request(link_.gate, settings_.patience + std::chrono::seconds(60),
                acquire_atom_v, wish)
      .then([call](const permit& x) { call->fetch(x); },
            [call](caf::error& err) { call->refused(std::move(err)); });
  }

  // No permit; nothing was spent.
  void refused(caf::error err) {
    if (fault_of(err) == fault::stopping)
      return finish_with(std::move(err));
    const auto wait = wait_of(err);
    if (wait.count() == 0)
      return again_soon();
    if (patience_ != call_patience::waits)
      return put_off(std::move(err), wait, wait);
    auto call = this->shared_from_this();
    later(self_, wait, [call] { call->acquire(); });
  }

  // How long the gate wants no retries; 0 when that is not what it says.
  static std::chrono::milliseconds wait_of(const caf::error& err) {
    const auto& context = err.context();
    if (fault_of(err) != fault::late || context.empty()
        || !context.match_element<std::int64_t>(0))
      return std::chrono::milliseconds{0};
    return std::chrono::milliseconds{context.get_as<std::int64_t>(0)};
  }

  void fetch(permit x) {
    if (!link_.transport) {
      self_->send(link_.gate, release_atom_v, x);
      return again_soon();
    }
    // The item itself would prove nothing if it failed.
    const bool asks_other = x.probe && !link_.known_good.target.empty()
                            && link_.known_good.target != request_.target;
    if (!asks_other)
      ++tries_.requests;
    const auto& request = asks_other ? link_.known_good : request_;
    auto call = this->shared_from_this();
    // The transport keeps the deadline itself; the margin is for its restart.
    const auto limit = std::chrono::milliseconds(request.deadline_ms)
                       + std::chrono::seconds(30);
    self_->request(link_.transport, limit, fetch_atom_v, x, request)
      .then(
        [call, asks_other](api_reply& reply) {
          if (asks_other)
            call->probed(error_of(reply, "probe"));
          else
            call->judge_reply(reply);
        },
        [call, x, asks_other](caf::error& err) {
          if (fault_of(err) == fault::absent) {
            // The transport died: that says nothing about the item.
            call->close(x);
            return call->again_soon();
          }
          if (asks_other)
            return call->probed(std::move(err));
          call->note(to_string(fault_of(err)));
          call->failed(std::move(err), false);
        });
  }

  // The gate knows by now whether the provider is there again.
  void probed(caf::error err) {
    const auto code = fault_of(err);
    if (code == fault::unauthorized || code == fault::tls_refused)
      return finish_with(std::move(err)); // True of every item.
    if (code != fault::none && !is_transient(err))
      link_.known_good = {}; // It was good; now it says nothing.
    if (code == fault::none)
      return acquire();
    auto call = this->shared_from_this();
    later(self_, settings_.backoff_initial, [call] { call->acquire(); });
  }

  // The transport is gone, and its connection with it, before it could tell:
  // else the permit would keep its slot until its lifetime ends.
  void close(const permit& x) {
    call_event event;
    event.serial = x.serial;
    event.step = call_step::closed;
    event.at_ns = std::chrono::duration_cast<std::chrono::nanoseconds>(
                    self_->clock().now().time_since_epoch())
                    .count();
    event.failure = fault::stopping; // No word about the provider.
    self_->send(link_.gate, report_atom_v, event);
  }

  void judge_reply(api_reply& reply) {
    auto err = fault_of(reply) == fault::none ? judgement(reply)
                                              : error_of(reply, what_);
    note(std::to_string(reply.status)
         + (err && reply.status == 200 ? ' ' + to_string(fault_of(err)) : ""));
    if (err)
      return failed(std::move(err), fault_of(reply) == fault::rate_limited);
    link_.known_good = request_;
    auto outcome = outcome_with({});
    outcome.reply = std::move(reply);
    done_(std::move(outcome));
  }

  // A decoder is pure: a bug in it costs the item whose bytes it is, not its
  // worker, and not the next one.
  caf::error judgement(const api_reply& reply) {
    try {
      return sound_(reply);
    } catch (const std::exception& bug) {
      return caf::make_error(fault::bad_shape,
                             what_ + ": the decoder breaks: " + bug.what());
    }
  }

  // Fifty refusals of one item are told as well by the first of them.
  void note(const std::string& response) {
    constexpr std::size_t text_max = 120;
    auto& responses = tries_.responses;
    if (responses.size() < text_max)
      responses += (responses.empty() ? "" : ", ") + response;
  }

  void failed(caf::error err, bool throttled) {
    if (!is_transient(err))
      return finish_with(std::move(err));
    // A refusal says nothing about the item and costs it no attempt.
    if (throttled) {
      if (++tries_.throttled >= settings_.throttled_max)
        return finish_with(std::move(err));
      return acquire(); // The gate itself waits for as long as it must.
    }
    if (spend_attempt(fault_of(err)))
      return finish_with(std::move(err));
    if (patience_ == call_patience::none)
      return put_off(std::move(err), backoff(), std::chrono::milliseconds{0});
    auto call = this->shared_from_this();
    later(self_, backoff(), [call] { call->acquire(); });
  }

  // Counts a failure; true when the item has had its last attempt. A host that
  // cannot be reached says nothing about the item, so it costs a fifth: long
  // before the item is parked the gate's breaker takes the matter over.
  bool spend_attempt(fault why) {
    tries_.spent += why == fault::unreachable ? 1 : 5;
    return tries_.spent >= settings_.attempts * 5;
  }

  // Full jitter: anything up to a ceiling that doubles with each attempt.
  std::chrono::milliseconds backoff() {
    auto ceiling = settings_.backoff_initial;
    for (int i = 1;
         i < (tries_.spent + 4) / 5 && ceiling < settings_.backoff_max; ++i)
      ceiling *= 2;
    ceiling = std::min(ceiling, settings_.backoff_max);
    std::uniform_int_distribution<std::int64_t> pick(0, ceiling.count());
    return std::chrono::milliseconds(pick(link_.jitter));
  }

  void again_soon() {
    auto call = this->shared_from_this();
    later(self_, settings_.neighbour_pause, [call] { call->acquire(); });
  }

  api_outcome outcome_with(caf::error err) {
    api_outcome outcome;
    outcome.error = std::move(err);
    outcome.requests = tries_.requests - before_;
    outcome.tries = tries_;
    return outcome;
  }

  void finish_with(caf::error err) {
    done_(outcome_with(std::move(err)));
  }

  void put_off(caf::error err, std::chrono::milliseconds wait,
               std::chrono::milliseconds no_retries) {
    auto outcome = outcome_with(std::move(err));
    outcome.put_off = true;
    outcome.wait = wait;
    outcome.no_retries = no_retries;
    done_(std::move(outcome));
  }

  Self self_;
  api_link& link_;
  api_call_settings settings_;
  api_request request_;
  std::string what_;
  call_patience patience_;
  try_record tries_;    // Of the item.
  std::int32_t before_; // Requests of earlier calls.
  judge sound_;
  finish done_;
};

} // namespace racefill
