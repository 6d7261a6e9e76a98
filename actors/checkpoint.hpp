/// CHECKPOINT: the ledger's image in memory; says what is left to do.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include <caf/fwd.hpp>

#include "infra/ports/wall_clock.hpp"
#include "infra/pure/day_plan.hpp"
#include "messages/actors.hpp"

namespace racefill {

struct checkpoint_settings {
  std::string run_id;
  std::string start_time; ///< UTC instant of the run's first start.
  day_plan_request plan;
  bool fast = false;                    ///< Horses are left to a later run.
  std::int64_t every_days = 10;         ///< Receipts of days between two saves.
  wall_clock clock;                     ///< For the error log's time stamps.
  std::chrono::milliseconds retry{500}; ///< After a failed read of the ledger.
  std::chrono::milliseconds read_timeout{120'000};
  std::chrono::milliseconds lease_interval{20'000}; ///< Between renewals.
  /// Without a receipt for so long while nothing seems left, the ledger is
  /// counted anew: a commit whose answer was lost must not leave a horse out.
  std::chrono::milliseconds recount{5'000};
};

/// Starts the CHECKPOINT. It restores itself from the ledger and sends the
/// plan to the DATE SCHEDULER. Safe to forget but for the session's counters,
/// which start at zero again; the ledger has every fact.
checkpoint_actor spawn_checkpoint(caf::actor_system& sys,
                                  checkpoint_settings settings);

} // namespace racefill
