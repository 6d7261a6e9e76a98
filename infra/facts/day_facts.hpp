/// DAY_FACTS: what the tables hold of each day, and what the ledger says of it.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "infra/facts/report_database.hpp"
#include "messages/work.hpp"

namespace racefill {

/// One day's rows, by aggregates over ra_mst_races and ra_mst_runners.
struct day_facts {
  date day;
  std::int64_t races = 0;
  std::int64_t with_runners = 0;    ///< Races that have a runner.
  std::int64_t without_runners = 0; ///< Others, abandoned ones not counted.
  std::int64_t runners = 0;         ///< As the five queries count: all of them.
  std::int64_t removed = 0;         ///< Runners no longer on their card.
  std::int64_t thin_races = 0;  ///< Races with a single runner, or with fewer
                                ///< than declared.
  std::int64_t foreign = 0;     ///< Races of regions not asked for.
  std::int64_t short_races = 0; ///< Races with fewer runners than declared.

  /// Runners a race; 0 without races.
  double field() const noexcept {
    return races == 0
             ? 0
             : static_cast<double>(runners) / static_cast<double>(races);
  }

  /// Something seems to be missing here.
  bool is_thin() const noexcept {
    return races > 0 && (without_runners > 0 || field() < 4 || thin_races > 0);
  }
};

/// The days that have races, ascending. `regions`: those asked for, any case.
/// Throws sql_error; store_refused when columns are missing.
std::vector<day_facts> read_day_facts(report_database& db,
                                      const std::vector<std::string>& regions);

/// `('GB','IRE')`, upper case as the races have it.
std::string region_list(const std::vector<std::string>& regions);

/// One day of the ledger, whole.
struct ledger_day {
  date day;
  day_state state = day_state::pending;
  std::int64_t attempts = 0;
  std::int64_t races = 0;
  std::int64_t runners = 0;
  std::int64_t foreign = 0;
  std::int64_t dropped = 0;
  std::int64_t quarantined = 0;
  std::string error;
};

/// All days of the ledger, ascending; empty when there is none.
std::vector<ledger_day> read_ledger_days(report_database& db,
                                         const std::string& source);

/// The same as the planner wants them.
std::vector<day_record> day_records(const std::vector<ledger_day>& days);

/// Horses of the ledger by state.
struct horse_counts {
  std::int64_t pending = 0;
  std::int64_t done = 0;
  std::int64_t not_found = 0;
  std::int64_t failed = 0;

  std::int64_t all() const noexcept {
    return pending + done + not_found + failed;
  }
};

horse_counts read_horse_counts(report_database& db);

/// Days in a row.
struct day_range {
  date first;
  date last;

  int length() const noexcept {
    return last - first + 1;
  }
};

/// Adds the next day of an ascending sequence to the ranges.
void append_day(std::vector<day_range>& ranges, date day);

/// `2015-03-01` or `2015-03-01 to 2015-03-09`.
std::string to_string(const day_range& x);

} // namespace racefill
