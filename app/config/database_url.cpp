#include "app/config/database_url.hpp"

#include <algorithm>
#include <cctype>
#include <optional>

namespace racefill {
namespace {

constexpr auto npos = std::string_view::npos;

constexpr const char* encode_hint
  = "write odd characters of the user name and password percent-encoded "
    "(@ as %40, / as %2F, : as %3A, # as %23, ? as %3F, % as %25)";

int hex(char c) {
  if (c >= '0' && c <= '9')
    return c - '0';
  const auto low = static_cast<char>(c | 0x20);
  return low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
}

std::optional<std::string> percent_decode(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    if (i + 2 >= text.size() || hex(text[i + 1]) < 0 || hex(text[i + 2]) < 0)
      return std::nullopt;
    const auto byte = hex(text[i + 1]) * 16 + hex(text[i + 2]);
    if (byte == 0)
      return std::nullopt;
    out += static_cast<char>(byte);
    i += 2;
  }
  return out;
}

database_target refuse(const std::string& problem) {
  database_target out;
  out.problem = problem;
  return out;
}

/// Checks `host`, `host:port` and lists of them between commas.
bool is_host_list(std::string_view text) {
  bool in_brackets = false;
  bool in_port = false;
  for (char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '[' || c == ']') {
      in_brackets = c == '[';
    } else if (c == ',') {
      in_port = false;
    } else if (c == ':' && !in_brackets) {
      if (in_port)
        return false;
      in_port = true;
    } else if (in_port ? std::isdigit(byte) == 0
                       : std::isalnum(byte) == 0
                           && std::string_view{".-_%:"}.find(c) == npos) {
      return false;
    }
  }
  return !in_brackets;
}

/// The query without its password, which goes to `out`; false when malformed.
bool split_query(std::string_view query, std::string& kept,
                 database_target& out) {
  while (!query.empty()) {
    const auto item = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(item.size() + 1, query.size()));
    const auto equals = item.find('=');
    if (equals == npos || equals == 0)
      return false;
    const auto name = item.substr(0, equals);
    // Only these may hold a secret in libpq; the key file's own is one too.
    if (name == "password" || name == "sslpassword") {
      const auto value = percent_decode(item.substr(equals + 1));
      if (!value || name == "sslpassword")
        return false;
      out.password = secret{*value};
      continue;
    }
    kept += kept.empty() ? '?' : '&';
    kept += item;
  }
  return true;
}

} // namespace

database_target split_database_url(std::string_view text) {
  if (text.starts_with("sqlite:")) {
    if (text.size() == 7)
      return refuse("names no file after sqlite:");
    database_target out;
    out.url = text;
    return out;
  }
  const auto slashes = text.find("://");
  const auto scheme = text.substr(0, slashes);
  if (slashes == npos || (scheme != "postgresql" && scheme != "postgres"))
    return refuse("is neither sqlite:PATH nor "
                  "postgresql://USER@HOST:PORT/NAME");
  const auto rest = text.substr(slashes + 3);
  const auto authority = rest.substr(0, rest.find_first_of("/?"));
  const auto tail = rest.substr(authority.size());
  // An @ beyond the host means that the authority was cut inside a password.
  if (tail.find('@') != npos)
    return refuse(std::string{"cannot be taken apart; "} + encode_hint);
  const auto question = tail.find('?');
  const auto path = tail.substr(0, question);
  const auto at = authority.rfind('@');
  const auto user_info = at == npos ? "" : authority.substr(0, at);
  const auto host = at == npos ? authority : authority.substr(at + 1);
  if (!is_host_list(host) || user_info.find('@') != npos)
    return refuse(std::string{"cannot be taken apart; "} + encode_hint);
  database_target out;
  const auto colon = user_info.find(':');
  if (colon != npos) {
    const auto password = percent_decode(user_info.substr(colon + 1));
    if (!password)
      return refuse(std::string{"has a % without two digits; "} + encode_hint);
    out.password = secret{*password};
  }
  std::string query;
  if (question != npos && !split_query(tail.substr(question + 1), query, out))
    return refuse("has a malformed query after ?; "
                  "write it as ?name=value&name=value");
  out.url = std::string{scheme} + "://";
  out.url += user_info.substr(0, colon);
  out.url += at == npos ? "" : "@";
  out.url += host;
  out.url += path;
  out.url += query;
  return out;
}

bool holds_password(std::string_view url) {
  const auto slashes = url.find("://");
  if (slashes == npos)
    return false;
  const auto rest = url.substr(slashes + 3);
  const auto at = rest.find('@');
  const auto colon = rest.find(':');
  if (at != npos && colon != npos && colon < at && at > colon + 1)
    return true;
  std::string low{rest};
  for (auto& c : low)
    c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return low.find("password=") != npos;
}

} // namespace racefill
