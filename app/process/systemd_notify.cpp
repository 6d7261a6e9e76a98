#include "app/process/systemd_notify.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace racefill {
namespace {

std::string find(const environment& env, const char* name) {
  const auto found = env.find(name);
  return found == env.end() ? std::string{} : found->second;
}

// A whole number of digits alone; none for anything else.
std::optional<std::int64_t> number_in(const std::string& text) {
  if (text.empty() || text.size() > 18
      || text.find_first_not_of("0123456789") != std::string::npos)
    return {};
  return std::stoll(text);
}

} // namespace

systemd_notify::systemd_notify(const environment& env)
  : address_(find(env, "NOTIFY_SOCKET")) {
  const bool fits = address_.size() > 1
                    && address_.size() < sizeof(sockaddr_un::sun_path)
                    && (address_[0] == '/' || address_[0] == '@');
  if (!fits)
    return;
  if (address_[0] == '@')
    address_[0] = '\0';
  fd_ = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  const auto usec = number_in(find(env, "WATCHDOG_USEC"));
  const auto pid = number_in(find(env, "WATCHDOG_PID"));
  if (usec && *usec > 0 && (!pid || *pid == ::getpid()))
    interval_
      = std::chrono::milliseconds(std::max<std::int64_t>(*usec / 1000, 1));
}

systemd_notify::~systemd_notify() {
  if (fd_ >= 0)
    ::close(fd_);
}

void systemd_notify::send(const std::string& text) {
  if (fd_ < 0)
    return;
  sockaddr_un to{};
  to.sun_family = AF_UNIX;
  std::memcpy(to.sun_path, address_.data(), address_.size());
  // An abstract address is as long as it is said to be, without a NUL.
  const auto size = offsetof(sockaddr_un, sun_path) + address_.size()
                    + (address_[0] == '\0' ? 0 : 1);
  // A manager that does not listen is its own business.
  (void) ::sendto(fd_, text.data(), text.size(), MSG_DONTWAIT | MSG_NOSIGNAL,
                  reinterpret_cast<const sockaddr*>(&to),
                  static_cast<socklen_t>(size));
}

void systemd_notify::ready() {
  send("READY=1");
}

void systemd_notify::stopping() {
  send("STOPPING=1");
}

void systemd_notify::watchdog() {
  send("WATCHDOG=1");
}

void systemd_notify::status(const std::string& text) {
  if (text == last_status_)
    return;
  last_status_ = text;
  auto line = text;
  for (auto& c : line)
    if (static_cast<unsigned char>(c) < 0x20)
      c = ' '; // A line break would begin another variable.
  send("STATUS=" + line);
}

} // namespace racefill
