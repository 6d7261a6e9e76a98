/// Calls of the API: what is asked of the gate, and what came of it.
#pragma once

#include <cstdint>
#include <string>

#include <caf/error.hpp>
#include <caf/meta/type_name.hpp>

#include "messages/faults.hpp"

namespace racefill {

/// The endpoints, in the order of their priority at the gate.
enum class call_kind : std::uint8_t {
  courses = 0,   ///< GET /v1/courses
  racecards = 1, ///< GET /v1/racecards/pro
  horse = 2,     ///< GET /v1/horses/{id}/pro
};

std::string to_string(call_kind x);

/// The right to make one API call.
struct permit {
  std::uint64_t serial = 0; ///< Grows; never given twice, restarts included.
  bool probe
    = false; ///< The open breaker's probe: its failure costs no attempt.
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, permit& x) {
  return f(caf::meta::type_name("permit"), x.serial, x.probe);
}

/// What a caller asks the gate for.
struct permit_request {
  call_kind kind = call_kind::racecards;
  std::int32_t attempt = 1; ///< From 1; above 1 pays from the retry budget.
  std::int64_t patience_ms
    = 0; ///< Dropped (fault late) when not served by then.
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, permit_request& x) {
  return f(caf::meta::type_name("permit_request"), x.kind, x.attempt,
           x.patience_ms);
}

/// What happened to a request that a permit allowed.
enum class call_step : std::uint8_t {
  sent = 0,         ///< Its first byte goes to the kernel.
  acknowledged = 1, ///< The peer's kernel has every byte.
  replied = 2,      ///< The response's head is here.
  closed = 3,       ///< It can no longer reach the server.
};

/// One step, told to the gate by the transport that took it.
struct call_event {
  std::uint64_t serial = 0; ///< Of the permit.
  call_step step = call_step::sent;
  std::int64_t at_ns = 0; ///< Of the actor system's (monotonic) clock.
  /// With `closed`: the response's status; 0 when no whole response came.
  std::int32_t status = 0;
  std::int64_t retry_after_ms = -1; ///< With `closed`; -1 if absent.
  /// With `closed` and no whole response: why; else none.
  fault failure = fault::none;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, call_event& x) {
  return f(caf::meta::type_name("call_event"), x.serial, x.step, x.at_ns,
           x.status, x.retry_after_ms, x.failure);
}

/// One GET, ready to send.
struct api_request {
  call_kind kind = call_kind::racecards;
  std::string target;           ///< Path and query, `/v1/horses/hrs_1/pro`.
  std::int64_t deadline_ms = 0; ///< For the whole exchange, dripping included.
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, api_request& x) {
  return f(caf::meta::type_name("api_request"), x.kind, x.target,
           x.deadline_ms);
}

/// A whole HTTP response, its body complete and decompressed.
struct api_reply {
  std::int32_t status = 0;
  std::string content_type;
  std::int64_t retry_after_ms = -1; ///< Both forms of the header; -1 if absent.
  std::int64_t latency_ms = 0; ///< From the first byte sent to the last read.
  std::int64_t wire_bytes = 0; ///< Body bytes as they came, compressed.
  std::string location;        ///< Where a redirect points; "" if nowhere.
  std::string body;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, api_reply& x) {
  return f(caf::meta::type_name("api_reply"), x.status, x.content_type,
           x.retry_after_ms, x.latency_ms, x.wire_bytes, x.location, x.body);
}

/// What the server says about its refusal, fit for a line: `detail` or `error`
/// of a JSON body, where a redirect points, else the body's beginning. At most
/// 200 bytes of clean UTF-8.
std::string words_of(const api_reply& reply);

/// Whether words of a refusal speak of what the account has paid for.
bool speaks_of_plan(std::string words);

/// Whether a refusal is about what the account has paid for.
bool is_about_plan(const api_reply& reply);

/// The fault a status stands for; `none` for 200 (FACTS a.4).
fault fault_of(const api_reply& reply);

/// An error of fault_of(reply) whose context names `what`, the status and the
/// server's own words.
caf::error error_of(const api_reply& reply, const std::string& what);

} // namespace racefill
