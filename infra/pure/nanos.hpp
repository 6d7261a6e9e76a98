/// Instants and lengths for the pure arithmetic: whole nanoseconds.
#pragma once

#include <chrono>
#include <cstdint>
#include <limits>

namespace racefill {

/// An instant (nanoseconds since the epoch of the actor clock) or a length.
using nanos = std::int64_t;

/// The instant that does not come by itself.
inline constexpr nanos never = std::numeric_limits<nanos>::max();

/// `at` plus `length`; stays `never`, and does not overflow. `at` >= 0.
constexpr nanos plus(nanos at, nanos length) noexcept {
  if (at == never || (length > 0 && at > never - length))
    return never;
  return at + length;
}

constexpr nanos to_nanos(std::chrono::nanoseconds x) noexcept {
  return x.count();
}

inline constexpr nanos one_microsecond = 1'000;
inline constexpr nanos one_millisecond = 1'000'000;
inline constexpr nanos one_second = 1'000'000'000;
inline constexpr nanos one_minute = 60 * one_second;

} // namespace racefill
