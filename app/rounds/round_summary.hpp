/// RUN_SUMMARY: what a run says while it goes and when it is over.
#pragma once

#include <string>

#include "app/process/exit_status.hpp"
#include "app/rounds/run_round.hpp"

namespace racefill {

/// The ledger's verdict on the range of a run, when it is over.
struct run_verdict {
  std::int64_t days = 0;
  std::int64_t done = 0;
  std::int64_t empty = 0;
  std::int64_t not_offered = 0;
  std::int64_t provisional = 0;
  std::int64_t failed = 0;
  std::int64_t pending = 0;
  std::int64_t races = 0;
  std::int64_t runners = 0;
  ledger_totals totals;
};

/// Counts the range's days.
run_verdict judge(const std::vector<day_record>& ledger, date start, date end,
                  const ledger_totals& totals);

/// Whether all that was asked for is settled.
bool is_settled(const run_verdict& x, bool fast, bool accept_not_offered);

/// The line that is redrawn on a terminal; at most `columns` wide.
std::string live_line(const snapshot& x, std::size_t columns);

/// The last words of a run, for people.
std::string summary_text(const session_outcome& outcome,
                         const run_verdict& verdict, const session_plan& plan,
                         exit_status status);

/// The same as one JSON object, schema `racefill.run/1`.
std::string summary_json(const session_outcome& outcome,
                         const run_verdict& verdict, const session_plan& plan,
                         exit_status status);

/// `1h 02m`, `3m 04s`, `12s`; `?` for a negative number.
std::string duration_text(std::int64_t seconds);

} // namespace racefill
