#include "infra/pure/log_histogram.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace racefill {
namespace {

std::size_t bucket_of(std::uint64_t us) {
  if (us < 64)
    return static_cast<std::size_t>(us);
  // The five bits after the leading one choose among 32 buckets.
  const auto shift = static_cast<unsigned>(std::bit_width(us)) - 6;
  return 64 + 32 * (static_cast<std::size_t>(shift) - 1)
         + static_cast<std::size_t>((us >> shift) - 32);
}

// The largest length, in micro-seconds, that falls into a bucket.
std::uint64_t upper_bound_of(std::size_t bucket) {
  if (bucket < 64)
    return bucket;
  const auto shift = (bucket - 64) / 32 + 1;
  const auto lead = (bucket - 64) % 32 + 32;
  return ((static_cast<std::uint64_t>(lead) + 1) << shift) - 1;
}

} // namespace

void log_histogram::add(nanos length) {
  length = std::max<nanos>(length, 0);
  // Rounded up, so that no percentile lies below the truth.
  const auto us = static_cast<std::uint64_t>((length + one_microsecond - 1)
                                             / one_microsecond);
  ++counts_[std::min(bucket_of(us), buckets - 1)];
  ++count_;
  least_ = std::min(least_, length);
}

nanos log_histogram::percentile(double p) const {
  if (count_ == 0)
    return 0;
  const auto rank = std::max<std::int64_t>(
    static_cast<std::int64_t>(std::ceil(p * static_cast<double>(count_))), 1);
  std::int64_t seen = 0;
  for (std::size_t i = 0; i < buckets; ++i) {
    seen += counts_[i];
    if (seen >= rank)
      return static_cast<nanos>(upper_bound_of(i)) * one_microsecond;
  }
  return static_cast<nanos>(upper_bound_of(buckets - 1)) * one_microsecond;
}

} // namespace racefill
