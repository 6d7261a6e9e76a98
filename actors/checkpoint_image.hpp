/// The CHECKPOINT's books: what receipts change in the ledger's image.
#pragma once

#include <array>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "infra/pure/day_plan.hpp"
#include "messages/reports.hpp"

namespace racefill {

/// Pure bookkeeping, without any actor.
class ledger_image {
public:
  /// Starts over from what the database holds.
  void restore(const day_plan_request& request,
               const std::vector<day_record>& days,
               const ledger_totals& totals);

  /// Books a committed batch; returns the errors it brought.
  std::vector<error_entry> book(const write_receipt& receipt,
                                const std::string& now);

  /// Takes over totals that were counted anew.
  void recount(const ledger_totals& totals) {
    totals_ = totals;
  }

  /// Puts days back to pending (all that failed, when none are named) and
  /// returns the tasks to ask.
  std::vector<day_task> reopen(const std::vector<date>& days);

  bool is_within(date day) const noexcept {
    return day >= request_.start && day <= request_.end;
  }

  /// The tasks of this session that have no receipt yet, in order.
  std::vector<day_task> open_tasks() const;

  /// The days of the range that the ledger has and this session does not ask.
  std::vector<std::pair<date, day_state>> settled() const;

  /// The days of the range that the ledger has, ascending.
  std::vector<day_record> calendar() const;

  /// The days' part of the status.
  progress report() const;

  /// The checkpoint file's content, but for run id, order and start time.
  checkpoint_image image() const;

  std::int64_t days_left() const noexcept {
    return static_cast<std::int64_t>(open_.size());
  }

  std::int64_t horses_pending() const noexcept {
    return totals_.horses_pending;
  }

private:
  void book_day(const day_receipt& day, const std::string& now,
                std::vector<error_entry>& errors);
  void book_horse(const horse_receipt& horse, const std::string& now,
                  std::vector<error_entry>& errors);
  void set_day(const day_record& record);
  void count_tables(const std::vector<table_change>& tables);
  void keep_errors(const std::vector<error_entry>& errors);

  day_plan_request request_;
  std::map<date, day_record> days_; // The range's days that the ledger has.
  std::array<std::int64_t, 7> counts_{}; // Of them, by state.
  std::vector<day_task> plan_;           // This session's, in order.
  std::set<date> open_;                  // Of the plan, without a receipt.
  std::set<date> booked_;                // With one, in this session.
  ledger_totals totals_;
  progress session_; // Its session_* members and tables only.
};

} // namespace racefill
