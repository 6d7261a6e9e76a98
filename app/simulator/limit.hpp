/// LIMIT: how many requests arrived when, and which of them are too many.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <deque>

namespace racefill::sim {

/// The endpoints that may have a limit of their own.
enum class endpoint : std::uint8_t { racecards, horses, courses, other };
constexpr std::size_t endpoint_count = 4;

/// `racecards`, `horses`, `courses`, `other`.
const char* to_string(endpoint x) noexcept;

/// A moment of CLOCK_MONOTONIC.
using moment = std::chrono::nanoseconds;

/// The present moment.
moment monotonic_now() noexcept;

/// At most `requests` arrivals in any `window`; 0 requests: no limit.
struct limit_settings {
  int requests = 2;
  std::chrono::milliseconds window{1000};
};

/// Counts arrivals in a sliding window. An arrival is too many when any window
/// (x - window, x] that holds it holds more than the limit of those noted so
/// far, refused ones included. Not thread-safe.
class sliding_window {
public:
  explicit sliding_window(limit_settings settings = {});

  /// Notes an arrival; true when it may pass. Threads note theirs in any order:
  /// one earlier than the latest by less than a window is counted where it
  /// belongs.
  bool arrive(moment t);

  /// The most arrivals that any window held so far.
  std::size_t largest() const noexcept {
    return largest_;
  }

private:
  limit_settings settings_;
  std::deque<moment> recent_;
  std::size_t largest_ = 0;
};

/// What a request's arrival was found to be.
struct arrival {
  std::uint64_t number = 0; ///< From 1.
  bool refused = false;
};

/// The limit over everything and those of single endpoints. Not thread-safe.
class limiter {
public:
  limiter(limit_settings overall,
          std::array<limit_settings, endpoint_count> each);

  /// Notes an arrival in every window it belongs to.
  arrival arrive(endpoint at, moment t);

  std::uint64_t arrivals() const noexcept {
    return arrivals_;
  }
  std::uint64_t refused() const noexcept {
    return refused_;
  }
  /// The most arrivals that any window over everything held.
  std::size_t largest() const noexcept {
    return overall_.largest();
  }

private:
  sliding_window overall_;
  std::array<sliding_window, endpoint_count> each_;
  std::uint64_t arrivals_ = 0;
  std::uint64_t refused_ = 0;
};

} // namespace racefill::sim
