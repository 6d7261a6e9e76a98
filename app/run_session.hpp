/// RUN_SESSION: the actor system's life, from first spawn to last drain.
#pragma once

#include <chrono>
#include <functional>

#include "app/wiring.hpp"
#include "messages/reports.hpp"

namespace racefill {

/// How a session ended.
enum class session_end {
  finished,    ///< All that was asked for has a receipt.
  halted,      ///< It could not go on; `why` says so.
  interrupted, ///< By a signal, and drained.
  killed,      ///< By the second signal, at once.
};

struct session_outcome {
  session_end end = session_end::finished;
  caf::error why;     ///< With `halted`.
  caf::error drained; ///< What the drain could not do; none when all is saved.
  snapshot last;      ///< As far as it could still be had.
  /// Actors are stuck in the outside world: leave by _Exit, all is written.
  bool is_stuck = false;
};

/// Blocks SIGINT, SIGTERM, SIGHUP and ignores SIGPIPE. Must come before any
/// thread is made; run_session() waits for the blocked ones.
void block_signals();

/// Waits so long for a SIGINT or SIGTERM; true when one came.
bool stop_requested_within(std::chrono::milliseconds patience);

/// Runs `plan` until it is over, calling `show` twice a second. SIGINT and
/// SIGTERM drain within drain.grace_seconds, a second one kills.
/// Faults: bad_settings.
caf::expected<session_outcome>
run_session(const command_context& context, const session_plan& plan,
            const std::function<void(const snapshot&)>& show);

} // namespace racefill
