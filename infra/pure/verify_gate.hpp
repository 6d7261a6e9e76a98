/// Checks a gate's log against its promise, without trusting the gate.
#pragma once

#include <cstdint>
#include <vector>

#include "infra/ports/gate_log.hpp"
#include "infra/pure/nanos.hpp"
#include "messages/limits.hpp"

namespace racefill {

/// A stretch of time in which too many requests can have arrived.
struct gate_breach {
  nanos from = 0; ///< The window is (from, from + its length].
  std::int64_t count = 0;
  std::vector<std::uint64_t> serials; ///< Of those requests.
};

struct gate_verdict {
  std::int64_t requests = 0; ///< Sent.
  /// Of them, requests of which the log has no proof of arrival.
  std::int64_t unproven = 0;
  /// Permits whose fate a dead gate did not tell: each may have been a request,
  /// so they count in windows, not in `requests`.
  std::int64_t maybe = 0;
  /// The largest number that can have arrived in any one window.
  std::int64_t largest = 0;
  /// (requests - N) / (N / T * time from the first send to the last); 0 if
  /// that time is 0.
  double utilisation = 0;
  std::vector<gate_breach> breaches; ///< Windows it cannot vouch for.
  std::int64_t breaches_total = 0;   ///< The unlisted ones included.
};

/// Judges the log of one or more lives of a gate, in the order as recorded,
/// against `requests` per `length`. `proof` says what counts as one: reply
/// (replies and closes alone), ack (acknowledgements too). With paced the
/// sends themselves count as arrivals, which shows what an ideal network would
/// have seen and proves nothing. At most `breaches_max` breaches are listed.
gate_verdict verify_gate(const std::vector<gate_log_line>& lines,
                         std::int32_t requests, nanos length, gate_mode proof,
                         std::size_t breaches_max = 100);

/// The same for a server's own log, where the truth is known: the instants of
/// arrival, in any order. Serials are indices into `arrivals`.
gate_verdict verify_arrivals(const std::vector<nanos>& arrivals,
                             std::int32_t requests, nanos length,
                             std::size_t breaches_max = 100);

} // namespace racefill
