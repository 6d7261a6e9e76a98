#include "infra/facts/day_facts.hpp"

#include <algorithm>
#include <cctype>

namespace racefill {
namespace {

/// Runners a race; found in the index on race_id alone.
constexpr auto runners_by_race
  = "(SELECT race_id,COUNT(*) AS n FROM ra_mst_runners GROUP BY race_id)";

/// A race's runners that left their card. Few, and in an index of their own;
/// the changed key keeps SQLite from walking the whole index on race_id
/// instead.
std::string removed_runners(report_database& db) {
  if (!db.has("ra_mst_runners", "removed_at"))
    return "(SELECT race_id,0 AS gone FROM ra_mst_runners WHERE 1=0)";
  return "(SELECT race_id||'' AS race_id,COUNT(*) AS gone FROM ra_mst_runners "
         "WHERE removed_at IS NOT NULL GROUP BY race_id||'')";
}

std::string foreign_test(report_database& db,
                         const std::vector<std::string>& regions) {
  if (!db.has("ra_mst_races", "region") || regions.empty())
    return "1=0";
  return "r.region IS NOT NULL AND UPPER(r.region) NOT IN "
         + region_list(regions);
}

std::string sum_of(const std::string& condition) {
  return "SUM(CASE WHEN " + condition + " THEN 1 ELSE 0 END)";
}

} // namespace

std::string region_list(const std::vector<std::string>& regions) {
  std::string out;
  for (auto region : regions) {
    std::transform(region.begin(), region.end(), region.begin(), [](char c) {
      return static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    });
    out += (out.empty() ? "(" : ",") + sql_text(region);
  }
  return out + ')';
}

std::vector<day_facts> read_day_facts(report_database& db,
                                      const std::vector<std::string>& regions) {
  if (!db.exists())
    return {};
  db.require("ra_mst_races", {"race_id", "race_date"});
  db.require("ra_mst_runners", {"runner_id", "race_id", "horse_id"});
  const auto races = std::string{"ra_mst_races"};
  const std::string abandoned
    = db.has(races, "is_abandoned") ? "COALESCE(r.is_abandoned,FALSE)" : "1=0";
  const std::string short_field = db.has(races, "declared_field_size")
                                    ? "COALESCE(r.declared_field_size,0)>c.n"
                                    : "1=0";
  const auto is_there = "NOT " + abandoned + " AND c.n IS NOT NULL";
  const auto rows = db.query(
    "SELECT " + db.day_text("race_date") + ",races,filled,bare,runners,gone,"
    + "thin,others,short FROM (SELECT r.race_date AS race_date,COUNT(*) AS "
      "races,"
    + sum_of("c.n>0") + " AS filled,"
    + sum_of("c.n IS NULL AND NOT " + abandoned)
    + " AS bare,SUM(COALESCE(c.n,0)) AS runners,SUM(COALESCE(o.gone,0)) AS "
      "gone,"
    + sum_of(is_there + " AND (c.n<2 OR " + short_field + ")") + " AS thin,"
    + sum_of(foreign_test(db, regions)) + " AS others,"
    + sum_of(is_there + " AND " + short_field)
    + " AS short FROM ra_mst_races r LEFT JOIN " + runners_by_race
    + " c ON c.race_id=r.race_id LEFT JOIN " + removed_runners(db)
    + " o ON o.race_id=r.race_id GROUP BY r.race_date) x ORDER BY race_date");
  std::vector<day_facts> out;
  out.reserve(rows.size());
  for (const auto& row : rows) {
    const auto day = to_day(row[0]);
    if (day.known())
      out.push_back({day, to_number(row[1]), to_number(row[2]),
                     to_number(row[3]), to_number(row[4]), to_number(row[5]),
                     to_number(row[6]), to_number(row[7]), to_number(row[8])});
  }
  return out;
}

std::vector<ledger_day> read_ledger_days(report_database& db,
                                         const std::string& source) {
  std::vector<ledger_day> out;
  if (!db.has("racefill_days"))
    return out;
  const auto rows = db.query(
    "SELECT " + db.day_text("day")
    + ",state,attempts,races,runners,foreign_races,dropped_runners,quarantined,"
      "error FROM racefill_days WHERE source="
    + sql_text(source) + " ORDER BY day");
  out.reserve(rows.size());
  for (const auto& row : rows) {
    const auto state = parse_day_state(row[1].value_or(""));
    out.push_back({to_day(row[0]), state ? *state : day_state::pending,
                   to_number(row[2]), to_number(row[3]), to_number(row[4]),
                   to_number(row[5]), to_number(row[6]), to_number(row[7]),
                   row[8].value_or("")});
  }
  return out;
}

std::vector<day_record> day_records(const std::vector<ledger_day>& days) {
  std::vector<day_record> out;
  out.reserve(days.size());
  for (const auto& x : days)
    out.push_back({x.day, x.state, static_cast<std::int32_t>(x.attempts),
                   static_cast<std::int32_t>(x.races),
                   static_cast<std::int32_t>(x.runners), x.error});
  return out;
}

horse_counts read_horse_counts(report_database& db) {
  horse_counts out;
  if (!db.has("racefill_horses"))
    return out;
  for (const auto& row :
       db.query("SELECT state,COUNT(*) FROM racefill_horses GROUP BY state")) {
    const auto state = parse_horse_state(row[0].value_or(""));
    const auto count = to_number(row[1]);
    if (!state || *state == horse_state::pending)
      out.pending += count;
    else if (*state == horse_state::done)
      out.done += count;
    else if (*state == horse_state::not_found)
      out.not_found += count;
    else
      out.failed += count;
  }
  return out;
}

void append_day(std::vector<day_range>& ranges, date day) {
  if (!ranges.empty() && ranges.back().last + 1 == day)
    ranges.back().last = day;
  else
    ranges.push_back({day, day});
}

std::string to_string(const day_range& x) {
  return x.first == x.last ? to_string(x.first)
                           : to_string(x.first) + " to " + to_string(x.last);
}

} // namespace racefill
