/// How many of something fell into the last while, in constant memory.
#pragma once

#include <cstddef>
#include <vector>

#include "infra/pure/nanos.hpp"

namespace racefill {

/// Counts in `slices` slices of `slice` nanoseconds each. An item counts for
/// at least (slices - 1) and at most `slices` slices.
class rolling_count {
public:
  rolling_count(nanos slice, std::size_t slices);

  /// Counts `n` items (negative: takes them back) at `at`. Beyond the last
  /// while it has no effect.
  void add(nanos at, std::int64_t n = 1);

  /// The items of the last while.
  std::int64_t count(nanos now) const;

  /// When the oldest items counted now cease to count; `never` if there are
  /// none.
  nanos next_change(nanos now) const;

private:
  // The range of slices that count at `now`: [first, last].
  std::int64_t first_slice(nanos now) const;

  nanos slice_;
  std::int64_t last_ = 0; // The latest slice seen.
  std::vector<std::int64_t> counts_;
};

} // namespace racefill
