/// STATE_FILES: what people read with jq beside the database.
#pragma once

#include <vector>

#include <caf/expected.hpp>

#include "messages/reports.hpp"

namespace racefill {

/// The checkpoint and error files of the state directory. Not thread-safe.
class state_files {
public:
  virtual ~state_files() = default;

  /// Replaces the checkpoint file: temp file, fsync, rename, fsync of the
  /// folder. Faults: files_refused, disk_full.
  virtual caf::expected<void> save_checkpoint(const checkpoint_image& image)
    = 0;

  /// Appends to the error file over its closing bracket; the file is a valid
  /// JSON array after every call. Faults: files_refused, disk_full.
  virtual caf::expected<void>
  append_errors(const std::vector<error_entry>& entries) = 0;
};

} // namespace racefill
