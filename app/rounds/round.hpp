/// ROUND: what every round has around its session: plan, record, verdict.
#pragma once

#include <optional>
#include <string>

#include "app/process/exit_status.hpp"
#include "app/rounds/round_range.hpp"
#include "app/rounds/round_summary.hpp"
#include "app/rounds/run_round.hpp"
#include "infra/files/local_state_files.hpp"

namespace racefill {

/// What came of a round.
struct round_result {
  run_verdict verdict;
  exit_status status = exit_status::left;
  std::string json; ///< The summary, as racefill_runs keeps it.
};

/// The plan of a round over `range`, as the command line and conf/ want it.
session_plan plan_of(const command_context& context, const run_range& range);

/// The plan goes under `lease`, which has just become ours, and takes the seat
/// of the account for as long as it lives, unless it has it. Faults: lease_held
/// (the seat is taken), bad_settings.
caf::error put_under(session_plan& plan, const command_context& context,
                     const lease_grant& lease);

/// The exit status of a session that did not get to its end; none if it did.
std::optional<exit_status> status_if_unfinished(const session_outcome& outcome);

/// The state files as conf/ has them.
state_files_settings files_of(const settings& conf);

/// Enters the round's beginning into the ledger.
caf::error record_start(record_store& store, const session_plan& plan);

/// Asks the ledger what came of the round, and enters its end.
/// Faults: the round's own reason, else those of the store.
caf::expected<round_result>
conclude(const command_context& context, record_store& store,
         const session_plan& plan, const session_outcome& outcome);

} // namespace racefill
