/// GATE_LOG_READER: a gate's log, or a server's log of arrivals, from disk.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <caf/expected.hpp>

#include "infra/ports/gate_log.hpp"
#include "infra/pure/nanos.hpp"

namespace racefill {

/// What one or more files hold, in the order of their lines.
struct gate_record {
  bool is_arrivals = false;         ///< Of a server; else of a gate.
  std::vector<gate_log_line> lines; ///< Of a gate.
  std::vector<nanos> arrivals;      ///< Of a server.
  std::int64_t lives = 0;           ///< Of the gate.
  std::int64_t lost = 0;    ///< Lines that the gate's log says are missing.
  std::int64_t torn = 0;    ///< Last lines of killed processes, cut short.
  std::int64_t refused = 0; ///< Arrivals that the server refused.
};

/// Reads `paths` one after another as one log. A life on an earlier clock than
/// the one before it (the machine was restarted) is moved behind that.
/// Faults: files_refused (a file cannot be read), bad_shape (a line that
/// belongs to neither log, or none at all); the text names file and line.
caf::expected<gate_record>
read_gate_record(const std::vector<std::string>& paths);

} // namespace racefill
