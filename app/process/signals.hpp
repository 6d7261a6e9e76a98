/// SIGNALS: SIGINT, SIGTERM and SIGHUP, heard by the main thread alone.
#pragma once

#include <chrono>

namespace racefill {

/// Blocks SIGINT, SIGTERM, SIGHUP and ignores SIGPIPE. Must come before any
/// thread is made.
void block_signals();

/// While it lives, SIGINT and SIGTERM end the process at once, as they do by
/// default: for the steps on the main thread that may take their time, before
/// there is anything to drain and after it. What came before is forgotten.
class mortal_step {
public:
  mortal_step();
  mortal_step(const mortal_step&) = delete;
  mortal_step& operator=(const mortal_step&) = delete;
  ~mortal_step();
};

/// Waits so long for one of the blocked signals; its number, 0 when none came.
int wait_for_signal(std::chrono::milliseconds patience);

/// Waits so long for a SIGINT or SIGTERM; true when one came.
bool stop_requested_within(std::chrono::milliseconds patience);

} // namespace racefill
