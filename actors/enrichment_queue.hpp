/// ENRICHMENT QUEUE: the horses that still want their profile.
#pragma once

#include <chrono>
#include <cstdint>

#include <caf/fwd.hpp>

#include "messages/actors.hpp"

namespace racefill {

struct enrichment_queue_settings {
  bool enabled = true; ///< `--fast` leaves the horses to a later run.
  std::int32_t page_rows = 5'000; ///< Ledger rows a page of the first load.
  std::chrono::milliseconds retry{500}; ///< After a failed page.
  std::chrono::milliseconds page_timeout{60'000};
};

/// Starts the ENRICHMENT QUEUE. It fills itself with the ledger's pending
/// horses. Safe to forget: the ledger has them all, and a restarted one loads
/// them again.
enrichment_queue_actor
spawn_enrichment_queue(caf::actor_system& sys,
                       enrichment_queue_settings settings);

} // namespace racefill
