#include "infra/sql/store_settings.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include <caf/error.hpp>
#include <caf/make_message.hpp>

#include "messages/faults.hpp"

namespace racefill {
namespace {

constexpr std::string_view postgres_schemes[] = {"postgresql://",
                                                 "postgres://"};

/// What libpq understands and a URL may say. `password` and `options` are left
/// out on purpose: the one is a secret, the other does not pass a pooler.
constexpr std::array known_options{"sslmode",
                                   "sslrootcert",
                                   "sslcert",
                                   "sslkey",
                                   "sslcrl",
                                   "sslsni",
                                   "ssl_min_protocol_version",
                                   "channel_binding",
                                   "connect_timeout",
                                   "host",
                                   "port",
                                   "passfile",
                                   "keepalives",
                                   "keepalives_idle",
                                   "gssencmode",
                                   "krbsrvname",
                                   "target_session_attrs",
                                   "tcp_user_timeout"};

constexpr std::array known_sslmodes{"disable", "allow",     "prefer",
                                    "require", "verify-ca", "verify-full"};

caf::error bad_url(std::string text) {
  return caf::make_error(fault::bad_settings, std::move(text));
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9')
    return c - '0';
  if (c >= 'a' && c <= 'f')
    return c - 'a' + 10;
  if (c >= 'A' && c <= 'F')
    return c - 'A' + 10;
  return -1;
}

std::optional<std::string> decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    if (i + 2 >= text.size() || hex_digit(text[i + 1]) < 0
        || hex_digit(text[i + 2]) < 0)
      return std::nullopt;
    out += static_cast<char>(hex_digit(text[i + 1]) * 16
                             + hex_digit(text[i + 2]));
    i += 2;
  }
  if (out.find('\0') != std::string::npos)
    return std::nullopt;
  return out;
}

/// The part after `postgresql://`; none for other schemes.
std::optional<std::string_view> after_scheme(std::string_view url) {
  for (auto scheme : postgres_schemes)
    if (url.substr(0, scheme.size()) == scheme)
      return url.substr(scheme.size());
  return std::nullopt;
}

/// Cuts `text` at the first (or last) `mark`: what is before and after.
std::pair<std::string_view, std::string_view>
cut(std::string_view text, char mark, bool from_end = false) {
  const auto at = from_end ? text.rfind(mark) : text.find(mark);
  if (at == std::string_view::npos)
    return {text, {}};
  return {text.substr(0, at), text.substr(at + 1)};
}

/// The user-info before the last `@` of the authority, if there is one.
std::string_view user_info(std::string_view rest) {
  const auto authority = rest.substr(0, rest.find_first_of("/?"));
  const auto at = authority.rfind('@');
  return at == std::string_view::npos ? std::string_view{}
                                      : authority.substr(0, at);
}

caf::error read_options(std::string_view query, database_url& out) {
  while (!query.empty()) {
    const auto [item, more] = cut(query, '&');
    query = more;
    const auto [name, coded] = cut(item, '=');
    const auto value = decoded(coded);
    if (name == "password" || name == "sslpassword")
      return bad_url("the database URL holds a password; take it out and give "
                     "it in RACEFILL_DB, ~/.pgpass or a 0600 file");
    if (std::find(known_options.begin(), known_options.end(), name)
        == known_options.end())
      return bad_url("unknown option `" + std::string{name}
                     + "` in the database URL; sslmode, sslrootcert, "
                       "connect_timeout and the like are known");
    if (!value)
      return bad_url("a broken %-code in option `" + std::string{name}
                     + "` of the database URL");
    if (name == "sslmode"
        && std::find(known_sslmodes.begin(), known_sslmodes.end(), *value)
             == known_sslmodes.end())
      return bad_url("unknown sslmode `" + *value
                     + "` in the database URL; it is verify-full, verify-ca, "
                       "require, prefer, allow or disable");
    if (name == "host")
      out.host = *value;
    else if (name == "port")
      out.port = *value;
    else
      out.options.emplace_back(name, *value);
  }
  return caf::none;
}

caf::expected<database_url> parse_postgres(std::string_view rest) {
  database_url out;
  out.kind = dialect::postgres;
  const auto info = user_info(rest);
  if (info.find(':') != std::string_view::npos)
    return bad_url("the database URL holds a password; take it out and give it "
                   "in RACEFILL_DB, ~/.pgpass or a 0600 file");
  if (!info.empty() || rest.substr(0, 1) == "@")
    rest.remove_prefix(info.size() + 1);
  const auto [address, query] = cut(rest, '?');
  const auto [authority, coded_database] = cut(address, '/');
  auto host = authority;
  const auto bracket = authority.rfind(']');
  const auto colon = authority.rfind(':');
  if (colon != std::string_view::npos
      && (bracket == std::string_view::npos || colon > bracket)) {
    host = authority.substr(0, colon);
    out.port = authority.substr(colon + 1);
  }
  if (!host.empty() && host.front() == '[' && host.back() == ']')
    host = host.substr(1, host.size() - 2);
  const auto user = decoded(info);
  const auto plain_host = decoded(host);
  const auto database = decoded(coded_database);
  if (!user || !plain_host || !database)
    return bad_url("a broken %-code in the database URL");
  out.user = *user;
  out.host = *plain_host;
  out.database = *database;
  if (auto err = read_options(query, out))
    return err;
  if (out.port.find_first_not_of("0123456789") != std::string::npos)
    return bad_url("the port in the database URL is no number");
  if (out.database.empty())
    return bad_url("the database URL names no database: "
                   "postgresql://user@host:5432/DATABASE");
  return out;
}

} // namespace

std::string database_url::display() const {
  if (kind == dialect::sqlite)
    return "sqlite:" + path;
  std::string out = "postgresql://";
  if (!user.empty())
    out += user + "@";
  out += host;
  if (!port.empty())
    out += ":" + port;
  return out + "/" + database;
}

caf::expected<database_url> parse_database_url(std::string_view url) {
  constexpr std::string_view sqlite_scheme = "sqlite:";
  if (const auto rest = after_scheme(url))
    return parse_postgres(*rest);
  database_url out;
  if (url.substr(0, sqlite_scheme.size()) != sqlite_scheme)
    return bad_url("a database URL begins with sqlite: or postgresql://");
  auto path = url.substr(sqlite_scheme.size());
  if (path.substr(0, 2) == "//") // sqlite:///absolute/path
    path.remove_prefix(2);
  if (path.empty() || path.find('\0') != std::string_view::npos)
    return bad_url("the database URL names no file: sqlite:PATH");
  if (path.front() == ':' || path.substr(0, 5) == "file:")
    return bad_url("the database URL must name a plain file: sqlite:PATH");
  out.path = path;
  return out;
}

std::pair<std::string, std::string> split_password(const std::string& url) {
  const auto rest = after_scheme(url);
  if (!rest)
    return {url, {}};
  const auto info = user_info(*rest);
  const auto [user, coded] = cut(info, ':');
  if (info.find(':') == std::string_view::npos)
    return {url, {}};
  const auto scheme = url.substr(0, url.size() - rest->size());
  const auto password = decoded(coded);
  return {scheme + std::string{user} + std::string{rest->substr(info.size())},
          password ? *password : std::string{coded}};
}

} // namespace racefill
