#include "infra/pure/retry_budget.hpp"

namespace racefill {

// 301 slices of a second hold at least the last five minutes.
retry_budget::retry_budget(double share, std::int32_t floor)
  : share_(share),
    floor_(floor),
    requests_(one_second, 301),
    retries_(one_second, 301),
    good_(one_second, 301) {
  // nop
}

void retry_budget::spend(nanos now, bool retry) {
  requests_.add(now);
  if (retry)
    retries_.add(now);
}

void retry_budget::refund(nanos granted, bool retry) {
  requests_.add(granted, -1);
  if (retry)
    retries_.add(granted, -1);
}

void retry_budget::earn(nanos now, std::int64_t answers) {
  good_.add(now, answers);
}

nanos retry_budget::ready_at(nanos now, bool alone) const {
  constexpr double retries_an_answer = 2;
  auto allowed = floor_ + share_ * static_cast<double>(requests_.count(now));
  if (alone)
    allowed += retries_an_answer * static_cast<double>(good_.count(now));
  if (static_cast<double>(retries_.count(now) + 1) <= allowed)
    return now;
  return retries_.next_change(now);
}

} // namespace racefill
