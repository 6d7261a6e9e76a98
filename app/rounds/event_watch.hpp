/// EVENT_WATCH: what in a row of snapshots is worth telling a person; pure.
#pragma once

#include <chrono>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "app/process/event_runner.hpp"
#include "messages/reports.hpp"

namespace racefill {

class event_watch {
public:
  using time_point = std::chrono::steady_clock::time_point;

  /// What is new in `x`. Parked days are told together, at most once a minute.
  std::vector<service_event> look(const snapshot& x, time_point now);

  /// The round is over: parked days that nobody has been told of yet.
  std::vector<service_event> end_of_round();

private:
  void take_parked(const progress& run);
  service_event parked_event();

  bool is_paused_ = false;
  bool is_away_ = false;
  std::string run_id_;
  std::int64_t errors_ = 0;         // Of the round, told or not.
  std::set<std::string> seen_;      // Errors of the round, by key and time.
  std::vector<std::string> parked_; // Not told yet.
  std::optional<time_point> told_at_;
};

} // namespace racefill
