/// RESOLVER: names to addresses, with a bound on the wait.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include <caf/expected.hpp>
#include <sys/socket.h>

#include "messages/faults.hpp"

namespace racefill {

/// One address to connect to.
struct socket_address {
  sockaddr_storage storage{};
  socklen_t size = 0;
};

/// Looks names up. The system's look-up can neither be bounded nor stopped, so
/// it runs on a thread of its own that ends with the look-up; a new one is not
/// started while one of the same resolver is still out. Not thread-safe.
class resolver {
public:
  /// All addresses of `host`, in the system's order of preference.
  /// Faults: unreachable (no such host), timed_out.
  caf::expected<std::vector<socket_address>>
  resolve(const std::string& host, std::uint16_t port,
          std::chrono::steady_clock::time_point deadline);

private:
  struct lookup;

  std::shared_ptr<lookup> lookup_;
};

} // namespace racefill
