/// V1 to V4: are the rows there?
#include <algorithm>

#include "infra/facts/checks.hpp"

namespace racefill {
namespace {

constexpr auto first_run = "racefill run";

verdict judge_least(double value, double warn_below, double fail_below) {
  if (value < fail_below)
    return verdict::fail;
  return value < warn_below ? verdict::warn : verdict::pass;
}

verdict worst(verdict a, verdict b) {
  return std::max(a, b);
}

void mark_empty(check_result& x, const std::string& what) {
  x.outcome = verdict::fail;
  x.detail = "no " + what + " yet";
  x.repair = first_run;
}

check_result runner_coverage(report_database& db, const check_facts& facts) {
  check_result x{"V1", "races that have runners", "query 1, criterion 2"};
  x.unit = "%";
  x.wanted = "over 95 % in each year (99 % without a warning)";
  std::int64_t races = 0;
  std::int64_t filled = 0;
  for (const auto& year : facts.years) {
    races += year.races;
    filled += year.with_runners;
    const auto value = percent_of(year.with_runners, year.races);
    const auto outcome = judge_least(value, 99, 95.005);
    x.years.push_back({year.year, value, outcome});
    x.outcome = worst(x.outcome, outcome);
  }
  if (races == 0) {
    mark_empty(x, "races");
    return x;
  }
  x.value = percent_of(filled, races);
  x.detail = std::to_string(filled) + " of " + std::to_string(races) + " races";
  std::vector<date> days;
  for (const auto& day : facts.days)
    if (day.without_runners > 0)
      days.push_back(day.day);
  take_days(days, x);
  if (!days.empty()) {
    x.keys.clear();
    x.failing = races - filled;
    take_keys(db,
              "SELECT r.race_id FROM ra_mst_races r LEFT JOIN ra_mst_runners u "
              "ON u.race_id=r.race_id WHERE u.race_id IS NULL AND "
                + on_first_days(days) + " ORDER BY r.race_date,r.race_id",
              x);
  }
  return x;
}

check_result average_field(const check_facts& facts) {
  check_result x{"V1b", "average runners per race", "query 1, criterion 3"};
  x.unit = "runners per race";
  x.wanted = "8 to 12 in each year (fails outside 6 to 14)";
  std::int64_t races = 0;
  std::int64_t runners = 0;
  for (const auto& year : facts.years) {
    races += year.races;
    runners += year.runners;
    const auto field = average_of(year.runners, year.races);
    const auto outcome = field < 6 || field > 14   ? verdict::fail
                         : field < 8 || field > 12 ? verdict::warn
                                                   : verdict::pass;
    x.years.push_back({year.year, field, outcome});
    x.outcome = worst(x.outcome, outcome);
    if (outcome != verdict::pass) {
      x.keys.push_back(std::to_string(year.year));
      ++x.failing;
    }
  }
  if (races == 0) {
    mark_empty(x, "races");
    return x;
  }
  x.value = average_of(runners, races);
  x.detail = std::to_string(runners) + " runners in " + std::to_string(races)
             + " races";
  if (x.failing > 0)
    x.repair = "racefill analyze";
  return x;
}

check_result share_of_horses(report_database& db, const check_facts& facts,
                             check_result x, std::int64_t part,
                             const std::string& missing) {
  x.unit = "%";
  x.wanted = "over 90 % (95 % without a warning)";
  const auto all = facts.enrichment.horses;
  if (all == 0) {
    mark_empty(x, "horses");
    return x;
  }
  x.value = percent_of(part, all);
  x.outcome = judge_least(x.value, 95, 90.005);
  x.detail = std::to_string(part) + " of " + std::to_string(all) + " horses";
  x.failing = all - part;
  if (x.failing > 0) {
    take_keys(db,
              "SELECT h.horse_id FROM ra_horses h " + missing
                + " ORDER BY h.horse_id",
              x);
    x.mends = repair_kind::unenriched_horses;
    x.repair = "racefill validate --repair; racefill run";
  }
  return x;
}

check_result entity_counts(const check_facts& facts) {
  check_result x{"V4", "rows in the tables of people and horses", "query 4"};
  x.unit = "rows";
  x.wanted = "no table empty";
  for (const auto& table : facts.tables) {
    if (table.table == "ra_mst_races" || table.table == "ra_mst_runners"
        || table.table == "ra_courses" || table.table == "ra_bookmakers")
      continue;
    x.value += static_cast<double>(table.rows);
    x.detail += (x.detail.empty() ? "" : ", ")
                + table.table.substr(table.table.rfind('_') + 1) + ' '
                + std::to_string(table.rows);
    if (table.rows > 0)
      continue;
    x.keys.push_back(table.table);
    ++x.failing;
    x.outcome = verdict::fail;
    x.repair = first_run;
  }
  return x;
}

} // namespace

void check_coverage(report_database& db, const check_request&,
                    const check_facts& facts, check_list& out) {
  out.push_back(runner_coverage(db, facts));
  out.push_back(average_field(facts));
  out.push_back(share_of_horses(
    db, facts, {"V2", "horses with a date of birth", "query 2, criterion 4"},
    facts.enrichment.with_dob, "WHERE h.dob IS NULL"));
  out.push_back(share_of_horses(
    db, facts, {"V3", "horses with a pedigree", "query 3, criterion 5"},
    facts.enrichment.with_pedigree,
    db.has("ra_horse_pedigree")
      ? "LEFT JOIN ra_horse_pedigree p ON p.horse_id=h.horse_id "
        "WHERE p.horse_id IS NULL"
      : ""));
  out.push_back(entity_counts(facts));
}

} // namespace racefill
