/// LINK_SOCKET: sockets of the monitor's link, all non-blocking.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>

#include <caf/expected.hpp>

#include "infra/files/durable_file.hpp"

struct sockaddr_storage;

namespace racefill {

/// Listens on a numeric address or a host's name; answers the real port too.
/// Faults: bad_settings.
caf::expected<std::pair<file_handle, std::uint16_t>>
listen_on(const std::string& host, std::uint16_t port);

/// Connects within `limit`. Faults: unreachable.
caf::expected<file_handle> connect_to(const std::string& host,
                                      std::uint16_t port,
                                      std::chrono::milliseconds limit);

/// `10.0.0.5:40123`, for the log.
std::string peer_text(const sockaddr_storage& address);

/// Small messages, each on its way at once; a vanished peer is noticed.
void tune_socket(int socket);

/// Two connected ends. Not valid when the process is out of descriptors.
std::pair<file_handle, file_handle> make_socket_pair();

} // namespace racefill
