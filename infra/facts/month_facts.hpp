/// MONTH_FACTS: what was done in one month, by aggregates.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "infra/facts/day_facts.hpp"
#include "infra/facts/report_database.hpp"
#include "infra/facts/sizes.hpp"

namespace racefill {

/// A run that began in the month.
struct month_run {
  std::string started_at;
  std::string ended_at; ///< "" when it never said so.
  std::string outcome;
  std::string exit_status; ///< "" while it runs.
};

/// Attempts of one kind with one outcome.
struct month_attempts {
  bool horses = false; ///< Else days.
  std::string state;
  std::int64_t count = 0;
  std::int64_t requests = 0;
};

struct month_facts {
  day_range days;
  std::vector<month_run> runs; ///< At most runs_shown_max, the newest first.
  std::int64_t runs_all = 0;
  std::vector<month_attempts> attempts;
  /// Rows made in the month, by table; those that keep no such date left out.
  std::vector<std::pair<std::string, std::int64_t>> rows;
  std::vector<std::pair<std::string, std::int64_t>> reasons; ///< Of failures.
  std::int64_t quarantined = 0;
  std::vector<std::pair<std::string, std::int64_t>> states; ///< Days, now.
  std::vector<database_size> sizes; ///< All that is known.
};

inline constexpr std::size_t month_runs_max = 40;

/// Throws sql_error. `first`: the month's first day.
month_facts read_month(report_database& db, date first,
                       const std::string& source);

/// The first day of the month after the one that `first` begins.
date next_month(date first) noexcept;

} // namespace racefill
