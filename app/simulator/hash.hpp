/// HASH: chance without a state, so that any day and horse can be computed
/// alone. The same arguments give the same numbers on every machine.
#pragma once

#include <cstdint>
#include <string_view>

namespace racefill::sim {

/// What a number is drawn for; a tag each keeps the draws independent.
enum class draw : std::uint64_t {
  day = 1,
  race,
  runner,
  horse,
  horse_name,
  parent,
  jockey,
  trainer,
  owner,
  spelling,
  place,
  odds,
  text,
  latency,
  fault,
};

/// The finaliser of SplitMix64: a bijection whose output looks random.
constexpr std::uint64_t scramble(std::uint64_t x) noexcept {
  x += 0x9e3779b97f4a7c15ULL;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

/// Mixes a seed, a purpose and up to two keys into one number.
constexpr std::uint64_t mix(std::uint64_t seed, draw what, std::uint64_t a = 0,
                            std::uint64_t b = 0) noexcept {
  auto x = scramble(seed ^ (static_cast<std::uint64_t>(what) << 56));
  return scramble(scramble(x ^ a) + b);
}

/// A stream of numbers from one starting point.
class dice {
public:
  explicit constexpr dice(std::uint64_t start) noexcept : state_(start) {
  }

  /// The next 64 bits.
  constexpr std::uint64_t next() noexcept {
    state_ += 0x9e3779b97f4a7c15ULL;
    auto x = state_;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
    return x ^ (x >> 31);
  }

  /// A number from 0 to `bound` - 1; 0 when `bound` is 0.
  constexpr std::uint32_t below(std::uint32_t bound) noexcept {
    return static_cast<std::uint32_t>(((next() >> 32) * bound) >> 32);
  }

  /// A number from `low` to `high`, both included.
  constexpr int between(int low, int high) noexcept {
    return low
           + static_cast<int>(
             below(static_cast<std::uint32_t>(high - low + 1)));
  }

  /// A number in [0, 1).
  constexpr double unit() noexcept {
    return static_cast<double>(next() >> 11) * 0x1.0p-53;
  }

  /// True with probability `p`.
  constexpr bool chance(double p) noexcept {
    return unit() < p;
  }

private:
  std::uint64_t state_;
};

} // namespace racefill::sim
