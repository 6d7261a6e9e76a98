/// PROCESS_IDENTITY: who this process is, for the lease.
#pragma once

#include <string>

#include "infra/ports/record_store.hpp"

namespace racefill {

/// The name of this machine; "" if it has none.
std::string host_name();

/// This process as a claimant of the lease: host, boot id, pid and the start
/// time that /proc tells, so that another one can see whether it still lives.
lease_claim claim_of_this_process();

/// The start time of process `pid` as /proc/PID/stat has it; "" when there is
/// no such process or it has ended.
std::string process_start(std::int64_t pid);

} // namespace racefill
