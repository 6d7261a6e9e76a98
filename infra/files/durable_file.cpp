#include "infra/files/durable_file.hpp"

#include <array>
#include <cerrno>
#include <filesystem>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace racefill {
namespace {

std::string folder_of(const std::string& path) {
  auto folder = std::filesystem::path{path}.parent_path().string();
  return folder.empty() ? "." : folder;
}

bool exists(const std::string& path) {
  struct stat info {};
  return ::lstat(path.c_str(), &info) == 0;
}

} // namespace

file_handle& file_handle::operator=(file_handle&& other) noexcept {
  if (this != &other) {
    close();
    fd_ = other.fd_;
    other.fd_ = -1;
  }
  return *this;
}

file_handle::~file_handle() {
  close();
}

bool file_handle::close() noexcept {
  const auto fd = fd_;
  fd_ = -1;
  return fd < 0 || ::close(fd) == 0;
}

caf::error file_error(const std::string& verb, const std::string& path,
                      int error_no) {
  const auto is_full = error_no == ENOSPC || error_no == EDQUOT
                       || error_no == EFBIG;
  return caf::make_error(
    is_full ? fault::disk_full : fault::files_refused,
    "cannot " + verb + " " + path + ": "
      + std::generic_category().message(error_no)
      + (is_full ? "; make room there"
                 : "; name a folder that this user may write (--state-dir)"));
}

caf::error make_folder_of(const std::string& path) {
  std::error_code code;
  const auto folder = folder_of(path);
  std::filesystem::create_directories(folder, code);
  // An existing symbolic link to a folder is reported as a failure.
  if (code && !std::filesystem::is_directory(folder))
    return file_error("make the folder", folder, code.value());
  return caf::none;
}

bool write_at(int fd, std::string_view text, long offset) {
  while (!text.empty()) {
    const auto count = ::pwrite(fd, text.data(), text.size(), offset);
    if (count < 0 && errno == EINTR)
      continue;
    if (count < 0)
      return false;
    offset += count;
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

caf::error sync_folder_of(const std::string& path) {
  const auto folder = folder_of(path);
  const file_handle handle{
    ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  // Some file systems cannot sync a folder, and say so with EINVAL.
  if (!handle || (::fsync(handle.get()) != 0 && errno != EINVAL))
    return file_error("sync the folder", folder, errno);
  return caf::none;
}

caf::error write_new_file(const std::string& path, std::string_view text) {
  if (auto err = make_folder_of(path))
    return err;
  file_handle file{
    ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644)};
  if (!file)
    return file_error("write", path, errno);
  if (write_at(file.get(), text, 0) && ::fsync(file.get()) == 0 && file.close())
    return caf::none;
  const auto error_no = errno;
  file.close();
  ::unlink(path.c_str());
  return file_error("write", path, error_no);
}

bool keep_as(const std::string& path, const std::string& other) {
  if (::link(path.c_str(), other.c_str()) == 0)
    return true;
  if (errno != EPERM && errno != EOPNOTSUPP && errno != ENOSYS
      && errno != EMLINK)
    return false;
  if (exists(other)) {
    errno = EEXIST;
    return false;
  }
  return ::rename(path.c_str(), other.c_str()) == 0;
}

caf::error replace_file(const std::string& path, std::string_view text) {
  const auto fresh = path + ".tmp";
  const auto kept = path + ".bak";
  const auto kept_fresh = path + ".bak.tmp";
  if (auto err = write_new_file(fresh, text))
    return err;
  auto give_up = [&fresh, &path] {
    const auto error_no = errno;
    ::unlink(fresh.c_str());
    return file_error("replace", path, error_no);
  };
  if (exists(path)) {
    // A rename between two names of one file does nothing, so the odd name is
    // removed before and after.
    ::unlink(kept_fresh.c_str());
    if (!keep_as(path, kept_fresh)
        || ::rename(kept_fresh.c_str(), kept.c_str()) != 0)
      return give_up();
    ::unlink(kept_fresh.c_str());
  }
  if (::rename(fresh.c_str(), path.c_str()) != 0)
    return give_up();
  return sync_folder_of(path);
}

caf::expected<std::string> read_file(const std::string& path,
                                     std::size_t bytes_max) {
  const file_handle file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (!file)
    return file_error("read", path, errno);
  std::string result;
  std::array<char, 65536> piece; // NOLINT: filled by read.
  for (;;) {
    const auto count = ::read(file.get(), piece.data(), piece.size());
    if (count == 0)
      return result;
    if (count < 0 && errno == EINTR)
      continue;
    if (count < 0)
      return file_error("read", path, errno);
    if (static_cast<std::size_t>(count) > bytes_max - result.size())
      return caf::make_error(fault::files_refused,
                             "cannot read " + path + ": it is longer than "
                               + std::to_string(bytes_max) + " bytes");
    result.append(piece.data(), static_cast<std::size_t>(count));
  }
}

} // namespace racefill
