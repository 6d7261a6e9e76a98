/// REPORT: one month, for those who were not there.
#include <algorithm>

#include "app/commands/command.hpp"
#include "app/commands/report_scope.hpp"
#include "app/print/json_report.hpp"
#include "infra/facts/month_facts.hpp"

namespace racefill {
namespace {

date first_of_month(const command_context& context) {
  auto month = context.call.month;
  if (month.empty())
    month = to_string(today_in_london()).substr(0, 7);
  return *parse_date(month + "-01"); // Checked by the command line.
}

std::string heading(const terminal_look& look, const std::string& text) {
  return '\n' + tinted(look, tint::bold, text) + '\n';
}

std::string runs_text(const month_facts& x, const terminal_look& look) {
  auto out = heading(look, "Runs: " + with_commas(x.runs_all));
  if (x.runs.empty())
    return out;
  text_table table{{{"begun", text_table::align::left},
                    {"ended", text_table::align::left},
                    {"outcome", text_table::align::left},
                    {"status"}}};
  for (const auto& run : x.runs)
    table.add(
      {run.started_at, run.ended_at.empty() ? std::string{"-"} : run.ended_at,
       run.outcome.empty() ? std::string{"running or killed"} : run.outcome,
       run.exit_status},
      run.exit_status == "0" || run.exit_status.empty() ? tint::none
                                                        : tint::warn);
  return out + table.text(look);
}

std::string attempts_text(const month_facts& x, const terminal_look& look) {
  auto out = heading(look, "Asked of the provider");
  text_table table{{{"what", text_table::align::left},
                    {"outcome", text_table::align::left},
                    {"items"},
                    {"requests"}}};
  std::int64_t requests = 0;
  for (const auto& each : x.attempts) {
    requests += each.requests;
    table.add({each.horses ? "horses" : "days", each.state,
               with_commas(each.count), with_commas(each.requests)},
              each.state == "failed" ? tint::bad : tint::none);
  }
  table.add({"all", "", "", with_commas(requests)});
  out += table.text(look);
  for (const auto& [reason, count] : x.reasons)
    out += wrapped_text(with_commas(count) + " x " + reason, 2);
  return out;
}

std::string rows_text(const month_facts& x, const terminal_look& look) {
  auto out = heading(look, "Rows made");
  text_table table{{{"table", text_table::align::left}, {"rows"}}};
  for (const auto& [name, count] : x.rows)
    table.add({name, with_commas(count)});
  out += table.text(look);
  if (x.quarantined > 0)
    out += "  " + with_commas(x.quarantined)
           + " values could not be stored: racefill_quarantine\n";
  return out;
}

std::string standing_text(const month_facts& x, const terminal_look& look) {
  auto out = heading(look, "Days in the ledger now");
  for (const auto& [state, count] : x.states)
    out += "  " + state
           + std::string(16 - std::min<std::size_t>(15, state.size()), ' ')
           + with_commas(count) + '\n';
  const auto* before = size_on(x.sizes, x.days.first + -1);
  const auto* after = size_on(x.sizes, x.days.last);
  if (after == nullptr)
    return out
           + "\nThe database's size is not known of this month; `racefill "
             "maintain` notes it.\n";
  out += "\nDatabase  " + human_bytes(after->bytes) + " on "
         + to_string(after->taken_on);
  if (before != nullptr)
    out += ", " + human_bytes(before->bytes) + " on "
           + to_string(before->taken_on);
  return out + '\n';
}

std::string text_of(const month_facts& x, const std::string& database,
                    const terminal_look& look) {
  return tinted(look, tint::bold, to_string(x.days)) + "  " + database + '\n'
         + runs_text(x, look) + attempts_text(x, look) + rows_text(x, look)
         + standing_text(x, look);
}

void add_counts(
  json_report& out, const char* name,
  const std::vector<std::pair<std::string, std::int64_t>>& counts) {
  out.open(name, '{');
  for (const auto& [key, count] : counts)
    out.member(key, count);
  out.close();
}

std::string json_of(const month_facts& x, const std::string& database) {
  json_report out;
  out.open('{')
    .member("schema", report_schema)
    .member("report", "month")
    .member("database", database)
    .member("first", to_string(x.days.first))
    .member("last", to_string(x.days.last))
    .member("runs", x.runs_all)
    .open("newest_runs", '[');
  for (const auto& run : x.runs)
    out.open('{')
      .member("started_at", run.started_at)
      .member("ended_at", run.ended_at)
      .member("outcome", run.outcome)
      .member("exit_status", run.exit_status)
      .close();
  out.close().open("attempts", '[');
  for (const auto& each : x.attempts)
    out.open('{')
      .member("what", each.horses ? "horses" : "days")
      .member("state", each.state)
      .member("items", each.count)
      .member("requests", each.requests)
      .close();
  out.close();
  add_counts(out, "rows", x.rows);
  add_counts(out, "failures", x.reasons);
  out.member("quarantined", x.quarantined);
  add_counts(out, "days", x.states);
  out.open("sizes", '[');
  for (const auto& size : x.sizes)
    out.open('{')
      .member("taken_on", to_string(size.taken_on))
      .member("bytes", size.bytes)
      .close();
  return out.close().close().take();
}

} // namespace

int report_command(const command_context& context) {
  return with_report_database(context, [&](report_database& db) {
    const auto found = read_month(db, first_of_month(context),
                                  store_settings_of(context).source);
    return print_report(context.call.json
                          ? json_of(found, db.name())
                          : missing_note(db)
                              + text_of(found, db.name(),
                                        look_of_stdout(context.env)),
                        0);
  });
}

} // namespace racefill
