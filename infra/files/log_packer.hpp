/// ARCHIVE: files that nobody writes to any more, packed away by age.
#pragma once

#include <chrono>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include <caf/expected.hpp>

namespace racefill {

struct archive_settings {
  std::string folder;         ///< Its files; folders within are left alone.
  std::set<std::string> keep; ///< Paths that stay, whatever their age.
  std::chrono::hours older_than{24 * 30};
  std::chrono::hours delete_after{0}; ///< Of archived files; 0 for never.
  std::chrono::system_clock::time_point now;
};

struct archived_file {
  std::string name;
  std::int64_t bytes = 0;
  std::int64_t packed_bytes = 0;
};

struct archive_result {
  std::vector<archived_file> archived;
  std::vector<std::string> deleted; ///< Archived long ago.
  std::int64_t held_bytes = 0;      ///< All that the archive holds now.
};

/// Packs each old file of the folder into `archive/DATE-NAME.gz`, DATE being
/// its last change, and only then removes it. A folder that is not there holds
/// nothing. Faults: files_refused, disk_full; what was done until then stays.
caf::expected<archive_result> archive_files(const archive_settings& settings);

} // namespace racefill
