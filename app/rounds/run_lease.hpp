/// RUN_LEASE: the lease and the account's seat of a run in the foreground.
#pragma once

#include "app/cli/context.hpp"
#include "app/rounds/run_round.hpp"
#include "infra/ports/record_store.hpp"

namespace racefill {

/// Takes lease and seat for the plan, waiting for them when the call says so.
/// Faults: lease_held, stopping (interrupted while it waited), the store's.
caf::error take_lease(const command_context& context, record_store& store,
                      session_plan& plan);

/// Gives the lease back; says so in the log when that fails.
void give_lease_back(record_store& store, const lease_grant& lease);

} // namespace racefill
