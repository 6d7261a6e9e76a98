/// DATE SCHEDULER: hands out the days to be asked, in the plan's order.
#pragma once

#include <chrono>
#include <cstddef>

#include <caf/fwd.hpp>

#include "messages/actors.hpp"

namespace racefill {

struct date_scheduler_settings {
  /// So many days before the provider's history in a row without anything, and
  /// one probe in each earlier year, settle the rest unasked.
  std::size_t not_offered_run = 30;
  bool ask_before_history = false;      ///< Ask them all the same.
  std::chrono::milliseconds retry{500}; ///< After the writer refused.
};

/// Starts the DATE SCHEDULER. Safe to forget: the CHECKPOINT sends the plan of
/// all days without a receipt to a restarted one; a day that a fetcher still
/// holds is then asked twice, and written once.
date_scheduler_actor spawn_date_scheduler(caf::actor_system& sys,
                                          date_scheduler_settings settings);

} // namespace racefill
