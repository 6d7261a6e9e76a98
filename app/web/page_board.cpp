#include "app/web/page_board.hpp"

#include <algorithm>
#include <utility>

#include "app/print/snapshot_json.hpp"

namespace racefill {
namespace {

page_sample sample_of(const snapshot& x, std::int64_t wall_ms) {
  return {wall_ms,
          x.gate.rate_per_second,
          x.gate.limit_per_second,
          x.gate.latency_ms_p50,
          x.gate.latency_ms_p90,
          x.gate.latency_ms_p99,
          x.rows_per_minute};
}

bool is_same(const day_record& a, const day_record& b) {
  return a.day == b.day && a.state == b.state && a.attempts == b.attempts
         && a.races == b.races && a.runners == b.runners && a.error == b.error;
}

} // namespace

page_board::page_board(page_clock::time_point now) {
  auto first = std::make_shared<page_view>();
  first->opened = now;
  first->calendar = std::make_shared<page_calendar>();
  first->history = std::make_shared<std::deque<page_sample>>();
  view_ = std::move(first);
}

// Only the poller changes the board, so nothing happens between look() and
// publish().
void page_board::publish(std::shared_ptr<page_view> next) {
  const std::lock_guard guard{mutex_};
  next->serial = view_->serial + 1;
  view_ = std::move(next);
  changed_.notify_all();
}

void page_board::put(snapshot x, page_clock::time_point now,
                     std::int64_t wall_ms) {
  auto next = std::make_shared<page_view>(*look());
  next->status_json = snapshot_json(x);
  const auto& history = *next->history;
  const auto every_ms
    = std::chrono::duration_cast<std::chrono::milliseconds>(sample_every)
        .count();
  const bool is_due = history.empty() || wall_ms < history.back().at_ms
                      || wall_ms - history.back().at_ms >= every_ms;
  // Before its gate has answered a snapshot has nothing to draw.
  if (is_due && !x.gate.mode.empty()) {
    auto longer = std::make_shared<std::deque<page_sample>>(history);
    longer->push_back(sample_of(x, wall_ms));
    if (longer->size() > samples_max)
      longer->pop_front();
    next->history = std::move(longer);
  }
  next->now = std::move(x);
  next->has_snapshot = true;
  next->heard = now;
  next->has_answered = true;
  next->answered = now;
  publish(std::move(next));
}

void page_board::put_answer(page_clock::time_point now) {
  auto next = std::make_shared<page_view>(*look());
  next->has_answered = true;
  next->answered = now;
  publish(std::move(next));
}

void page_board::put_days(const std::vector<day_record>& days) {
  const auto before = look();
  const auto& old = before->calendar->days;
  auto fresh = std::make_shared<page_calendar>();
  fresh->version = before->calendar->version + 1;
  fresh->days.reserve(days.size());
  bool has_changed = days.size() != old.size();
  auto at = old.begin();
  for (const auto& day : days) {
    at = std::lower_bound(at, old.end(), day.day, [](const auto& x, date y) {
      return x.record.day < y;
    });
    const bool is_known = at != old.end() && is_same(at->record, day);
    has_changed = has_changed || !is_known;
    fresh->days.push_back({day, is_known ? at->version : fresh->version});
  }
  if (!has_changed)
    return;
  auto next = std::make_shared<page_view>(*before);
  next->calendar = std::move(fresh);
  publish(std::move(next));
}

page_view_ptr page_board::look() const {
  const std::lock_guard guard{mutex_};
  return view_;
}

page_view_ptr
page_board::wait_beyond(std::uint64_t serial,
                        std::chrono::milliseconds patience) const {
  std::unique_lock lock{mutex_};
  changed_.wait_for(lock, patience,
                    [&] { return closed_ || view_->serial > serial; });
  return view_;
}

void page_board::close() {
  const std::lock_guard guard{mutex_};
  closed_ = true;
  changed_.notify_all();
}

bool page_board::closed() const {
  const std::lock_guard guard{mutex_};
  return closed_;
}

} // namespace racefill
