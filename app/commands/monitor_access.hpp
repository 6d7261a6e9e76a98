/// MONITOR_ACCESS: which service `monitor` and `ctl` talk to, and with what.
#pragma once

#include <caf/expected.hpp>

#include "app/commands/command.hpp"
#include "app/monitor/monitor_client.hpp"

namespace racefill {

/// The papers from --client or the state directory; the address from --attach,
/// else conf/, else where the service said it listens. Faults: bad_settings.
caf::expected<monitor_client_settings>
monitor_access(const command_context& context);

/// Says a connection's error in one line with what to do; the exit status.
int fail_with_link(const caf::error& err);

} // namespace racefill
