/// SYSTEMD_NOTIFY: tells the service manager how we are (sd_notify(3)), over
/// the socket it names in NOTIFY_SOCKET.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "app/config/config.hpp"

namespace racefill {

class systemd_notify {
public:
  /// Reads NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID. Without a socket
  /// every call is without effect.
  explicit systemd_notify(const environment& env);
  ~systemd_notify();
  systemd_notify(const systemd_notify&) = delete;
  systemd_notify& operator=(const systemd_notify&) = delete;

  void ready();
  void stopping();
  void watchdog();
  /// One line for `systemctl status`; sent only when it has changed.
  void status(const std::string& text);

  /// Without a sign of life for so long the manager kills us; none: it does not
  /// watch.
  std::optional<std::chrono::milliseconds> watchdog_interval() const {
    return interval_;
  }

private:
  void send(const std::string& text);

  int fd_ = -1;
  std::string address_; // As in sun_path: an abstract one begins with a NUL.
  std::optional<std::chrono::milliseconds> interval_;
  std::string last_status_;
};

} // namespace racefill
