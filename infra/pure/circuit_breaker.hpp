/// Stops the calls to a provider that is down, and probes with one at a time.
#pragma once

#include <cstdint>
#include <string>

#include "infra/pure/nanos.hpp"

namespace racefill {

class circuit_breaker {
public:
  enum class state { closed, open, probing };

  /// `failures` in a row open it; twice as many where a good part of the
  /// answers was good until then, as half of them may be bad by chance. The
  /// first probe goes `probe` after that; each failed one doubles the wait, up
  /// to `probe_max`.
  circuit_breaker(std::int32_t failures, nanos probe, nanos probe_max);

  /// When a call may go: 0 if closed; the next probe's time if open; `never`
  /// while a probe is out.
  nanos ready_at() const;

  /// A call is granted now. Returns whether it is a probe.
  bool granted();

  /// A call failed. Calls from before the opening tell nothing new: only the
  /// probe's failure counts while not closed.
  void failed(nanos now, bool probe);

  /// Any success closes it.
  void succeeded();

  /// The probe came to nothing, neither way; another may go now.
  void probe_lost(nanos now);

  state current() const noexcept {
    return state_;
  }

private:
  std::int32_t failures_max_;
  nanos probe_;
  nanos probe_max_;
  state state_ = state::closed;
  std::int32_t failures_ = 0;
  double good_ = 0; // Share of good answers lately, before the failures.
  double now_ = 0;  // The same with them.
  nanos wait_ = 0;
  nanos probe_at_ = 0;
};

/// closed, open or probing.
std::string to_string(circuit_breaker::state x);

} // namespace racefill
