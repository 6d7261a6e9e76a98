/// The gate's whole arithmetic: when a call may go, and what each outcome
/// teaches. The GATEKEEPER adds the queue, the clock and the messages.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "infra/pure/circuit_breaker.hpp"
#include "infra/pure/gatekeeper_settings.hpp"
#include "infra/pure/log_histogram.hpp"
#include "infra/pure/nanos.hpp"
#include "infra/pure/refusals.hpp"
#include "infra/pure/retry_budget.hpp"
#include "infra/pure/rolling_count.hpp"
#include "infra/pure/round_trip_floor.hpp"
#include "infra/pure/slot_book.hpp"
#include "messages/calls.hpp"
#include "messages/reports.hpp"

namespace racefill {

/// One life of the gate. `now` never goes back between two calls.
class gate {
public:
  /// Born at `born` (> 0). Serials start there: a life grants fewer permits
  /// than nanoseconds pass, so no later life on this clock gives one again.
  gate(gatekeeper_settings settings, nanos born);

  /// The earliest instant at which a call may be granted, as far as known
  /// now; at most `now` if at once, `never` if only an event can tell.
  nanos ready_at(call_kind kind, bool retry, nanos now) const;

  /// How long a retry must wait because retries have spent their budget; 0
  /// while one more fits. Alone: nobody wants a first attempt.
  nanos budget_wait(nanos now, bool alone) const;

  /// Grants a call. Only when ready_at() <= now.
  permit grant(const permit_request& request, nanos now);

  /// Hears a step of a call. Times in the future count as `now`; impossible
  /// ones (before the grant) too, which is the safe side.
  void report(const call_event& event, nanos now);

  /// Takes an unused permit back; no effect if it was used or is unknown.
  void release(const permit& unused, nanos now);

  /// Gives up permits of which nothing was heard for their lifetime.
  void expire(nanos now);

  /// When expire() has something to do; `never` while no permit is out.
  nanos next_expiry() const;

  /// Whether anybody wants a call or has one out, from now on. Time in which
  /// nobody does, or nobody may, says nothing about the provider.
  void watch(bool wanted, nanos now);

  /// A person stops and restarts the granting.
  void pause();
  void resume(nanos now);

  /// Sets the limits; past requests count under the new ones.
  void configure(const gate_limits& limits);

  /// When the provider counts as out of reach, as things stand since the last
  /// watch(); `never` while it answers, until some calls have failed, and while
  /// none may be made.
  nanos give_up_at() const;

  /// Why, for a person.
  std::string outage_text() const;

  /// The account; `waiting` is the caller's to fill.
  gate_status status(nanos now) const;

  /// How the slots are read now.
  slot_rule rule(nanos now) const;

private:
  slot_window main_window() const;
  slot_window kind_window(call_kind kind) const;
  slot_window ip_window() const;
  nanos longest_window() const;
  void log(gate_step step, const call_trace& trace, nanos at,
           std::int32_t status = 0, nanos span = 0) const;
  call_trace& foreign_trace(std::uint64_t serial, nanos at);
  void on_sent(call_trace& trace, nanos at, nanos now);
  void on_closed(call_trace& trace, const call_event& event, nanos at,
                 nanos now);
  void judge(const call_trace& trace, const call_event& event, nanos now);
  void on_refusal(const call_trace& trace, nanos retry_after, nanos now);
  bool is_explained(const call_trace& refused, nanos now) const;
  void hold(nanos until);
  void failed_again(nanos now);

  gatekeeper_settings settings_;
  gate_limits limits_;  // As configured, within reason.
  nanos unknown_until_; // Calls of an earlier life may arrive until then.
  std::uint64_t serial_;
  slot_book book_;
  round_trip_floor trips_;
  refusals refusals_;
  retry_budget budget_;
  circuit_breaker breaker_;
  log_histogram latency_;
  rolling_count sent_lately_;
  nanos first_sent_ = never;
  bool paused_ = false;
  nanos hold_until_ = 0;  // By a 429, a block or a 503's Retry-After.
  nanos asked_until_ = 0; // By a Retry-After alone.
  nanos outage_since_ = never;
  nanos outage_ = 0; // Of it, time in which calls could be made.
  std::int32_t outage_failures_ = 0; // Since the last good answer.
  bool wanted_ = false;
  nanos watched_ = 0; // The outage is counted up to here.
  bool ever_replied_ = false;
  std::string last_failure_; // What the last call that failed failed of.
  std::int64_t requests_ = 0;
  std::int64_t retries_ = 0;
  std::int64_t replies_ = 0;
  std::int64_t rate_limited_ = 0;
  std::map<std::string, std::int64_t> outcomes_;
};

} // namespace racefill
