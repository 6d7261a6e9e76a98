#include "messages/limits.hpp"

namespace racefill {

std::string to_string(gate_mode x) {
  switch (x) {
    case gate_mode::reply:
      return "reply";
    case gate_mode::ack:
      return "ack";
    case gate_mode::paced:
      return "paced";
  }
  return "unknown";
}

gate_mode parse_gate_mode(const std::string& text, gate_mode fallback) {
  for (auto mode : {gate_mode::reply, gate_mode::ack, gate_mode::paced})
    if (text == to_string(mode))
      return mode;
  return fallback;
}

} // namespace racefill
