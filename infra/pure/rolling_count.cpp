#include "infra/pure/rolling_count.hpp"

#include <algorithm>

namespace racefill {

rolling_count::rolling_count(nanos slice, std::size_t slices)
  : slice_(slice), counts_(slices, 0) {
  // nop
}

std::int64_t rolling_count::first_slice(nanos now) const {
  const auto size = static_cast<std::int64_t>(counts_.size());
  // Slices before the latest one less `size` have been overwritten.
  return std::max<std::int64_t>(std::max(now / slice_, last_) - size + 1, 0);
}

void rolling_count::add(nanos at, std::int64_t n) {
  const auto size = static_cast<std::int64_t>(counts_.size());
  const auto slice = at / slice_;
  if (slice < first_slice(at))
    return;
  // The slices that passed unseen hold counts of an earlier round.
  const auto stale = std::min(slice - last_, size);
  for (std::int64_t i = 0; i < stale; ++i)
    counts_[static_cast<std::size_t>((slice - i) % size)] = 0;
  last_ = std::max(last_, slice);
  counts_[static_cast<std::size_t>(slice % size)] += n;
}

std::int64_t rolling_count::count(nanos now) const {
  const auto size = static_cast<std::int64_t>(counts_.size());
  std::int64_t sum = 0;
  for (auto i = first_slice(now); i <= last_; ++i)
    sum += counts_[static_cast<std::size_t>(i % size)];
  return sum;
}

nanos rolling_count::next_change(nanos now) const {
  const auto size = static_cast<std::int64_t>(counts_.size());
  for (auto i = first_slice(now); i <= last_; ++i)
    if (counts_[static_cast<std::size_t>(i % size)] != 0)
      return (i + size) * slice_;
  return never;
}

} // namespace racefill
