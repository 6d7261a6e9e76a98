/// SMALL_FILE: reads conf and password files, warily.
#pragma once

#include <cstdint>
#include <string>

#include <caf/expected.hpp>

namespace racefill {

/// Who may be able to read the file.
enum class file_privacy : std::uint8_t {
  any,        ///< Everybody.
  group,      ///< The owner and the group: what systemd hands over.
  owner_only, ///< The owner alone: 0600 or 0400.
};

/// Reads a regular file of at most `bytes_max` bytes.
/// Faults: bad_settings, with a line that says what to do (`chmod 600 FILE`).
caf::expected<std::string> read_small_file(const std::string& path,
                                           std::size_t bytes_max,
                                           file_privacy privacy);

} // namespace racefill
