#include "app/reports/plan_report.hpp"

#include "app/print/json_report.hpp"

namespace racefill {
namespace {

std::string of_bounds(const plan_bounds& x,
                      std::string (*spell)(std::int64_t)) {
  if (x.lower == x.upper)
    return spell(x.lower);
  return spell(x.likely) + "  (" + spell(x.lower) + " to " + spell(x.upper)
         + ')';
}

std::string figure(const std::string& name, const std::string& value) {
  auto out = "  " + name;
  out.resize(std::max<std::size_t>(out.size() + 2, 24), ' ');
  return out + value + '\n';
}

std::string reasons_text(const plan_summary& plan, const terminal_look& look) {
  text_table table{{{"days", text_table::align::right},
                    {"", text_table::align::left},
                    {"reason", text_table::align::left}}};
  for (const auto& [reason, count] : plan.reasons)
    table.add({with_commas(count), is_asked(reason) ? "ask" : "skip",
               to_string(reason)},
              is_asked(reason) ? tint::none : tint::dim);
  return table.text(look);
}

std::string years_text(const plan_summary& plan, const terminal_look& look) {
  text_table table{{{"year"}, {"ask"}, {"skip"}, {"minutes at the limit"}}};
  for (const auto& year : plan.years) {
    const auto minutes = plan.calls_per_second <= 0
                           ? 0
                           : year.asked / plan.calls_per_second / 60;
    table.add({std::to_string(year.year), with_commas(year.asked),
               with_commas(year.left), short_number(std::max(0.0, minutes))});
  }
  return table.text(look);
}

void bounds_json(json_report& out, const char* name, const plan_bounds& x) {
  out.open(name, '{')
    .member("lower", x.lower)
    .member("likely", x.likely)
    .member("upper", x.upper)
    .close();
}

} // namespace

std::string plan_text(const plan_title& title, const plan_summary& plan,
                      const terminal_look& look) {
  std::string out = tinted(look, tint::bold, "Plan: " + to_string(title.range))
                    + ", " + with_commas(plan.days) + " days, " + title.order
                    + '\n' + wrapped_text("Database " + title.database, 0)
                    + title.note + '\n' + reasons_text(plan, look) + '\n';
  if (plan.before_history > 0)
    out += wrapped_text(
      with_commas(plan.before_history) + " of the days lie before "
        + to_string(title.history_start)
        + ", where the provider's history begins: they are asked newest first "
          "until enough in a row bring nothing, then one a year. "
          "--ask-before-history asks them all.",
      0);
  if (plan.provisional > 0)
    out += wrapped_text(with_commas(plan.provisional)
                          + " of the days not over yet: their cards are "
                            "fetched now and asked again later.",
                        0);
  out += years_text(plan, look) + '\n';
  if (plan.fast)
    out += "Horses are left out (--fast).\n";
  else
    out += wrapped_text(
      with_commas(plan.horses_asked) + " known horses to fetch ("
        + with_commas(plan.horses_failed) + " of them failed before); skipped: "
        + with_commas(plan.horses_done) + " done, "
        + with_commas(plan.horses_not_found) + " unknown to the provider.",
      0);
  out += '\n' + tinted(look, tint::bold, "What it takes")
         + " (likely, and from " + "certain to at most)\n";
  out += figure("racecard calls", of_bounds(plan.days_calls, with_commas));
  out += figure("horse calls", of_bounds(plan.horse_calls, with_commas));
  out += figure("all calls", of_bounds(plan.calls, with_commas));
  out += figure("time at " + short_number(plan.calls_per_second) + "/s",
                of_bounds(plan.seconds, human_seconds));
  out += figure("added storage", of_bounds(plan.bytes, human_bytes));
  if (plan.asked == 0 && plan.horses_asked == 0)
    out += "\nNothing is left to do.\n";
  else if (plan.first_asked.known())
    out += "\nA run begins with " + to_string(plan.first_asked)
           + ". Nothing was asked of the API for this plan.\n";
  return out;
}

std::string plan_json(const plan_title& title, const plan_summary& plan) {
  json_report out;
  out.open('{')
    .member("schema", report_schema)
    .member("report", "plan")
    .member("database", title.database)
    .member("start", to_string(title.range.first))
    .member("end", to_string(title.range.last))
    .member("order", title.order)
    .member("fast", plan.fast)
    .member("calls_per_second", plan.calls_per_second);
  out.open("days", '{')
    .member("total", plan.days)
    .member("asked", plan.asked)
    .member("before_history", plan.before_history)
    .member("provisional", plan.provisional)
    .member("first_asked", to_string(plan.first_asked));
  out.open("by_reason", '[');
  for (const auto& [reason, count] : plan.reasons)
    out.open('{')
      .member("reason", to_string(reason))
      .member("asked", is_asked(reason))
      .member("days", count)
      .close();
  out.close().open("by_year", '[');
  for (const auto& year : plan.years)
    out.open('{')
      .member("year", year.year)
      .member("asked", year.asked)
      .member("skipped", year.left)
      .close();
  out.close().close();
  out.open("horses", '{')
    .member("asked", plan.horses_asked)
    .member("done", plan.horses_done)
    .member("not_found", plan.horses_not_found)
    .member("failed_before", plan.horses_failed)
    .close();
  bounds_json(out, "racecard_calls", plan.days_calls);
  bounds_json(out, "horse_calls", plan.horse_calls);
  bounds_json(out, "calls", plan.calls);
  bounds_json(out, "seconds", plan.seconds);
  bounds_json(out, "bytes", plan.bytes);
  return out.close().take();
}

} // namespace racefill
