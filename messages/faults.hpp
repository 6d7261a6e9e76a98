/// Every way an operation can fail on purpose.
#pragma once

#include <cstdint>
#include <string>

#include <caf/error.hpp>
#include <caf/make_message.hpp>

namespace racefill {

enum class fault : std::uint8_t {
  none = 0, ///< No fault; CAF reserves zero for success.

  // Between actors.
  queue_full, ///< A bounded queue refused the work; slow down and try again.
  stopping,   ///< The service is going down; do not try again.
  absent,     ///< A neighbour is being restarted; try again.
  late,       ///< The caller's deadline passed before its turn came.

  // The API, transient.
  unreachable,  ///< No connection: refused, no such host, reset, unplugged.
  timed_out,    ///< The deadline for the whole exchange passed.
  broken_body,  ///< The body ended early or is not JSON.
  bad_shape,    ///< The body is JSON, but not what the provider documents.
  rate_limited, ///< 429; the whole gate pauses.
  server_error, ///< 5xx.
  blocked,      ///< 403, or a 4xx that is no JSON: the edge shut us out.

  // The API, final.
  unauthorized,    ///< 401, or 403 about the plan: no right to ask this.
  not_found,       ///< 404.
  invalid_request, ///< 422.
  redirected,      ///< 3xx: the base URL is wrong.
  http_status,     ///< Any other status.
  tls_refused,     ///< The server's certificate does not stand.

  // The store.
  store_down,     ///< The database is out of reach; wait and try again.
  store_busy,     ///< Deadlock, lock or statement timeout; try again.
  store_full,     ///< The disk is full; wait and try again.
  store_readonly, ///< The database takes no writes now; try again.
  store_refused,  ///< Rights, foreign shape or no database; final.
  schema_newer,   ///< The ledger was made by a newer racefill; final.
  lease_held,     ///< Another run holds the lease.
  lease_lost,     ///< Another run took the lease over; stop at once.

  // This host.
  files_refused, ///< The state directory cannot be written.
  disk_full,     ///< No space in the state directory.
  bad_settings,  ///< A setting cannot be used.
  gave_up,       ///< A child spent its restart budget.
  guard_tripped, ///< The data guard paused the run.
};

/// Returns the enumerator's own spelling, for logs.
std::string to_string(fault x);

/// The only place that says "try again".
bool is_transient(fault x) noexcept;

/// The fault in an error; `absent` for CAF's own codes (a dead or restarting
/// neighbour, a request timeout), `none` for no error.
fault fault_of(const caf::error& err) noexcept;

/// Tells whether the same request may do better later, by fault_of().
bool is_transient(const caf::error& err) noexcept;

/// `server_error: racecards 2015-01-03, status 503`, fit for a person.
std::string describe(const caf::error& err);

} // namespace racefill

CAF_ERROR_CODE_ENUM(racefill::fault, "racefill") // At most 10 characters.
