/// PLAN: what a run would do, without asking anything of the API.
#include "app/reports/plan_report.hpp"

#include <algorithm>
#include <chrono>
#include <string>

#include "app/commands/command.hpp"
#include "app/commands/probe_history.hpp"
#include "app/commands/report_scope.hpp"

namespace racefill {
namespace {

date first_of(int year) {
  return to_date(
    std::chrono::sys_days{std::chrono::year{year} / std::chrono::January / 1});
}

/// Changes the plan as --what-if says; the command line has checked the values.
/// Returns what was supposed, for people.
std::string suppose(const command_context& context, plan_input& input) {
  std::string out;
  int accounts = 1;
  for (const auto& x : context.call.what_if) {
    out += (out.empty() ? "Supposed: " : ", ") + x.key + '=' + x.value;
    if (x.key == "rate") {
      input.calls_per_second = std::stoi(x.value);
    } else if (x.key == "accounts") {
      accounts = std::stoi(x.value);
    } else if (x.key == "fast") {
      input.fast = x.value == "true";
    } else if (x.key == "years") {
      const auto dash = x.value.find('-');
      const auto last = dash == std::string::npos ? x.value
                                                  : x.value.substr(dash + 1);
      input.request.start = first_of(std::stoi(x.value));
      input.request.end = std::min(first_of(std::stoi(last) + 1) + -1,
                                   input.request.today);
    }
  }
  input.calls_per_second *= accounts;
  return out.empty() ? out : out + ".\n";
}

} // namespace

int plan_command(const command_context& context) {
  if (context.call.probe)
    return probe_history(context);
  return with_report_database(context, [&](report_database& db) {
    auto input = plan_input_of(context);
    const auto supposed = suppose(context, input);
    if (auto err = name_gaps(context, input.request))
      return fail_with(err);
    input.horses = read_horse_counts(db);
    const auto source = store_settings_of(context).source;
    const auto plan = summarize_plan(input,
                                     day_records(read_ledger_days(db, source)));
    plan_title title;
    title.database = db.name();
    title.note = missing_note(db) + supposed;
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
