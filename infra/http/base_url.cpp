#include "infra/http/base_url.hpp"

#include <algorithm>

#include <Poco/Exception.h>
#include <Poco/URI.h>

namespace racefill {
namespace {

caf::error refuse(const std::string& why) {
  return caf::make_error(fault::bad_settings,
                         "the API's URL cannot be used: " + why
                           + "; write it like https://api.theracingapi.com");
}

bool is_host_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
         || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_'
         || c == ':';
}

bool is_printable(char c) {
  return c > ' ' && c < 0x7f;
}

std::string bracketed(const std::string& host) {
  return host.find(':') == std::string::npos ? host : "[" + host + "]";
}

// Poco reads a port above 65535 as another one, so it is checked here.
bool has_sane_port(const std::string& text) {
  const auto begin = text.find("://") + 3;
  const auto end = std::min(text.find('/', begin), text.size());
  const auto place = text.substr(begin, end - begin);
  const auto colon = place.rfind(':');
  if (colon == std::string::npos || place.find(']', colon) != std::string::npos)
    return true;
  const auto digits = place.substr(colon + 1);
  return !digits.empty() && digits.size() <= 5
         && std::all_of(digits.begin(), digits.end(),
                        [](char c) { return c >= '0' && c <= '9'; })
         && std::stoul(digits) > 0 && std::stoul(digits) <= 65535;
}

std::string prefix_of(std::string path) {
  auto strip = [&path] {
    while (!path.empty() && path.back() == '/')
      path.pop_back();
  };
  strip();
  if (path.size() >= 3 && path.compare(path.size() - 3, 3, "/v1") == 0)
    path.resize(path.size() - 3);
  strip();
  return path;
}

} // namespace

caf::expected<base_url> parse_base_url(const std::string& text) {
  if (!std::all_of(text.begin(), text.end(), is_printable))
    return refuse("it holds a blank or an unprintable character");
  Poco::URI uri;
  try {
    uri = Poco::URI(text);
  } catch (const Poco::Exception&) {
    return refuse("it is no URL");
  }
  if (uri.getScheme() != "http" && uri.getScheme() != "https")
    return refuse("it does not begin with https:// or http://");
  if (!uri.getUserInfo().empty())
    return refuse("it holds a user name or password, which belong into "
                  "RACING_API_USERNAME and RACING_API_PASSWORD");
  const auto& host = uri.getHost();
  if (host.empty() || host.size() > 253
      || !std::all_of(host.begin(), host.end(), is_host_char))
    return refuse("its host name is empty or odd");
  if (!uri.getRawQuery().empty() || !uri.getFragment().empty())
    return refuse("it has a query or a fragment");
  if (!has_sane_port(text))
    return refuse("its port is not a number from 1 to 65535");
  // The path goes into a request line as it was written, escapes included.
  const auto path_begin = text.find('/', text.find("://") + 3);
  base_url result;
  result.tls = uri.getScheme() == "https";
  result.host = host;
  result.port = uri.getPort();
  if (path_begin != std::string::npos)
    result.prefix = prefix_of(text.substr(path_begin));
  return result;
}

std::string authority(const base_url& url) {
  return bracketed(url.host) + ":" + std::to_string(url.port);
}

std::string host_header(const base_url& url) {
  const auto usual = url.tls ? 443 : 80;
  return url.port == usual ? bracketed(url.host) : authority(url);
}

} // namespace racefill
