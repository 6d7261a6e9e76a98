/// PAGE_BOARD: what the page's threads know of the run, in one immutable piece.
///
///   PAGE_POLLER --put--> page_board --look--> answers, metrics, event streams
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "messages/reports.hpp"

namespace racefill {

/// One point of the charts.
struct page_sample {
  std::int64_t at_ms = 0; ///< Since 1970, UTC.
  double rate_per_second = 0;
  double limit_per_second = 0;
  std::int64_t latency_ms_p50 = 0;
  std::int64_t latency_ms_p90 = 0;
  std::int64_t latency_ms_p99 = 0;
  std::int64_t rows_per_minute = 0;
};

/// A day of the ledger and the version of the calendar it last changed in.
struct page_day {
  day_record record;
  std::uint64_t version = 0;
};

/// The calendar; `version` grows with each change.
struct page_calendar {
  std::uint64_t version = 0;
  std::vector<page_day> days; ///< Ascending.
};

using page_clock = std::chrono::steady_clock;

/// Everything at one moment. Nobody changes it any more.
struct page_view {
  std::uint64_t serial = 0; ///< Grows with each change.
  page_clock::time_point opened;
  /// When the front desk last answered anything.
  page_clock::time_point answered;
  bool has_answered = false;
  /// When `now` came.
  page_clock::time_point heard;
  bool has_snapshot = false;
  snapshot now;
  std::string status_json; ///< Of `now`.
  std::shared_ptr<const page_calendar> calendar;
  std::shared_ptr<const std::deque<page_sample>> history; ///< Oldest first.
};

using page_view_ptr = std::shared_ptr<const page_view>;

/// Safe for any number of threads; never holds its lock for longer than it
/// takes to swap a pointer.
class page_board {
public:
  /// Between two points of the charts, and how many are kept: an hour.
  static constexpr std::chrono::seconds sample_every{5};
  static constexpr std::size_t samples_max = 720;

  explicit page_board(page_clock::time_point now);

  /// A snapshot came at `now`, which is `wall_ms` since 1970.
  void put(snapshot x, page_clock::time_point now, std::int64_t wall_ms);

  /// The front desk answered, though it had no snapshot.
  void put_answer(page_clock::time_point now);

  /// The ledger's days of the range.
  void put_days(const std::vector<day_record>& days);

  page_view_ptr look() const;

  /// The first view beyond `serial`; after `patience` or when closed whichever
  /// is there.
  page_view_ptr wait_beyond(std::uint64_t serial,
                            std::chrono::milliseconds patience) const;

  /// Wakes all who wait, for good.
  void close();
  bool closed() const;

private:
  void publish(std::shared_ptr<page_view> next);

  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  page_view_ptr view_;
  bool closed_ = false;
};

} // namespace racefill
