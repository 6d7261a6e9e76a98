#include "infra/pure/round_trip_floor.hpp"

#include <algorithm>

namespace racefill {

nanos round_trip_floor::floor() const {
  if (trips_.count() < samples_min)
    return 0;
  const auto least = trips_.least();
  const auto margin = trips_.percentile(0.5) - least;
  return std::max<nanos>(least - margin, 0);
}

} // namespace racefill
