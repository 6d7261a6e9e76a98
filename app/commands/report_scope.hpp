/// REPORT_SCOPE: what a report is about, from the command's context.
#pragma once

#include <string>

#include "app/cli/context.hpp"
#include "app/print/terminal.hpp"
#include "app/process/exit_status.hpp"
#include "app/rounds/edges.hpp"
#include "app/rounds/round_range.hpp"
#include "infra/facts/checks.hpp"
#include "infra/facts/plan_summary.hpp"
#include "infra/facts/report_database.hpp"

namespace racefill {

/// The range of a run: its end is today unless conf names one.
day_range range_of(const command_context& context);

/// What `run` would be asked for.
day_plan_request plan_request_of(const command_context& context);

/// With --gaps: names the days that are missing or thin as the only ones of
/// `plan`. Faults: those of the database.
caf::error name_gaps(const command_context& context, day_plan_request& plan);

/// Everything a plan is made from but the ledger's counts.
plan_input plan_input_of(const command_context& context);

/// What `validate` proves.
check_request check_request_of(const command_context& context);

/// Opens the report's database and runs `use(db)`, which returns the exit
/// status; faults and sql_error become the one line and their status.
template <class Use>
int with_report_database(const command_context& context, Use use) {
  auto db = report_database::open(store_settings_of(context));
  if (!db)
    return fail_with(db.error());
  try {
    return use(*db);
  } catch (const sql_error& err) {
    return fail_with(to_error(err));
  }
}

/// `sqlite:racefill.db does not exist yet: …` for people; "" when it exists.
std::string missing_note(const report_database& db);

} // namespace racefill
