/// GATE_LOG_FILE: the gate's log as JSON lines on disk.
///
///     {"t_ns":81234,"step":"sent","serial":7,"kind":"horse"}
///
/// `t_ns` is the monotonic clock, `step` and the rest are gate_log_line's
/// fields: `status` with closed, `span_ns` with born, granted and closed. A
/// `born` line also tells `utc` and `pid`. {"t_ns":…,"step":"lost","lines":3}
/// stands where lines are missing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include <caf/expected.hpp>

#include "infra/ports/gate_log.hpp"

namespace racefill {

struct gate_log_file_settings {
  std::string path;
  /// A file that would grow beyond this becomes PATH.1 (the one before it
  /// goes), and a new one begins: at two requests a second about a day.
  std::int64_t bytes_max = std::int64_t{64} * 1024 * 1024;
  /// Lines that may wait for the disk; those beyond are lost and counted.
  std::size_t waiting_max = std::size_t{16} * 1024;
};

/// Opens the log for appending, and its folder. Lines are written at once by a
/// thread of its own; record() never waits for the disk. What could not be
/// written is counted, said in the log itself as soon as it can be, and warned
/// of once. The last holder's death writes what is left.
/// Faults: files_refused, disk_full.
caf::expected<std::shared_ptr<gate_log>>
open_gate_log(gate_log_file_settings settings);

} // namespace racefill
