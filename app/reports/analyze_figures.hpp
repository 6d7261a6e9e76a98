/// ANALYZE_FIGURES: the sums of the analysis, for its text and its JSON.
#pragma once

#include <algorithm>
#include <cstdint>

#include "app/reports/analyze_report.hpp"

namespace racefill {

/// The seed's own arithmetic: 12 races a day of 10 runners, 30 % of them on
/// new horses, half a second a call, 5 kB a race and 3 kB a runner.
struct seed_estimate {
  explicit seed_estimate(std::int64_t day_count)
    : days(day_count),
      races(days * 12),
      runners(races * 10),
      horses(runners * 3 / 10),
      calls(days + horses) {
  }

  double seconds() const {
    return static_cast<double>(calls) / 2;
  }

  double races_mb() const {
    return static_cast<double>(races) * 5 / 1024;
  }

  double runners_mb() const {
    return static_cast<double>(runners) * 3 / 1024;
  }

  std::int64_t days;
  std::int64_t races;
  std::int64_t runners;
  std::int64_t horses;
  std::int64_t calls;
};

/// The seed's coverage figures.
struct runner_figures {
  std::int64_t races = 0;
  std::int64_t filled = 0;
  std::int64_t runners = 0;

  std::int64_t expected() const {
    return races * 10;
  }

  std::int64_t deficit() const {
    return std::max<std::int64_t>(0, expected() - runners);
  }
};

inline runner_figures figures_of(const analysis& x) {
  runner_figures out;
  for (const auto& day : x.days) {
    out.races += day.races;
    out.filled += day.with_runners;
    out.runners += day.runners;
  }
  return out;
}

} // namespace racefill
