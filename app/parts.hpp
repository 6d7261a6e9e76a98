/// PARTS: what a running process opens to the outside.
#pragma once

#include "app/process/part.hpp"

namespace racefill {

/// The status page and the remote monitor's port.
service_parts all_service_parts();

} // namespace racefill
