/// One call of the API from permit to judged reply: attempts, back-off, budget.
///
/// Used by every worker that asks the API; each attempt takes a permit of its
/// own, so retries pay from the same limit as everything else.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
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
};

/// What came of a call.
struct api_outcome {
  api_reply reply;           ///< Valid when no error.
  caf::error error;          ///< The last one, after the last attempt.
  std::int32_t requests = 0; ///< Requests spent.
  std::string responses;     ///< What each of them brought, `503, 200`.
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
                    const api_call_settings& settings, api_request request,
                    std::string what, judge sound, finish done) {
    auto call = std::shared_ptr<api_call>(
      new api_call(self, link, settings, std::move(request), std::move(what),
                   std::move(sound), std::move(done)));
    call->acquire();
  }

private:
  api_call(Self self, api_link& link, const api_call_settings& settings,
           api_request request, std::string what, judge sound, finish done)
    : self_(self),
      link_(link),
      settings_(settings),
      request_(std::move(request)),
      what_(std::move(what)),
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
    wish.attempt = requests_ + 1;
    wish.patience_ms = settings_.patience.count();
    self_
      ->request(link_.gate, settings_.patience + std::chrono::seconds(60),
                acquire_atom_v, wish)
      .then([call](const permit& x) { call->fetch(x); },
            [call](caf::error& err) {
              // Only `stopping` ends a wait at the gate; nothing was spent.
              if (fault_of(err) == fault::stopping)
                call->finish_with(std::move(err));
              else
                call->again_soon();
            });
  }

  void fetch(permit x) {
    if (!link_.transport) {
      self_->send(link_.gate, release_atom_v, x);
      return again_soon();
    }
    auto call = this->shared_from_this();
    ++requests_;
    // The transport keeps the deadline itself; the margin is for its restart.
    const auto limit = std::chrono::milliseconds(request_.deadline_ms)
                       + std::chrono::seconds(30);
    self_->request(link_.transport, limit, fetch_atom_v, x, request_)
      .then([call, x](api_reply& reply) { call->judge_reply(x, reply); },
            [call, x](caf::error& err) {
              if (fault_of(err) != fault::absent) {
                call->note(to_string(fault_of(err)));
                return call->failed(x, std::move(err), false);
              }
              // The transport died: that says nothing about the item.
              call->close(x);
              call->again_soon();
            });
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

  void judge_reply(permit x, api_reply& reply) {
    auto err = fault_of(reply) == fault::none ? sound_(reply)
                                              : error_of(reply, what_);
    note(std::to_string(reply.status)
         + (err && reply.status == 200 ? ' ' + to_string(fault_of(err)) : ""));
    if (err)
      return failed(x, std::move(err), fault_of(reply) == fault::rate_limited);
    api_outcome outcome;
    outcome.reply = std::move(reply);
    outcome.requests = requests_;
    outcome.responses = std::move(responses_);
    done_(std::move(outcome));
  }

  // Fifty refusals of one item are told as well by the first of them.
  void note(const std::string& response) {
    constexpr std::size_t text_max = 120;
    if (responses_.size() < text_max)
      responses_ += (responses_.empty() ? "" : ", ") + response;
  }

  void failed(permit x, caf::error err, bool throttled) {
    if (!is_transient(err))
      return finish_with(std::move(err));
    // A refusal says nothing about the item, nor does the open breaker's probe
    // about more than the provider: neither costs it an attempt.
    if (throttled) {
      if (++throttled_ >= settings_.throttled_max)
        return finish_with(std::move(err));
    } else if (!x.probe && spend_attempt(fault_of(err))) {
      return finish_with(std::move(err));
    }
    if (throttled)
      return acquire(); // The gate itself waits for as long as it must.
    auto call = this->shared_from_this();
    later(self_, backoff(), [call] { call->acquire(); });
  }

  // Counts a failure; true when the item has had its last attempt. A host that
  // cannot be reached says nothing about the item, so it costs a fifth: long
  // before the item is parked the gate's breaker takes the matter over.
  bool spend_attempt(fault why) {
    ++attempts_;
    spent_ += why == fault::unreachable ? 1 : 5;
    return spent_ >= settings_.attempts * 5;
  }

  // Full jitter: anything up to a ceiling that doubles with each attempt.
  caf::timespan backoff() {
    auto ceiling = settings_.backoff_initial;
    for (int i = 1; i < attempts_ && ceiling < settings_.backoff_max; ++i)
      ceiling *= 2;
    ceiling = std::min(ceiling, settings_.backoff_max);
    std::uniform_int_distribution<std::int64_t> pick(0, ceiling.count());
    return std::chrono::milliseconds(pick(link_.jitter));
  }

  void again_soon() {
    auto call = this->shared_from_this();
    later(self_, settings_.neighbour_pause, [call] { call->acquire(); });
  }

  void finish_with(caf::error err) {
    api_outcome outcome;
    outcome.error = std::move(err);
    outcome.requests = requests_;
    outcome.responses = std::move(responses_);
    done_(std::move(outcome));
  }

  Self self_;
  api_link& link_;
  api_call_settings settings_;
  api_request request_;
  std::string what_;
  judge sound_;
  finish done_;
  std::string responses_;
  std::int32_t requests_ = 0;  // Sent, whatever came of them.
  std::int32_t attempts_ = 0;  // Failed ones that count.
  std::int32_t spent_ = 0;     // Fifths of an attempt.
  std::int32_t throttled_ = 0; // Refused ones.
};

} // namespace racefill
