/// What the GATEKEEPER is born with, for the actor and for its arithmetic.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "infra/ports/gate_log.hpp"
#include "messages/limits.hpp"

namespace racefill {

/// What the GATEKEEPER is born with; the limits change by `configure`.
struct gatekeeper_settings {
  gate_limits limits;
  std::size_t waiting_max = 64; ///< Callers beyond this are refused.
  /// After birth nothing is granted for a window plus this: requests that an
  /// earlier life has sent may still be on their way. Equally a request whose
  /// connection was closed without a reply may arrive for so long. Longer than
  /// any way to the API; so short that a resume asks within two seconds.
  std::chrono::milliseconds silence{900};
  /// Nobody else has sent anything since; then the silence counts from here
  /// instead of from birth. The clock's epoch: not known.
  std::chrono::steady_clock::time_point alone_since;
  /// A permit whose transport reports nothing more is given up after this; it
  /// must exceed the deadline of an exchange.
  std::chrono::milliseconds permit_lifetime{45'000};
  std::chrono::milliseconds retry_after_max{900'000}; ///< Cap on Retry-After.
  /// The provider's edge bans for five minutes; asking again prolongs it.
  std::chrono::milliseconds cool_off{300'000};
  double retry_budget_share = 0.1; ///< Retries per request over 5 minutes …
  std::int32_t retry_budget_floor = 20; ///< … beyond this many.
  std::int32_t breaker_failures = 8;    ///< So many in a row open the breaker.
  std::chrono::milliseconds breaker_probe{
    5'000}; ///< Between probes, doubling …
  std::chrono::milliseconds breaker_probe_max{60'000}; ///< … up to this.
  /// Halts the run (fault unreachable) after so long without any reply.
  std::chrono::milliseconds give_up{900'000};
  /// The same while no reply has ever come: a wrong host shows at once.
  std::chrono::milliseconds give_up_at_start{45'000};
  std::shared_ptr<gate_log> log; ///< Hears every step; may be null.
};

} // namespace racefill
