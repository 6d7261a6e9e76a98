/// ROUND_PACE: when a service's next round comes, and what may go on; pure.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "app/config/settings.hpp"
#include "app/process/exit_status.hpp"
#include "app/rounds/round_store.hpp"

namespace racefill {

/// The next round of a service.
struct next_round {
  /// None: only when somebody asks for it.
  std::optional<std::chrono::system_clock::time_point> at;
  round_kind kind = round_kind::range;
  std::string why; ///< `upkeep`, `3 days failed`: for people.
};

/// What came of a round, as far as the next one depends on it.
struct round_end {
  round_kind kind = round_kind::range;
  caf::error why;          ///< It could not go on; none when it finished.
  bool is_settled = false; ///< Nothing failed and nothing is left.
  std::int64_t failed_days = 0;
  std::int64_t failed_horses = 0;
};

/// The end as the round's verdict tells it.
round_end end_of(const caf::error& why, const run_verdict& verdict, bool fast);

/// Whether the process must end over this fault, because time alone will not
/// mend it, or a fresh process is better.
bool ends_service(fault why) noexcept;

/// The finished day that the guard refused, when that ended a round; not known
/// when anything else did.
date refused_day(const caf::error& why);

/// Upkeep, or sooner what failed, was left or could not go on.
/// `failures`: rounds in a row that left something or could not go on.
next_round plan_next(const settings& conf, const round_end& last, int failures,
                     std::chrono::system_clock::time_point now);

} // namespace racefill
