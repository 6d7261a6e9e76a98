/// LOCAL_STATE_FILES: the checkpoint and error files in a folder of this host.
#pragma once

#include <memory>
#include <string>

#include "infra/ports/state_files.hpp"

namespace racefill {

struct state_files_settings {
  std::string directory = "."; ///< The state directory.
  /// "" for DIRECTORY/logs/backfill_all_tables_checkpoint.json
  std::string checkpoint_file;
  /// "" for DIRECTORY/logs/backfill_all_tables_errors.json
  std::string errors_file;
};

/// Where the files are by these settings.
std::string checkpoint_path(const state_files_settings& settings);
std::string errors_path(const state_files_settings& settings);

/// Tries that both files can be written, making their folders and, where it is
/// missing or damaged, the error file. To be called before any work is done.
/// Faults: files_refused, disk_full, each saying what to do.
caf::error check_writable(const state_files_settings& settings);

/// Touches no file yet.
std::unique_ptr<state_files>
make_state_files(const state_files_settings& settings);

} // namespace racefill
