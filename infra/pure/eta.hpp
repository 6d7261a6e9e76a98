/// How long a run will still take, as a range.
#pragma once

#include <cstdint>

namespace racefill {

/// What is known of the work left.
struct eta_input {
  std::int64_t days_left = 0;
  std::int64_t horses_left = 0; ///< Known ones; 0 when horses are left out.
  bool fast = false;            ///< Horses are left out.
  std::int64_t session_days = 0;
  std::int64_t session_new_horses = 0;
  std::int64_t requests_lately = 0; ///< In the last minutes …
  double seconds_lately = 0;        ///< … in which any might be made.
  double limit_per_second = 0;      ///< What the gate may do.
  bool may_ask = true;              ///< False: paused, or the provider is away.
};

/// Seconds left; -1 while nothing honest can be said.
struct eta_range {
  std::int64_t low = -1;
  std::int64_t mid = -1;
  std::int64_t high = -1;
};

/// Counts both queues. Known calls are certain; horses not yet discovered are
/// guessed from the days of this session: none (low), half as many a day as so
/// far, for the share of known ones grows (mid), as many as so far (high). The
/// rate is the limit (low), or that of the last minutes (mid, high). While
/// nobody may ask there is no telling.
eta_range estimate_eta(const eta_input& x) noexcept;

} // namespace racefill
