/// PREPARE_DATABASE: what must be true of the database before a run starts.
#pragma once

#include <functional>
#include <memory>

#include <caf/expected.hpp>

#include "app/cli/context.hpp"
#include "app/rounds/round_range.hpp"
#include "infra/ports/record_store.hpp"

namespace racefill {

/// A database that a run may write to.
struct opened_database {
  std::unique_ptr<record_store> store;
  bool has_course_list = false; ///< ra_courses holds the provider's list.
};

/// Connects, and makes what is missing of the tables: all of them in an empty
/// database, additions in one of ours. A database with tables of somebody else
/// and no ledger is left alone until `racefill migrate` has been run on it.
/// `before_making` is asked before tables are made where no ledger is; its
/// error leaves all as it was. Faults: those of record_store, schema_newer,
/// bad_settings.
caf::expected<opened_database>
open_for_run(const command_context& context,
             const std::function<caf::error()>& before_making = {});

/// Readies the ledger once the lease is ours: horses that failed are pending
/// again, so are settled days that `plan` asks again, unless the run that is
/// resumed has done it; and days that only the checkpoint file knows to be
/// empty are entered.
caf::error prepare_ledger(record_store& store, const run_range& range,
                          day_plan_request& plan);

} // namespace racefill
