/// DURABLE_FILE: files that survive a crash whole or not at all.
#pragma once

#include <string>
#include <string_view>

#include <caf/error.hpp>
#include <caf/expected.hpp>

#include "messages/faults.hpp"

namespace racefill {

/// Owns a file descriptor.
class file_handle {
public:
  file_handle() = default;

  explicit file_handle(int fd) : fd_(fd) {
  }

  file_handle(file_handle&& other) noexcept : fd_(other.fd_) {
    other.fd_ = -1;
  }

  file_handle& operator=(file_handle&& other) noexcept;
  ~file_handle();

  int get() const noexcept {
    return fd_;
  }

  explicit operator bool() const noexcept {
    return fd_ >= 0;
  }

  /// Gives the descriptor up; whoever takes it closes it.
  int release() noexcept {
    const auto fd = fd_;
    fd_ = -1;
    return fd;
  }

  /// False with errno when the kernel reports a late failure.
  bool close() noexcept;

private:
  int fd_ = -1;
};

/// `cannot write PATH: reason; what to do`. Faults: disk_full where space (or a
/// quota or limit) is short, files_refused for all else.
caf::error file_error(const std::string& verb, const std::string& path,
                      int error_no);

/// Makes the folder of `path` and those above it. Faults: files_refused,
/// disk_full.
caf::error make_folder_of(const std::string& path);

/// Writes all of `text` at `offset`; false with errno, maybe after a part.
bool write_at(int fd, std::string_view text, long offset);

/// Makes renames and new names in the folder of `path` durable.
caf::error sync_folder_of(const std::string& path);

/// Writes `text` to `path` durably without moving it to its place.
/// Faults: files_refused, disk_full; then nothing is left at `path`.
caf::error write_new_file(const std::string& path, std::string_view text);

/// Puts `text` in the place of `path`. `path` is whole at every instant, old or
/// new, and the old content stays as `path`.bak. Faults: files_refused,
/// disk_full; then `path` is as it was.
caf::error replace_file(const std::string& path, std::string_view text);

/// Gives `path` the second name `other`, or only that one where the file system
/// knows no hard links. False with errno; EEXIST when `other` is taken.
bool keep_as(const std::string& path, const std::string& other);

/// The whole file. Faults: files_refused (also when it is longer than
/// `bytes_max`).
caf::expected<std::string> read_file(const std::string& path,
                                     std::size_t bytes_max);

} // namespace racefill
