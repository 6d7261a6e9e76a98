/// PROCESS_IDENTITY: who this process is, for the lease.
#pragma once

#include "infra/ports/record_store.hpp"

namespace racefill {

/// This process as a claimant of the lease: host, boot id, pid and the start
/// time that /proc tells, so that another one can see whether it still lives.
lease_claim claim_of_this_process();

} // namespace racefill
