/// TRANSPORT: HTTP/1.1 over one connection of its own, each step bounded.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "infra/http/base_url.hpp"
#include "infra/ports/http_transport.hpp"

namespace racefill {

struct http_settings {
  base_url url;
  std::string username;
  std::string
    password;          ///< Leaves this process in the Authorization field only.
  std::string ca_file; ///< Authorities to trust; "" for the system's.
  /// For finding the host, connecting and the TLS handshake together; the
  /// deadline of the request holds besides.
  std::chrono::milliseconds connect_timeout{10'000};
  /// An older idle connection is not used again: a middlebox may have lost it.
  std::chrono::milliseconds idle_max{30'000};
  std::string user_agent = "racefill/" RACEFILL_VERSION;
  std::size_t body_bytes_max = std::size_t{64} * 1024 * 1024; ///< Unpacked.
};

/// Checks what can be checked without the network. Faults: bad_settings.
caf::error validate(const http_settings& settings);

/// A transport that connects at its first exchange. Any status is a reply, and
/// redirects are not followed. Each instance may live on any one thread. A
/// target with a blank or control character is refused with invalid_request.
std::unique_ptr<http_transport> make_http_transport(http_settings settings);

} // namespace racefill
