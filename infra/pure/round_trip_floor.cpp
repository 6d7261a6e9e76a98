#include "infra/pure/round_trip_floor.hpp"

#include <algorithm>
#include <cmath>

namespace racefill {

nanos round_trip_floor::floor() const {
  if (trips_.count() < samples_min)
    return 0;
  const auto least = trips_.least();
  const auto spread = static_cast<double>(trips_.percentile(0.5) - least);
  const auto share = std::sqrt(static_cast<double>(samples_min)
                               / static_cast<double>(trips_.count()));
  const auto margin = std::ceil(spread * std::max(share, 0.5));
  return std::max<nanos>(least - static_cast<nanos>(margin), 0);
}

} // namespace racefill
