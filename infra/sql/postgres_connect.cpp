#include "infra/sql/postgres_connect.hpp"

#include <libpq-fe.h>

#include <chrono>
#include <cstdlib>
#include <utility>

#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <Poco/Exception.h>

#include "infra/sql/sql_error.hpp"

namespace racefill {
namespace {

using Poco::Data::PostgreSQL::SessionHandle;

/// `key='value' `, quoted as libpq wants it.
std::string setting(const std::string& key, const std::string& value) {
  std::string out = key + "='";
  for (const char c : value) {
    if (c == '\'' || c == '\\')
      out += '\\';
    out += c;
  }
  return out + "' ";
}

bool has_option(const database_url& url, const char* name) {
  for (const auto& [key, value] : url.options)
    if (key == name)
      return true;
  return false;
}

/// Debian's libpq knows no system-wide trust store by itself.
constexpr auto system_roots = "/etc/ssl/certs/ca-certificates.crt";

/// The file in which libpq looks for a password; "" if there is no home.
std::string password_file(const database_url& url) {
  for (const auto& [key, value] : url.options)
    if (key == "passfile")
      return value;
  // NOLINTBEGIN(concurrency-mt-unsafe): nobody changes the environment.
  if (const char* named = std::getenv("PGPASSFILE");
      named != nullptr && *named != '\0')
    return named;
  const char* home = std::getenv("HOME");
  // NOLINTEND(concurrency-mt-unsafe)
  return home != nullptr && *home != '\0' ? std::string{home} + "/.pgpass" : "";
}

bool is_open_to_others(const std::string& file) {
  struct stat info {};
  return !file.empty() && ::stat(file.c_str(), &info) == 0
         && S_ISREG(info.st_mode)
         && (info.st_mode & static_cast<mode_t>(S_IRWXG | S_IRWXO)) != 0;
}

struct connection_deleter {
  void operator()(PGconn* x) const noexcept {
    PQfinish(x);
  }
};

constexpr int probe_seconds = 10;

/// The SQLSTATE in `FATAL:  28P01: text`; "" without one.
std::string state_in(const std::string& message) {
  constexpr std::size_t size = 5;
  for (auto at = message.find(":  "); at != std::string::npos;
       at = message.find(":  ", at + 1)) {
    auto state = message.substr(at + 3, size);
    if (state.size() == size
        && state.find_first_not_of("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")
             == std::string::npos
        && message.compare(at + 3 + size, 2, ": ") == 0)
      return state;
  }
  return {};
}

/// Knocks once more, with the error's SQLSTATE asked for: PQconnectdb, which is
/// Poco's way, gives no chance to. "" if none is told, or if it got in.
std::string ask_state(const std::string& text) {
  const std::unique_ptr<PGconn, connection_deleter> probe{
    PQconnectStart(text.c_str())};
  if (!probe)
    return {};
  PQsetErrorVerbosity(probe.get(), PQERRORS_VERBOSE);
  const auto deadline = std::chrono::steady_clock::now()
                        + std::chrono::seconds{probe_seconds};
  auto next = PGRES_POLLING_WRITING;
  while (next != PGRES_POLLING_OK && next != PGRES_POLLING_FAILED) {
    pollfd waits{};
    waits.fd = PQsocket(probe.get());
    waits.events = next == PGRES_POLLING_READING ? POLLIN : POLLOUT;
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
      deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0
        || ::poll(&waits, 1, static_cast<int>(left.count())) <= 0)
      return {};
    next = PQconnectPoll(probe.get());
  }
  return state_in(PQerrorMessage(probe.get()));
}

/// Of a failed attempt; Poco puts its own words before libpq's.
sql_error connect_error(const postgres_login& login, std::string message) {
  const std::string pocos = "Connection Error: ";
  if (message.compare(0, pocos.size(), pocos) == 0)
    message.erase(0, pocos.size());
  auto out = postgres_connect_error(message);
  if (out.code() == fault::store_down && is_answer_of_server(message))
    if (const auto state = ask_state(login.text); !state.empty())
      out = postgres_connect_error(message, state);
  if (login.open_file.empty() || out.code() != fault::store_refused)
    return out;
  return {out.code(),
          out.text() + "; " + login.open_file
            + " is open to others and was not read, run: chmod 600 "
            + login.open_file,
          false, out.state()};
}

} // namespace

postgres_login make_postgres_login(const store_settings& settings,
                                   const database_url& url) {
  postgres_login login;
  auto& out = login.text;
  if (!url.host.empty())
    out += setting("host", url.host);
  if (!url.port.empty())
    out += setting("port", url.port);
  if (!url.user.empty())
    out += setting("user", url.user);
  out += setting("dbname", url.database);
  out += setting("application_name", settings.application_name);
  out += setting("client_encoding", "UTF8");
  auto add_default = [&](const char* name, const char* value) {
    if (!has_option(url, name))
      out += setting(name, value);
  };
  add_default("connect_timeout", "10");
  add_default("keepalives_idle", "30");
  add_default("tcp_user_timeout", "60000");
  auto verifies = false;
  for (const auto& [key, value] : url.options) {
    out += setting(key, value);
    verifies = verifies || (key == "sslmode" && value.substr(0, 6) == "verify");
  }
  if (verifies && !has_option(url, "sslrootcert")
      && ::access(system_roots, R_OK) == 0)
    out += setting("sslrootcert", system_roots);
  if (!settings.password.empty()) {
    out += setting("password", settings.password);
  } else if (auto file = password_file(url); is_open_to_others(file)) {
    // libpq would pass it by as well, but say so on stderr at every try.
    out += setting("passfile", "/nonexistent");
    login.open_file = std::move(file);
  }
  return login;
}

std::unique_ptr<SessionHandle> connect_postgres(const postgres_login& login) {
  auto handle = std::make_unique<SessionHandle>();
  try {
    handle->connect(login.text);
  } catch (const Poco::Exception& err) {
    handle.reset();
    throw connect_error(login, err.message());
  }
  return handle;
}

} // namespace racefill
