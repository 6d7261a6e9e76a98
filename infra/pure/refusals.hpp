/// What 429s teach: how long to pause, how wide a guard, which mode.
#pragma once

#include <array>
#include <cstdint>

#include "infra/pure/nanos.hpp"
#include "messages/limits.hpp"

namespace racefill {

/// Judges incidents: a 429 whose request was sent before the last one was
/// heard belongs to the same incident and teaches nothing more.
class refusals {
public:
  /// `pause_max` caps every pause. `guard_least` is conf's guard.
  refusals(nanos pause_max, nanos guard_least);

  /// A 429 was heard now. `sent` is its request's time, `retry_after` < 0 if
  /// absent, `in_force` the mode that let the request go. Returns the length
  /// of the pause that it asks for.
  nanos refused(nanos now, nanos sent, nanos retry_after, gate_mode in_force);

  /// A request sent at `sent` got another answer than 429.
  void accepted(nanos sent);

  /// The guard now, for the modes that are no proof: widened by each 429 that
  /// acknowledgements explain, shrinking slowly while there are none.
  nanos guard(nanos now) const;

  /// The mode now: `configured`, or reply for a while after repeated 429s.
  gate_mode mode(nanos now, gate_mode configured) const;

  /// Sets conf's guard.
  void guard_least(nanos x) {
    guard_least_ = x;
  }

  static constexpr nanos first_pause = one_second;
  static constexpr nanos guard_max = 250 * one_millisecond;
  static constexpr nanos shrink_after = 10 * one_minute;
  static constexpr nanos relapse_within = 2 * one_minute;
  static constexpr nanos first_quiet = one_minute;
  static constexpr nanos quiet_max = 160 * one_minute;

private:
  void widen(nanos now);
  void note_incident(nanos now);

  nanos pause_max_;
  nanos guard_least_;
  nanos pause_ = first_pause;
  nanos heard_ = -1;     // The last 429; -1 for none yet.
  nanos widened_to_ = 0; // The guard as of widened_at_.
  nanos widened_at_ = 0;
  nanos reply_until_ = 0; // Degraded to reply mode until then.
  nanos quiet_ = first_quiet;
  std::array<nanos, 3> incidents_{-1, -1, -1}; // Oldest first.
};

} // namespace racefill
