#include "infra/facts/checks.hpp"

#include <algorithm>
#include <map>

namespace racefill {
namespace {

std::vector<year_coverage>
coverage_by_year(const std::vector<day_facts>& days) {
  std::map<int, year_coverage, std::greater<>> years;
  for (const auto& x : days) {
    if (x.day.year() < 2015)
      continue;
    auto& entry = years[x.day.year()];
    entry.year = x.day.year();
    entry.races += x.races;
    entry.with_runners += x.with_runners;
    entry.runners += x.runners;
  }
  std::vector<year_coverage> out;
  out.reserve(years.size());
  for (const auto& [year, entry] : years)
    out.push_back(entry);
  return out;
}

/// The commands that repair what was checked ask for no more than that.
void keep_range(const std::string& flags, std::string& repair) {
  if (flags.empty())
    return;
  for (const std::string command :
       {"racefill validate --repair", "racefill run"}) {
    const auto at = repair.find(command);
    const auto end = at + command.size();
    if (at != std::string::npos
        && repair.find("--start-date", at) == std::string::npos)
      repair.insert(end, flags);
  }
}

} // namespace

std::string to_string(verdict x) {
  switch (x) {
    case verdict::pass:
      return "pass";
    case verdict::warn:
      return "warn";
    case verdict::fail:
      return "fail";
  }
  return "fail";
}

check_report run_checks(report_database& db, const check_request& request) {
  check_report out;
  auto& facts = out.facts;
  facts.days = read_day_facts(db, request.regions);
  facts.ledger = read_ledger_days(db, request.source);
  facts.horses = read_horse_counts(db);
  facts.enrichment = read_enrichment(db);
  facts.tables = read_table_totals(db, facts.days);
  facts.years = coverage_by_year(facts.days);
  check_coverage(db, request, facts, out.checks);
  check_rows(db, request, facts, out.checks);
  check_ledger(db, request, facts, out.checks);
  for (auto& x : out.checks)
    keep_range(request.range_flags, x.repair);
  for (const auto& x : out.checks) {
    out.passed += x.outcome == verdict::pass ? 1 : 0;
    out.warned += x.outcome == verdict::warn ? 1 : 0;
    out.failed += x.outcome == verdict::fail ? 1 : 0;
  }
  return out;
}

double percent_of(std::int64_t part, std::int64_t whole) noexcept {
  if (whole == 0)
    return 0;
  const auto hundredths = (part * 20'000 + whole) / (2 * whole);
  return static_cast<double>(hundredths) / 100;
}

double average_of(std::int64_t part, std::int64_t whole) noexcept {
  if (whole == 0)
    return 0;
  const auto tenths = (part * 20 + whole) / (2 * whole);
  return static_cast<double>(tenths) / 10;
}

std::string day_list(const std::vector<date>& days) {
  std::string out;
  for (const auto day : days)
    out += (out.empty() ? "(" : ",") + sql_text(to_string(day));
  return out + ')';
}

verdict judge_count(double value, double warn_from, double fail_from) noexcept {
  if (value >= fail_from)
    return verdict::fail;
  return value >= warn_from ? verdict::warn : verdict::pass;
}

void take_keys(report_database& db, const std::string& select,
               check_result& out) {
  for (const auto& row :
       db.query(select + " LIMIT " + std::to_string(keys_shown_max)))
    out.keys.push_back(row[0].value_or("NULL"));
}

std::string on_first_days(const std::vector<date>& days) {
  const auto count = std::min(days.size(), keys_shown_max);
  return "r.race_date IN "
         + day_list({days.begin(), days.begin() + static_cast<long>(count)});
}

void take_days(const std::vector<date>& days, check_result& out) {
  out.failing = static_cast<std::int64_t>(days.size());
  std::vector<day_range> ranges;
  for (const auto day : days)
    append_day(ranges, day);
  for (const auto& range : ranges)
    if (out.keys.size() < keys_shown_max)
      out.keys.push_back(to_string(range));
  if (days.empty())
    return;
  out.repair_days = days;
  out.mends = repair_kind::days;
  out.repair = "racefill validate --repair; racefill run";
  if (ranges.size() == 1)
    out.repair = "racefill run --retry all --start-date "
                 + to_string(ranges[0].first) + " --end-date "
                 + to_string(ranges[0].last);
}

} // namespace racefill
