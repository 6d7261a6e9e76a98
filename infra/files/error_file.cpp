#include "infra/files/error_file.hpp"

#include <algorithm>
#include <array>
#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "infra/files/array_scan.hpp"
#include "infra/files/durable_file.hpp"
#include "infra/pure/json_text.hpp"

namespace racefill {
namespace {

constexpr long tail_bytes = 4096;
constexpr std::size_t error_text_bytes_max = 16384; ///< Of one entry.
constexpr int damaged_max = 1000; ///< Damaged originals kept at most.

// Up to `size` bytes from `offset`; fewer at the end of the file.
bool read_at(int fd, std::string& out, long size, long offset) {
  out.resize(static_cast<std::size_t>(size));
  std::size_t done = 0;
  while (done < out.size()) {
    const auto count = ::pread(fd, out.data() + done, out.size() - done,
                               offset + static_cast<long>(done));
    if (count < 0 && errno == EINTR)
      continue;
    if (count < 0)
      return false;
    if (count == 0)
      break;
    done += static_cast<std::size_t>(count);
  }
  out.resize(done);
  return true;
}

// The size of the open file; -1 with errno.
long size_of(int fd) {
  struct stat info {};
  return ::fstat(fd, &info) == 0 ? static_cast<long>(info.st_size) : -1;
}

// Follows the whole file in pieces; false with errno when it cannot be read.
bool scan_file(int fd, array_scan& scan) {
  std::string piece;
  for (long offset = 0;; offset += static_cast<long>(piece.size())) {
    if (!read_at(fd, piece, 65536, offset))
      return false;
    if (piece.empty() || !scan.feed(piece))
      return true;
  }
}

// Writes `text` over the file's end from `offset` on, or leaves all as it was.
bool overwrite_end(int fd, const std::string& text, long offset, long size) {
  std::string old_end;
  if (!read_at(fd, old_end, size - offset, offset))
    return false;
  const auto new_size = offset + static_cast<long>(text.size());
  // Asked for before the closing bracket is touched, so that a full disk is
  // noticed while the file is whole. Where this is unknown the write decides.
  const auto room = ::fallocate(fd, FALLOC_FL_KEEP_SIZE, offset,
                                static_cast<off_t>(text.size()));
  if (room != 0 && (errno == ENOSPC || errno == EDQUOT || errno == EFBIG))
    return false;
  if (write_at(fd, text, offset)
      && (new_size >= size || ::ftruncate(fd, new_size) == 0)
      && ::fsync(fd) == 0)
    return true;
  const auto error_no = errno;
  // These bytes had their place on the disk before.
  write_at(fd, old_end, offset);
  if (::ftruncate(fd, size) == 0)
    ::fsync(fd);
  errno = error_no;
  return false;
}

} // namespace

std::string write_error_entry(const error_entry& entry) {
  const auto* kind = parse_date(entry.key) ? "date" : "horse_id";
  return "{\"timestamp\": " + json_quote(entry.timestamp) + ", \"" + kind
         + "\": " + json_quote(entry.key) + ", \"error\": "
         + json_quote(
           std::string_view{entry.error}.substr(0, error_text_bytes_max))
         + "}";
}

caf::error error_file::append(const std::vector<error_entry>& entries) {
  std::string text;
  for (const auto& entry : entries)
    text += (text.empty() ? "\n  " : ",\n  ") + write_error_entry(entry);
  return append_text(text);
}

caf::error error_file::append_text(const std::string& text) {
  const file_handle file{::open(path_.c_str(), O_RDWR | O_CLOEXEC)};
  if (!file) {
    if (errno != ENOENT)
      return file_error("write", path_, errno);
    checked_ = true;
    return replace_file(path_, "[" + text + "\n]\n");
  }
  const auto size = size_of(file.get());
  if (size < 0)
    return file_error("read", path_, errno);
  std::string end;
  const auto end_offset = std::max(size - tail_bytes, 0L);
  if (!read_at(file.get(), end, size - end_offset, end_offset))
    return file_error("read", path_, errno);
  const auto tail = read_tail(end, end_offset);
  if (!checked_ || !tail) {
    array_scan scan;
    if (!scan_file(file.get(), scan))
      return file_error("read", path_, errno);
    if (!scan.is_whole() || !tail) {
      if (auto err = repair(file.get(), scan.sound_end()))
        return err;
      return append_text(text);
    }
    checked_ = true;
  }
  if (text.empty())
    return caf::none;
  if (!overwrite_end(file.get(),
                     (tail->has_entries ? "," : "") + text + "\n]\n",
                     tail->open_end, size))
    return file_error("write", path_, errno);
  return caf::none;
}

caf::error error_file::repair(int fd, long sound_end) {
  std::string sound = "[";
  if (sound_end > 0 && !read_at(fd, sound, sound_end, 0))
    return file_error("read", path_, errno);
  const auto fresh = path_ + ".tmp";
  if (auto err = write_new_file(fresh, sound + "\n]\n"))
    return err;
  std::string kept;
  auto is_kept = false;
  for (int i = 1; i <= damaged_max && !is_kept; ++i) {
    kept = path_ + ".damaged-" + std::to_string(i);
    is_kept = keep_as(path_, kept);
    if (!is_kept && errno != EEXIST)
      break;
  }
  if (!is_kept || ::rename(fresh.c_str(), path_.c_str()) != 0) {
    const auto error_no = errno;
    ::unlink(fresh.c_str());
    return file_error("repair", path_, error_no);
  }
  checked_ = true;
  repair_note_ = path_ + " was damaged: its sound entries were kept, the "
                 + "original is " + kept;
  return sync_folder_of(path_);
}

} // namespace racefill
