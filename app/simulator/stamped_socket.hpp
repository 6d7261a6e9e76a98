/// STAMPED SOCKET: a server's socket whose connections know when the kernel
/// received what was last read.
///
/// The thread that serves a connection may run tens of milliseconds after the
/// bytes arrived, if the machine is busy. A limiter that takes its own time for
/// theirs would then count two requests a second apart as closer than that.
#pragma once

#include <optional>

#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/StreamSocket.h>

#include "app/simulator/limit.hpp"

namespace racefill::sim {

/// A plain TCP server socket; bind it, then call stamp_arrivals().
class stamped_server_socket : public Poco::Net::ServerSocket {
public:
  stamped_server_socket();

  /// Has the kernel stamp what arrives on connections made from now on.
  void stamp_arrivals();
};

/// When the kernel received the last byte read from `connection`. Nothing if
/// it did not tell, as for TLS. A step of the wall clock between arrival and
/// read shifts it; it never lies in the future.
std::optional<moment> received_at(const Poco::Net::StreamSocket& connection);

} // namespace racefill::sim
