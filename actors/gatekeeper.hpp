/// GATEKEEPER: the only door to the Racing API; hands out the permits.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

#include <caf/fwd.hpp>

#include "messages/actors.hpp"

namespace racefill {

/// What the GATEKEEPER is born with; the limits change by `configure`.
struct gatekeeper_settings {
  gate_limits limits;
  std::size_t waiting_max = 64; ///< Callers beyond this are refused.
  /// After birth nothing is granted for a window plus this: requests that an
  /// earlier life has sent may still be on their way.
  std::chrono::milliseconds silence{1'000};
  /// A permit whose transport never reports is given up after this.
  std::chrono::milliseconds permit_lifetime{45'000};
  std::chrono::milliseconds retry_after_max{900'000}; ///< Cap on Retry-After.
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
};

/// Starts the GATEKEEPER.
gatekeeper_actor spawn_gatekeeper(caf::actor_system& sys,
                                  gatekeeper_settings settings);

} // namespace racefill
