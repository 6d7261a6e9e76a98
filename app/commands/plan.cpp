/// PLAN: what a run would do, without asking anything of the API.
#include "app/reports/plan_report.hpp"

#include "app/commands/command.hpp"
#include "app/reports/report_scope.hpp"

namespace racefill {

int plan_command(const command_context& context) {
  return with_report_database(context, [&](report_database& db) {
    auto input = plan_input_of(context);
    input.horses = read_horse_counts(db);
    const auto source = store_settings_of(context).source;
    const auto plan = summarize_plan(input,
                                     day_records(read_ledger_days(db, source)));
    plan_title title;
    title.database = db.name();
    title.note = missing_note(db);
    title.range = {input.request.start, input.request.end};
    title.order = input.request.oldest_first ? "oldest-first" : "newest-first";
    title.history_start = input.request.history_start;
    return print_report(context.call.json
                          ? plan_json(title, plan)
                          : plan_text(title, plan, look_of_stdout(context.env)),
                        0);
  });
}

} // namespace racefill
