/// ANALYZE: what the tables hold, by table and year, and what is missing.
#include "app/reports/analyze_report.hpp"

#include <chrono>

#include "app/commands/command.hpp"
#include "app/commands/report_scope.hpp"
#include "infra/files/durable_file.hpp"
#include "infra/pure/instant.hpp"

namespace racefill {
namespace {

analysis analyze(const command_context& context, report_database& db) {
  analysis out;
  out.database = db.name();
  out.note = missing_note(db);
  out.timestamp = utc_text(std::chrono::system_clock::now());
  out.range = range_of(context);
  out.today = today_in_london();
  out.days = read_day_facts(db, context.conf.api.regions);
  out.ledger = read_ledger_days(db, store_settings_of(context).source);
  out.tables = read_table_totals(db, out.days);
  out.enrichment = read_enrichment(db);
  out.bytes = read_database_bytes(db);
  auto input = plan_input_of(context);
  input.horses = read_horse_counts(db);
  out.plan = summarize_plan(input, day_records(out.ledger));
  return out;
}

} // namespace

int analyze_command(const command_context& context) {
  return with_report_database(context, [&](report_database& db) {
    const auto found = analyze(context, db);
    const auto json = analyze_json(found);
    const auto status = print_report(
      context.call.json ? json
                        : analyze_text(found, look_of_stdout(context.env)),
      0);
    // For scripts that read the old job's file.
    const auto path = in_state_dir(context.conf, "logs/backfill_analysis.json");
    if (auto err = make_folder_of(path))
      return fail_with(err);
    if (auto err = replace_file(path, json))
      return fail_with(err);
    return status;
  });
}

} // namespace racefill
