/// ERROR_FILE: parked days and horses as a JSON array that only grows.
#pragma once

#include <string>
#include <vector>

#include <caf/error.hpp>

#include "messages/work.hpp"

namespace racefill {

/// The error file of the old job: `[{timestamp, date, error}, …]`, `horse_id`
/// in the place of `date` for a horse. Not thread-safe.
class error_file {
public:
  explicit error_file(std::string path) : path_(std::move(path)) {
  }

  /// Appends over the closing bracket and syncs; the file is a valid array
  /// afterwards, also after a failure, and is made when missing, also for no
  /// entries. The first call checks the whole file: what is damaged is repaired
  /// (the sound entries at its front stay, the original is kept beside it as
  /// `.damaged-N`). Faults: files_refused, disk_full.
  caf::error append(const std::vector<error_entry>& entries);

  /// What the last repair did, a sentence for the log; "" if there was none.
  const std::string& repair_note() const noexcept {
    return repair_note_;
  }

private:
  caf::error append_text(const std::string& text);
  caf::error repair(int fd, long sound_end);

  std::string path_;
  std::string repair_note_;
  bool checked_ = false;
};

/// One entry as JSON, in one line.
std::string write_error_entry(const error_entry& entry);

} // namespace racefill
