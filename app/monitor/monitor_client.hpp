/// MONITOR_CLIENT: one connection to a running service, watched or steered.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include <caf/expected.hpp>

#include "infra/link/identity.hpp"
#include "messages/monitor.hpp"

namespace racefill {

struct monitor_client_settings {
  client_papers papers;
  std::string host;
  std::uint16_t port = 0;
  std::string name; ///< Of the viewer, for the service's log.
  std::chrono::milliseconds limit{10'000}; ///< For connecting and answers.
};

/// Has an actor system of its own, so that a lost connection leaves nothing
/// behind. All calls block and belong to one thread.
class monitor_client {
public:
  /// Connects and greets. Faults: unreachable, tls_refused, bad_settings
  /// (another protocol: the text names both versions).
  static caf::expected<std::unique_ptr<monitor_client>>
  open(const monitor_client_settings& settings);

  monitor_client(const monitor_client&) = delete;
  monitor_client& operator=(const monitor_client&) = delete;
  ~monitor_client();

  /// The service's program version.
  const std::string& version() const noexcept;

  /// Subscribes. Faults: those of the gateway, unreachable.
  caf::error watch(std::chrono::milliseconds every);

  /// Waits so long for a view newer than the last one; false when none came.
  bool next(monitor_view& view, std::chrono::milliseconds patience);

  /// Why the connection is over; "" while it stands.
  std::string ended() const;

  /// Has the service do something; answers its sentence. Faults: those of the
  /// gateway, unreachable.
  caf::expected<std::string> steer(const steer_order& order);

private:
  struct parts;
  explicit monitor_client(std::unique_ptr<parts> x);

  std::unique_ptr<parts> parts_;
};

} // namespace racefill
