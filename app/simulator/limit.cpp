#include "app/simulator/limit.hpp"

#include <algorithm>

namespace racefill::sim {

const char* to_string(endpoint x) noexcept {
  switch (x) {
    case endpoint::racecards:
      return "racecards";
    case endpoint::horses:
      return "horses";
    case endpoint::courses:
      return "courses";
    default:
      return "other";
  }
}

moment monotonic_now() noexcept {
  // libstdc++'s steady clock is CLOCK_MONOTONIC.
  return std::chrono::steady_clock::now().time_since_epoch();
}

sliding_window::sliding_window(limit_settings settings) : settings_(settings) {
}

bool sliding_window::arrive(moment t) {
  const auto window = settings_.window;
  recent_.insert(std::upper_bound(recent_.begin(), recent_.end(), t), t);
  // A second window is kept for arrivals that are noted late.
  while (recent_.front() <= recent_.back() - 2 * window)
    recent_.pop_front();
  // Every window that holds the new one and ends at an arrival.
  std::size_t most = 1;
  auto last = std::lower_bound(recent_.begin(), recent_.end(), t);
  for (; last != recent_.end() && *last < t + window; ++last) {
    const auto first = std::upper_bound(recent_.begin(), last, *last - window);
    most = std::max(most, static_cast<std::size_t>(last - first) + 1);
  }
  largest_ = std::max(largest_, most);
  return settings_.requests <= 0
         || most <= static_cast<std::size_t>(settings_.requests);
}

limiter::limiter(limit_settings overall,
                 std::array<limit_settings, endpoint_count> each)
  : overall_(overall),
    each_{sliding_window{each[0]}, sliding_window{each[1]},
          sliding_window{each[2]}, sliding_window{each[3]}} {
}

arrival limiter::arrive(endpoint at, moment t) {
  arrival x;
  x.number = ++arrivals_;
  const bool fits = overall_.arrive(t);
  const bool fits_here = each_[static_cast<std::size_t>(at)].arrive(t);
  x.refused = !fits || !fits_here;
  refused_ += x.refused ? 1 : 0;
  return x;
}

} // namespace racefill::sim
