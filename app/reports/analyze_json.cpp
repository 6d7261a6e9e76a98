#include <string>
#include <vector>

#include "app/print/json_report.hpp"
#include "app/reports/analyze_figures.hpp"
#include "app/reports/analyze_report.hpp"
#include "infra/facts/checks.hpp"

namespace racefill {
namespace {

void tables_json(json_report& out, const analysis& x) {
  out.open("tables", '{');
  for (const auto& entry : x.tables) {
    out.open(entry.table, '{')
      .member("table", entry.table)
      .member("exists", entry.exists)
      .member("total_records", entry.rows)
      .member("by", entry.by)
      .open("by_year", '{');
    for (const auto& [year, rows] : entry.by_year)
      out.member(std::to_string(year), rows);
    out.close();
    if (entry.first.known())
      out.member("earliest_date", to_string(entry.first))
        .member("latest_date", to_string(entry.last))
        .member("date_range_days", entry.last - entry.first);
    else
      out.member_null("earliest_date")
        .member_null("latest_date")
        .member("date_range_days", 0);
    out.close();
  }
  out.close();
}

void ranges_json(json_report& out, const char* name,
                 const std::vector<day_range>& ranges) {
  out.open(name, '[');
  for (const auto& range : ranges)
    out.open('{')
      .member("first", to_string(range.first))
      .member("last", to_string(range.last))
      .member("days", range.length())
      .close();
  out.close();
}

void seed_json(json_report& out, const analysis& x) {
  const seed_estimate seed{x.range.length()};
  out.open("backfill_estimates", '{');
  out.open("date_range", '{')
    .member("start", to_string(x.range.first))
    .member("end", to_string(x.range.last))
    .member("total_days", seed.days)
    .close();
  out.open("data_estimates", '{')
    .member("races", seed.races)
    .member("runners", seed.runners)
    .member("new_horses", seed.horses)
    .close();
  out.open("api_calls", '{')
    .member("racecards", seed.days)
    .member("enrichment", seed.horses)
    .member("total", seed.calls)
    .close();
  out.open("time_estimates", '{')
    .member("seconds", seed.seconds())
    .member("minutes", seed.seconds() / 60)
    .member("hours", seed.seconds() / 3600)
    .member("days", seed.seconds() / 86'400)
    .close();
  out.open("storage_estimates", '{')
    .member("races_mb", seed.races_mb())
    .member("runners_mb", seed.runners_mb())
    .member("total_mb", seed.races_mb() + seed.runners_mb())
    .member("total_gb", (seed.races_mb() + seed.runners_mb()) / 1024)
    .close();
  out.close();
  const auto& plan = x.plan;
  out.open("remaining", '{')
    .member("days", plan.asked)
    .member("calls_lower", plan.calls.lower)
    .member("calls_likely", plan.calls.likely)
    .member("calls_upper", plan.calls.upper)
    .member("seconds_likely", plan.seconds.likely)
    .member("bytes_likely", plan.bytes.likely)
    .close();
}

} // namespace

std::string analyze_json(const analysis& x) {
  const auto figures = figures_of(x);
  json_report out;
  out.open('{')
    .member("schema", report_schema)
    .member("report", "analyze")
    .member("timestamp", x.timestamp)
    .member("database", x.database)
    .member("database_bytes", x.bytes);
  tables_json(out, x);
  out.open("runner_coverage", '{')
    .member("total_races", figures.races)
    .member("races_with_runners", figures.filled)
    .member("races_without_runners", figures.races - figures.filled)
    .member("coverage_percentage", percent_of(figures.filled, figures.races))
    .member("total_runners", figures.runners)
    .member("expected_runners", figures.expected())
    .member("runner_deficit", figures.deficit())
    .close();
  out.open("enrichment", '{')
    .member("horses", x.enrichment.horses)
    .member("with_dob", x.enrichment.with_dob)
    .member("with_colour_code", x.enrichment.with_colour_code)
    .member("with_pedigree", x.enrichment.with_pedigree)
    .close();
  ranges_json(out, "gaps", gaps_of(x));
  ranges_json(out, "thin_days", thin_days_of(x));
  seed_json(out, x);
  return out.close().take();
}

} // namespace racefill
