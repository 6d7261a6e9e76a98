/// REPORT_FILE: reports written to a file of the user's choice.
#pragma once

#include <string>

#include <caf/error.hpp>

namespace racefill {

/// Writes a report to `path`, whole or not at all. Faults: files_refused,
/// disk_full.
caf::error write_report_file(const std::string& path, const std::string& text);

} // namespace racefill
