/// MONITOR_PART: opens the remote monitor's port beside the work.
#pragma once

#include <string>

#include <caf/fwd.hpp>

#include "app/process/part.hpp"

namespace racefill {

/// Where the papers lie, beneath state.dir.
std::string monitor_folder(const settings& conf);

/// What the actor system must be told before it is made, when conf/ wants the
/// monitor; nothing otherwise.
void prepare_monitor(caf::actor_system_config& config, const settings& conf);

/// Opens gate, gateway and keeper. Faults: bad_settings, files_refused,
/// disk_full.
caf::expected<std::unique_ptr<service_part>>
open_monitor_part(const service_context& context);

} // namespace racefill
