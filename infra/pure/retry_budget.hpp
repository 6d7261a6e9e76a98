/// Retries may be a share of the requests of the last five minutes, no more:
/// a provider in trouble must not get more requests than a healthy one. When
/// nothing but retries is left, they may go on for as long as every other
/// answer is good, as all that they displace is silence.
#pragma once

#include <cstdint>

#include "infra/pure/nanos.hpp"
#include "infra/pure/rolling_count.hpp"

namespace racefill {

class retry_budget {
public:
  /// At most `floor` + `share` * requests retries in any five minutes; alone
  /// also two for each good answer.
  retry_budget(double share, std::int32_t floor);

  /// Counts a request that was granted.
  void spend(nanos now, bool retry);

  /// Takes back a request granted at `granted` that was not made after all.
  void refund(nanos granted, bool retry);

  /// Counts good answers, or what is worth as many.
  void earn(nanos now, std::int64_t answers);

  /// When one more retry fits: `now`, or the instant to ask again (more
  /// requests in the meantime can only bring it forward), or `never`. Alone:
  /// nobody wants a first attempt.
  nanos ready_at(nanos now, bool alone = false) const;

private:
  double share_;
  std::int32_t floor_;
  rolling_count requests_;
  rolling_count retries_;
  rolling_count good_;
};

} // namespace racefill
