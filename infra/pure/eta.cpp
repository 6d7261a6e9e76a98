#include "infra/pure/eta.hpp"

#include <algorithm>
#include <cmath>

namespace racefill {

eta_range estimate_eta(const eta_input& x) noexcept {
  // Below this the rate says more about a start than about the course.
  constexpr std::int64_t requests_min = 20;
  if (x.limit_per_second <= 0)
    return {};
  const auto known = static_cast<double>(x.days_left + x.horses_left);
  if (known <= 0)
    return {0, 0, 0};
  if (!x.may_ask)
    return {};
  const bool has_own_rate = x.requests_lately >= requests_min
                            && x.seconds_lately > 1;
  const double own_rate = has_own_rate ? static_cast<double>(x.requests_lately)
                                           / x.seconds_lately
                                       : x.limit_per_second;
  const double rate = std::clamp(own_rate, x.limit_per_second / 50,
                                 x.limit_per_second);
  double undiscovered = 0;
  if (!x.fast && x.session_days > 0)
    undiscovered = static_cast<double>(x.session_new_horses)
                   / static_cast<double>(x.session_days)
                   * static_cast<double>(x.days_left);
  // Before the first day is in, nothing is known about the horses to come.
  if (!x.fast && x.days_left > 0 && x.session_days == 0)
    return {};
  auto seconds = [](double calls, double per_second) {
    return static_cast<std::int64_t>(std::ceil(calls / per_second));
  };
  return {seconds(known, x.limit_per_second),
          seconds(known + undiscovered / 2, rate),
          seconds(known + undiscovered, rate)};
}

} // namespace racefill
