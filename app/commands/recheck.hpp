/// RECHECK: `run --recheck`: what the provider says today of settled days.
#pragma once

#include "app/commands/command.hpp"

namespace racefill {

/// Asks the settled days of --recheck again, without their horses, and tells
/// what that changes; with --apply it is written. Returns the exit status.
int recheck_command(const command_context& context);

} // namespace racefill
