/// THIS_PROCESS: who we are for the lease, and the files we write for people.
#pragma once

#include <string>

#include <caf/error.hpp>

#include "infra/ports/record_store.hpp"

namespace racefill {

/// A claim for a moment: an upkeep command beside a possible run.
lease_claim claim_of_this_process();

/// Writes a report to `path`, whole or not at all. Faults: files_refused,
/// disk_full.
caf::error write_report_file(const std::string& path, const std::string& text);

} // namespace racefill
