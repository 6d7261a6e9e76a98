/// PROBE_HISTORY: finds by bisection the first day the provider serves.
#pragma once

#include "app/commands/command.hpp"

namespace racefill {

/// Spends at most 15 calls, one after another and slower than the account's
/// limit; refuses while a run holds the lease. Prints what it found; returns
/// the exit status.
int probe_history(const command_context& context);

} // namespace racefill
