#include "app/reports/validate_report.hpp"

#include "app/print/json_report.hpp"
#include "app/print/markup.hpp"

namespace racefill {
namespace {

tint tint_of(verdict x) {
  switch (x) {
    case verdict::pass:
      return tint::good;
    case verdict::warn:
      return tint::warn;
    case verdict::fail:
      return tint::bad;
  }
  return tint::bad;
}

std::string queries_text(const check_facts& facts, const terminal_look& look) {
  text_table years{{{"year"},
                    {"total_races"},
                    {"with_runners"},
                    {"coverage_pct"},
                    {"total_runners"},
                    {"avg_per_race"}}};
  for (const auto& x : facts.years)
    years.add({std::to_string(x.year), with_commas(x.races),
               with_commas(x.with_runners),
               short_number(percent_of(x.with_runners, x.races)),
               with_commas(x.runners),
               short_number(average_of(x.runners, x.races))});
  const auto& e = facts.enrichment;
  auto share = [&](std::int64_t part) {
    return e.horses == 0 ? std::string{"-"}
                         : short_number(percent_of(part, e.horses)) + " %";
  };
  auto out = tinted(look, tint::bold, "1. Runner coverage by year") + '\n'
             + (facts.years.empty() ? "No races since 2015.\n"
                                    : years.text(look));
  out += tinted(look, tint::bold, "2. Horse enrichment") + "  "
         + with_commas(e.horses) + " horses, " + with_commas(e.with_dob)
         + " enriched, " + with_commas(e.horses - e.with_dob)
         + " not: " + share(e.with_dob) + '\n';
  out += tinted(look, tint::bold, "3. Pedigrees") + "  " + with_commas(e.horses)
         + " horses, " + with_commas(e.with_pedigree)
         + " with one: " + share(e.with_pedigree) + '\n';
  std::string counts;
  for (const auto& table : facts.tables)
    for (const char* name : {"ra_jockeys", "ra_trainers", "ra_owners",
                             "ra_horses", "ra_horse_pedigree"})
      if (table.table == name)
        counts += (counts.empty() ? "" : ", ")
                  + table.table.substr(table.table.rfind('_') + 1) + ' '
                  + with_commas(table.rows);
  return out + tinted(look, tint::bold, "4. Entities") + '\n'
         + wrapped_text(counts, 2);
}

std::string check_lines(const check_result& x, const terminal_look& look) {
  auto out = tinted(look, tint_of(x.outcome), to_string(x.outcome)) + "  "
             + x.id + std::string(x.id.size() < 4 ? 4 - x.id.size() : 1, ' ')
             + ' ' + x.title + ": " + value_text(x) + '\n';
  if (x.outcome == verdict::pass)
    return out;
  if (!x.detail.empty())
    out += wrapped_text(x.detail, 12);
  out += wrapped_text("wanted: " + x.wanted, 12);
  std::string keys;
  for (const auto& key : x.keys)
    keys += (keys.empty() ? "" : ", ") + key;
  if (!keys.empty())
    out
      += wrapped_text(keys
                        + (x.failing > static_cast<std::int64_t>(x.keys.size())
                               && x.keys.size() == keys_shown_max
                             ? ", ... of " + with_commas(x.failing)
                             : ""),
                      12);
  if (!x.repair.empty())
    out += wrapped_text("repair: " + x.repair, 12);
  if (!x.repair_sql.empty())
    out += wrapped_text("repair by SQL: " + x.repair_sql, 12);
  return out;
}

} // namespace

std::string value_text(const check_result& x) {
  const bool whole = x.unit != "%" && x.unit != "runners per race";
  return (whole ? with_commas(static_cast<std::int64_t>(x.value))
                : short_number(x.value))
         + ' ' + x.unit;
}

std::string validate_text(const validate_title& title, const check_report& x,
                          const terminal_look& look) {
  auto out = tinted(look, tint::bold, "Validate ") + title.database + '\n'
             + title.note + '\n' + queries_text(x.facts, look) + '\n';
  for (const auto& check : x.checks)
    out += check_lines(check, look);
  const auto failed = x.failed + (title.strict ? x.warned : 0);
  out += '\n' + std::to_string(x.passed) + " passed, "
         + std::to_string(x.warned)
         + (title.strict ? " warned (fatal: --strict), " : " warned, ")
         + std::to_string(x.failed) + " failed: "
         + tinted(look, failed == 0 ? tint::good : tint::bad,
                  failed == 0 ? "complete" : "not complete")
         + ".\n";
  return out;
}

std::string validate_json(const validate_title& title, const check_report& x) {
  json_report out;
  out.open('{')
    .member("schema", report_schema)
    .member("report", "validate")
    .member("timestamp", title.timestamp)
    .member("database", title.database)
    .member("strict", title.strict)
    .member("passed", x.passed)
    .member("warned", x.warned)
    .member("failed", x.failed)
    .open("runner_coverage", '[');
  for (const auto& year : x.facts.years)
    out.open('{')
      .member("year", year.year)
      .member("total_races", year.races)
      .member("races_with_runners", year.with_runners)
      .member("coverage_pct", percent_of(year.with_runners, year.races))
      .member("total_runners", year.runners)
      .member("avg_runners_per_race", average_of(year.runners, year.races))
      .close();
  out.close().open("checks", '[');
  for (const auto& check : x.checks) {
    out.open('{')
      .member("id", check.id)
      .member("title", check.title)
      .member("from", check.from)
      .member("value", check.value)
      .member("unit", check.unit)
      .member("wanted", check.wanted)
      .member("outcome", to_string(check.outcome))
      .member("detail", check.detail)
      .member("failing", check.failing)
      .open("keys", '[');
    for (const auto& key : check.keys)
      out.item(key);
    out.close()
      .member("repair", check.repair)
      .member("repair_sql", check.repair_sql);
    if (!check.years.empty()) {
      out.open("years", '[');
      for (const auto& year : check.years)
        out.open('{')
          .member("year", year.year)
          .member("value", year.value)
          .member("outcome", to_string(year.outcome))
          .close();
      out.close();
    }
    out.close();
  }
  return out.close().close().take();
}

std::string validate_junit(const validate_title& title, const check_report& x) {
  const auto failures = x.failed + (title.strict ? x.warned : 0);
  auto out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuite "
             "name=\"racefill validate\" tests=\""
             + std::to_string(x.checks.size()) + "\" failures=\""
             + std::to_string(failures) + "\" errors=\"0\" timestamp=\""
             + escaped(title.timestamp) + "\">\n";
  for (const auto& check : x.checks) {
    out += "  <testcase classname=\"racefill." + escaped(check.id)
           + "\" name=\"" + escaped(check.title) + "\">\n";
    std::string text = value_text(check) + "; wanted: " + check.wanted;
    for (const auto& part : {check.detail, check.repair, check.repair_sql})
      text += part.empty() ? "" : "\n" + part;
    for (const auto& key : check.keys)
      text += '\n' + key;
    const bool fails = check.outcome == verdict::fail
                       || (title.strict && check.outcome == verdict::warn);
    if (fails)
      out += "    <failure message=\"" + escaped(value_text(check)) + "\">"
             + escaped(text) + "</failure>\n";
    else
      out += "    <system-out>"
             + escaped(to_string(check.outcome) + ": " + text)
             + "</system-out>\n";
    out += "  </testcase>\n";
  }
  return out + "</testsuite>\n";
}

} // namespace racefill
