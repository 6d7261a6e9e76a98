/// Settings that change while the service runs; a conf reload sends them.
#pragma once

#include <cstdint>
#include <string>

#include <caf/meta/type_name.hpp>

namespace racefill {

/// What frees a slot of the gate's window.
enum class gate_mode : std::uint8_t {
  reply = 0, ///< The response's head: proof by itself.
  ack = 1,   ///< The kernel's acknowledgement of the request's last byte.
  paced = 2, ///< Time alone: even spacing plus the guard. Proves nothing.
};

std::string to_string(gate_mode x);

/// The mode named `text`; `fallback` for any other text.
gate_mode parse_gate_mode(const std::string& text, gate_mode fallback);

/// The GATEKEEPER's limits. A rate of 0 means: no limit of its own.
struct gate_limits {
  gate_mode mode = gate_mode::reply;
  std::int32_t requests = 2; ///< Per window, over everything.
  std::int64_t window_us = 1'000'000;
  std::int64_t guard_us = 5'000;       ///< Least guard after a slot's window.
  std::int32_t racecards_requests = 0; ///< Per window.
  std::int32_t horse_requests = 0;     ///< Per window.
  std::int32_t courses_requests = 0;   ///< Per window.
  std::int32_t ip_requests = 100; ///< Per ip_window, all accounts of this host.
  std::int64_t ip_window_us = 10'000'000;
  std::int32_t reserve = 0; ///< Requests of each window left to other programs.
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, gate_limits& x) {
  return f(caf::meta::type_name("gate_limits"), x.mode, x.requests, x.window_us,
           x.guard_us, x.racecards_requests, x.horse_requests,
           x.courses_requests, x.ip_requests, x.ip_window_us, x.reserve);
}

/// The DB WRITER's batch limits.
struct writer_limits {
  std::int32_t batch_rows = 500;     ///< Flush at so many rows.
  std::int64_t batch_age_ms = 1'000; ///< Flush when the oldest unit is so old.
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, writer_limits& x) {
  return f(caf::meta::type_name("writer_limits"), x.batch_rows, x.batch_age_ms);
}

} // namespace racefill
