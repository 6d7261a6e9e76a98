/// GATE LOG: hears every step of every permit, so that it can be checked later.
#pragma once

#include <cstdint>
#include <string>

#include "messages/calls.hpp"

namespace racefill {

/// What happened.
enum class gate_step : std::uint8_t {
  born = 0, ///< A gate's life begins; what was open before is the past.
  granted = 1,
  sent = 2,
  acknowledged = 3,
  replied = 4,
  closed = 5,
  released = 6, ///< Given back unused.
};

/// One line of the log.
struct gate_log_line {
  std::int64_t at_ns = 0; ///< Of the actor system's (monotonic) clock.
  gate_step step = gate_step::born;
  std::uint64_t serial = 0; ///< Of the permit; 0 with `born`.
  call_kind kind = call_kind::racecards;
  /// With `closed`: the response's status; 0 when no whole response came.
  std::int32_t status = 0;
  /// With `born`: requests of an earlier life can arrive for so long.
  /// With `closed` without a reply: this request can arrive for so long.
  /// With `granted`: the floor of the round trip that the rule used.
  std::int64_t span_ns = 0;
};

/// Must not block: the GATEKEEPER calls it between two grants.
class gate_log {
public:
  virtual ~gate_log() = default;

  /// Hears one line. Lines come in the order of the gate's knowledge; their
  /// times may overtake one another by the transports' delay. Must not throw.
  virtual void record(const gate_log_line& line) = 0;
};

/// The step's own spelling.
inline std::string to_string(gate_step x) {
  switch (x) {
    case gate_step::born:
      return "born";
    case gate_step::granted:
      return "granted";
    case gate_step::sent:
      return "sent";
    case gate_step::acknowledged:
      return "acknowledged";
    case gate_step::replied:
      return "replied";
    case gate_step::closed:
      return "closed";
    case gate_step::released:
      return "released";
  }
  return "unknown";
}

} // namespace racefill
