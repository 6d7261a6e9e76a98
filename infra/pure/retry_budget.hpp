/// Retries may be a share of the requests of the last five minutes, no more:
/// a provider in trouble must not get more requests than a healthy one.
#pragma once

#include <cstdint>

#include "infra/pure/nanos.hpp"
#include "infra/pure/rolling_count.hpp"

namespace racefill {

class retry_budget {
public:
  /// At most `floor` + `share` * requests retries in any five minutes.
  retry_budget(double share, std::int32_t floor);

  /// Counts a request that was granted.
  void spend(nanos now, bool retry);

  /// Takes back a request granted at `granted` that was not made after all.
  void refund(nanos granted, bool retry);

  /// When one more retry fits: `now`, or the instant to ask again (more
  /// requests in the meantime can only bring it forward), or `never`.
  nanos ready_at(nanos now) const;

private:
  double share_;
  std::int32_t floor_;
  rolling_count requests_;
  rolling_count retries_;
};

} // namespace racefill
