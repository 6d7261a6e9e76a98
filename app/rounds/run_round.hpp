/// RUN_SESSION: one round: its supervisor's life, from first spawn to last
/// drain.
#pragma once

#include "app/rounds/host.hpp"
#include "app/wiring/roster.hpp"
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
};

/// Runs `plan` in `host` until it is over. The first stop drains within
/// drain.grace_seconds, a second one kills. Afterwards the desk says that it
/// waits for `waits_for`.
/// Faults: bad_settings.
caf::expected<session_outcome> run_session(service& host,
                                           const session_plan& plan,
                                           const std::string& waits_for);

} // namespace racefill
