/// PLAN_SUMMARY: what a run would do, as arithmetic over the ledger.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "infra/facts/day_facts.hpp"
#include "infra/pure/day_plan.hpp"

namespace racefill {

/// What the plan is made from.
struct plan_input {
  day_plan_request request;
  int not_offered_run = 30; ///< After so many in a row only probes are asked.
  bool fast = false;        ///< Leave out the horses.
  double calls_per_second = 2;
  int retry_percent = 10; ///< Retries the gate allows, of all calls.
  bool keep_odds = false;
  horse_counts horses;
};

/// A year's days by what happens to them.
struct plan_year {
  int year = 0;
  int asked = 0;
  int left = 0; ///< Settled, empty or not offered.
};

/// Three answers: what is certain, what is likely, what it can be at most.
struct plan_bounds {
  std::int64_t lower = 0;
  std::int64_t likely = 0;
  std::int64_t upper = 0;
};

struct plan_summary {
  std::map<day_reason, int> reasons; ///< Every day of the range, by reason.
  std::vector<plan_year> years;      ///< In the order of the run.
  int days = 0;                      ///< In the range.
  int asked = 0;
  int before_history = 0; ///< Of those asked.
  int provisional = 0;    ///< Of those asked: not over yet.
  date first_asked;       ///< The day the run begins with; not known for none.
  std::int64_t horses_asked = 0;  ///< Known ones: pending, and parked before.
  std::int64_t horses_failed = 0; ///< Of those asked: parked before.
  std::int64_t horses_done = 0;
  std::int64_t horses_not_found = 0;
  bool fast = false;
  double calls_per_second = 2;
  plan_bounds days_calls;
  plan_bounds horse_calls;
  plan_bounds calls;   ///< With the list of courses, and `upper` with retries.
  plan_bounds seconds; ///< At the limit.
  plan_bounds bytes;   ///< Of the database, added.
};

/// How many horses N days of racing in Great Britain and Ireland bring: the
/// horses in training at once, met within weeks, and the youngsters since.
/// Fitted to 111,669 horses in 3,942 days and to some 300 on the first one.
double horses_within(double days) noexcept;

/// `ledger`: all its days, ascending or not.
plan_summary summarize_plan(const plan_input& input,
                            const std::vector<day_record>& ledger);

} // namespace racefill
