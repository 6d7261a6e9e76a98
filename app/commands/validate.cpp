/// VALIDATE: the checks that prove a back-fill complete.
#include "app/reports/validate_report.hpp"

#include <chrono>
#include <cstdio>

#include "app/commands/command.hpp"
#include "app/commands/report_scope.hpp"
#include "app/print/report_file.hpp"
#include "infra/facts/repair.hpp"
#include "infra/files/durable_file.hpp"
#include "infra/machine/process_identity.hpp"
#include "infra/pure/instant.hpp"

namespace racefill {
namespace {

/// Enters what failed as pending; gives the exit status. A database of its own
/// session: the report's is for reading only.
int repair(const command_context& context, const check_report& report) {
  const auto settings = store_settings_of(context);
  auto session = open_session(settings);
  if (!session)
    return fail_with(session.error());
  const auto done = enqueue_repairs(**session, report, settings.source,
                                    claim_of_this_process());
  if (!done)
    return fail_with(done.error());
  const auto text = with_commas(done->days) + " days and "
                    + with_commas(done->horses)
                    + " horses are to be asked again; racefill run does it.\n";
  // JSON goes to standard output alone.
  if (context.call.json)
    return std::fputs(text.c_str(), stderr) < 0 ? 1 : 0;
  return print_report(text, 0);
}

caf::error write_files(const command_context& context,
                       const validate_title& title,
                       const check_report& report) {
  if (!context.call.junit_file.empty())
    if (auto err = write_report_file(context.call.junit_file,
                                     validate_junit(title, report)))
      return err;
  if (context.call.html_file.empty())
    return {};
  const auto cells = coverage_of(range_of(context), today_in_london(),
                                 report.facts.days, report.facts.ledger);
  return write_report_file(context.call.html_file,
                           validate_html(title, report, cells));
}

} // namespace

int validate_command(const command_context& context) {
  return with_report_database(context, [&](report_database& db) {
    const auto request = check_request_of(context);
    const auto report = run_checks(db, request);
    validate_title title;
    title.database = db.name();
    title.note = missing_note(db);
    title.timestamp = utc_text(std::chrono::system_clock::now());
    title.strict = context.call.strict;
    const bool fails = report.failed > 0 || (title.strict && report.warned > 0);
    const auto status = print_report(
      context.call.json
        ? validate_json(title, report)
        : validate_text(title, report, look_of_stdout(context.env)),
      to_int(fails ? exit_status::left : exit_status::settled));
    if (auto err = write_files(context, title, report))
      return fail_with(err);
    if (context.call.repair && db.exists()) {
      db.close(); // The repair writes.
      const auto repaired = repair(context, report);
      if (repaired != 0)
        return repaired;
    }
    return status;
  });
}

} // namespace racefill
