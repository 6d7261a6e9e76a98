/// BASE_URL: where the API is, read from one setting.
#pragma once

#include <cstdint>
#include <string>

#include <caf/expected.hpp>

#include "messages/faults.hpp"

namespace racefill {

/// A server and the path in front of every target.
struct base_url {
  bool tls = true;
  std::string host; ///< Name or address, without brackets.
  std::uint16_t port = 443;
  std::string prefix; ///< "" or "/below/this", never with a slash at its end.
};

/// Reads `http[s]://host[:port][/prefix]`. A last segment `v1` of the path is
/// left out, since targets name it themselves.
/// Faults: bad_settings, whose text never repeats a password.
caf::expected<base_url> parse_base_url(const std::string& text);

/// `host:port`, with brackets around an IPv6 address.
std::string authority(const base_url& url);

/// The value of the Host header: the port only where it is not the scheme's.
std::string host_header(const base_url& url);

} // namespace racefill
