/// Percentiles of lengths of time in constant memory.
#pragma once

#include <array>
#include <cstdint>

#include "infra/pure/nanos.hpp"

namespace racefill {

/// A histogram whose buckets grow with the value: 32 to each doubling, so a
/// percentile is at most 3.2 % above the truth, and never below it.
class log_histogram {
public:
  /// Counts one length; a negative one counts as 0.
  void add(nanos length);

  std::int64_t count() const noexcept {
    return count_;
  }

  /// The smallest length seen, exact; 0 while empty.
  nanos least() const noexcept {
    return count_ == 0 ? 0 : least_;
  }

  /// The length that a share of `p` (0 < p <= 1) of all lengths does not
  /// exceed; 0 while empty.
  nanos percentile(double p) const;

private:
  // Micro-seconds: exact below 64, then 32 a doubling, up to 2^41 us (25 days).
  static constexpr std::size_t buckets = 64 + 32 * 35;
  std::array<std::int64_t, buckets> counts_{};
  std::int64_t count_ = 0;
  nanos least_ = never;
};

} // namespace racefill
