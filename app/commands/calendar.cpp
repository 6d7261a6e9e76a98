/// CALENDAR: the coverage of each day, in the terminal or as a page.
#include <chrono>

#include "app/commands/command.hpp"
#include "app/commands/report_scope.hpp"
#include "app/print/report_file.hpp"
#include "app/reports/calendar_report.hpp"
#include "infra/pure/instant.hpp"

namespace racefill {

int calendar_command(const command_context& context) {
  return with_report_database(context, [&](report_database& db) {
    calendar_title title;
    title.database = db.name();
    title.note = missing_note(db);
    title.timestamp = utc_text(std::chrono::system_clock::now());
    title.range = range_of(context);
    const auto cells
      = coverage_of(title.range, today_in_london(),
                    read_day_facts(db, context.conf.api.regions),
                    read_ledger_days(db, store_settings_of(context).source));
    const auto& file = context.call.html_file;
    if (!file.empty())
      if (auto err = write_report_file(file, calendar_html(title, cells)))
        return fail_with(err);
    if (context.call.json)
      return print_report(calendar_json(title, cells), 0);
    if (!file.empty())
      return print_report("Wrote " + file + ".\n", 0);
    return print_report(
      calendar_text(title, cells, look_of_stdout(context.env)), 0);
  });
}

} // namespace racefill
