#include "app/config/small_file.hpp"

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

#include "messages/faults.hpp"

namespace racefill {
namespace {

/// Closes a file descriptor at the end of a scope.
struct descriptor {
  int fd = -1;
  ~descriptor() {
    if (fd >= 0)
      ::close(fd);
  }
};

/// What the last system call complained of.
std::string reason() {
  return std::generic_category().message(errno);
}

caf::error refuse(std::string text) {
  return caf::make_error(fault::bad_settings, std::move(text));
}

} // namespace

caf::expected<std::string> read_small_file(const std::string& path,
                                           std::size_t bytes_max,
                                           file_privacy privacy) {
  // O_NONBLOCK: a FIFO in place of the file must not hold up the start.
  descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
  if (file.fd < 0)
    return refuse(path + " cannot be read: " + reason());
  struct stat info {};
  if (::fstat(file.fd, &info) != 0)
    return refuse(path + " cannot be read: " + reason());
  if (!S_ISREG(info.st_mode))
    return refuse(path + " is not a file");
  const mode_t forbidden = privacy == file_privacy::owner_only ? 077
                           : privacy == file_privacy::group    ? 037
                                                               : 0;
  if ((info.st_mode & forbidden) != 0)
    return refuse(path + " holds a password and is open to others; run: chmod "
                  + "600 " + path);
  if (static_cast<std::size_t>(info.st_size) > bytes_max)
    return refuse(path + " is too large, above " + std::to_string(bytes_max)
                  + " bytes");
  std::string out(bytes_max + 1, '\0');
  std::size_t size = 0;
  while (size < out.size()) {
    const auto count = ::read(file.fd, out.data() + size, out.size() - size);
    if (count < 0 && errno == EINTR)
      continue;
    if (count < 0)
      return refuse(path + " cannot be read: " + reason());
    if (count == 0)
      break;
    size += static_cast<std::size_t>(count);
  }
  if (size > bytes_max)
    return refuse(path + " is too large, above " + std::to_string(bytes_max)
                  + " bytes");
  out.resize(size);
  return out;
}

} // namespace racefill
