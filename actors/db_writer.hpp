/// DB WRITER: batches whole units and commits them, rows and ledger together.
#pragma once

#include <chrono>
#include <cstddef>

#include <caf/fwd.hpp>

#include "messages/actors.hpp"

namespace racefill {

struct db_writer_settings {
  writer_limits limits;
  std::size_t units_max = 512; ///< Units held; beyond: queue_full.
  std::chrono::milliseconds commit_timeout{300'000};
  std::chrono::milliseconds backoff_initial{250}; ///< After a failed commit …
  std::chrono::milliseconds backoff_max{15'000};  ///< … doubling up to this.
  /// Halts the run when no commit has worked for so long.
  std::chrono::milliseconds give_up{1'800'000};
};

/// Starts the DB WRITER. One transaction a batch, one batch at a time in each
/// store session it has met. Safe to forget: a unit without its receipt is
/// still at its sender, who hands it over again.
db_writer_actor spawn_db_writer(caf::actor_system& sys,
                                db_writer_settings settings);

} // namespace racefill
