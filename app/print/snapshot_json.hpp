/// SNAPSHOT_JSON: the status everybody shows, as JSON for programs.
#pragma once

#include <string>

#include "messages/reports.hpp"

namespace racefill {

/// Name and version of the shape; members are added under the same version,
/// renamed or removed only under the next.
inline constexpr const char* snapshot_schema = "racefill.snapshot/1";

/// The snapshot on one line, with a line end. Unknown days and times are null.
std::string snapshot_json(const snapshot& x);

} // namespace racefill
