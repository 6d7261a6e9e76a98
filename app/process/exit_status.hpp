/// EXIT_STATUS: what the program tells its caller (docs/operations.md).
#pragma once

#include <string>

#include <caf/error.hpp>

#include "messages/faults.hpp"

namespace racefill {

enum class exit_status : int {
  settled = 0,       ///< All asked for is settled; a check passed; drained.
  left = 1,          ///< Finished, but something failed or is left.
  usage = 2,         ///< Command line or conf file.
  database = 3,      ///< The database cannot be used.
  unauthorized = 4,  ///< The API refuses the credentials.
  gave_up = 5,       ///< An actor spent its restart budget.
  lease_held = 6,    ///< Another run holds the lease.
  provider = 7,      ///< Out of reach, or the data guard paused the run.
  files = 8,         ///< State directory or disk.
  interrupted = 130, ///< By a signal, drained cleanly.
  killed = 143,      ///< By the second signal.
};

constexpr int to_int(exit_status x) noexcept {
  return static_cast<int>(x);
}

/// The status that stands for a fault which ended the program.
exit_status exit_status_of(fault x) noexcept;

/// What went wrong and what to do, in one line.
std::string last_word(const caf::error& err);

/// Prints `racefill: TEXT` to stderr, one line, and returns the status of the
/// error's fault.
int fail_with(const caf::error& err);

/// The same with a text and status of one's own.
int fail_with(exit_status status, const std::string& text);

} // namespace racefill
