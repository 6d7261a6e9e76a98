#include "infra/sql/sql_error.hpp"

#include <array>

#include <sqlite3.h>

#include <caf/make_message.hpp>

namespace racefill {
namespace {

constexpr auto migrate_hint
  = "; the tables are not what racefill expects: run `racefill migrate "
    "--check`, then `racefill migrate`";

bool starts_with(std::string_view text, std::string_view prefix) {
  return text.substr(0, prefix.size()) == prefix;
}

/// Values that break a column, a constraint or an index, and rows refused by
/// the database's own triggers.
bool is_row_level(std::string_view state) {
  for (auto prefix : {"22", "23", "54", "P0001", "44000", "27000"})
    if (starts_with(state, prefix))
      return true;
  return false;
}

/// First line only, without libpq's trailing newline.
std::string first_line(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

/// The line that holds `part`: a host of several addresses fails on each, a
/// line an address. "" if there is none.
std::string line_with(const std::string& text, const char* part) {
  const auto found = text.find(part);
  if (found == std::string::npos)
    return {};
  const auto end = text.rfind('\n', found);
  return first_line(text.substr(end == std::string::npos ? 0 : end + 1));
}

const std::string cannot_connect = "cannot connect: ";
constexpr auto check_password
  = "; check the password in RACEFILL_DB, ~/.pgpass or the file named in the "
    "conf";
constexpr auto check_user = "; check the user and the password";
constexpr auto check_database
  = "; check the database's name in the URL, or create it";
constexpr auto grant_rights
  = "; grant the rights in conf/postgres-role.sql to this role";

/// What the server refused in a language that is not known here.
sql_error connect_error_by_state(const std::string& line,
                                 std::string_view state) {
  const auto told = [&](const char* hint) -> sql_error {
    return {fault::store_refused,
            cannot_connect + line + " [" + std::string{state} + "]" + hint,
            false, std::string{state}};
  };
  if (state == "28P01")
    return told(check_password);
  if (starts_with(state, "28"))
    return told(check_user);
  if (state == "3D000")
    return told(check_database);
  return postgres_error(state, cannot_connect + line);
}

} // namespace

caf::error to_error(const sql_error& x) {
  return caf::make_error(x.code(), x.text());
}

sql_error postgres_error(std::string_view state, const std::string& message) {
  const auto text = first_line(message) + " [" + std::string{state} + "]";
  const std::string code{state};
  if (is_row_level(state))
    return {fault::store_refused, text, true, code};
  if (starts_with(state, "08") || starts_with(state, "57P")
      || starts_with(state, "58") || state == "25P03")
    return {fault::store_down, text, false, code};
  for (auto busy :
       {"40P01", "40001", "55P03", "57014", "53300", "53200", "25P02", "40003"})
    if (state == busy)
      return {fault::store_busy, text, false, code};
  if (state == "53100")
    return {fault::store_full,
            text + "; free space on the database server's disk", false, code};
  if (state == "25006")
    return {fault::store_readonly,
            text + "; the server is a standby or set read-only", false, code};
  // A role without USAGE finds no schema at all.
  if (state == "42501" || state == "3F000")
    return {fault::store_refused,
            text
              + "; let the owner of the tables run `racefill migrate`, then "
                "conf/postgres-role.sql for this role",
            false, code};
  if (starts_with(state, "42") || state == "0A000")
    return {fault::store_refused, text + migrate_hint, false, code};
  return {fault::store_refused, text, false, code};
}

bool is_answer_of_server(const std::string& message) {
  return message.find(":  ") != std::string::npos;
}

sql_error postgres_connect_error(const std::string& message,
                                 std::string_view state) {
  // libpq's own words, and the server's in the language of most servers.
  struct entry {
    const char* part;
    fault code;
    const char* hint;
  };
  static constexpr std::array entries{
    entry{"too many clients", fault::store_busy, ""},
    // "… for role", "… for database": before those words alone.
    entry{"too many connections", fault::store_busy, ""},
    entry{"connection slots", fault::store_busy, ""},
    entry{"starting up", fault::store_down, ""},
    entry{"shutting down", fault::store_down, ""},
    entry{"password authentication failed", fault::store_refused,
          check_password},
    entry{"no password supplied", fault::store_refused,
          "; give the password in RACEFILL_DB, ~/.pgpass or a file named in "
          "the conf"},
    entry{"authentication failed", fault::store_refused, check_user},
    entry{"does not support SSL", fault::store_refused,
          "; the server offers no TLS: set sslmode=disable only on a network "
          "you trust"},
    entry{"certificate", fault::store_refused,
          "; check sslrootcert and the host name in the URL"},
    entry{"root.crt", fault::store_refused,
          "; name the certificate authority with sslrootcert"},
    entry{"SSL error", fault::store_refused,
          "; check sslmode, sslrootcert and the host name in the URL"},
    entry{"no pg_hba.conf entry", fault::store_refused,
          "; the server lets this user in from nowhere near: see pg_hba.conf"},
    entry{"not permitted to log in", fault::store_refused,
          "; the role needs LOGIN, or name another user in the URL"},
    entry{"role \"", fault::store_refused,
          "; create the role with conf/postgres-role.sql"},
    entry{"permission denied", fault::store_refused, grant_rights},
    entry{"database \"", fault::store_refused, check_database},
    entry{"no such database", fault::store_refused,
          "; check the database's name in the URL or in the pooler"},
    entry{"invalid sslmode", fault::store_refused, "; see the URL"},
  };
  for (const auto& x : entries)
    if (const auto line = line_with(message, x.part); !line.empty())
      return {x.code, cannot_connect + line + x.hint, false,
              std::string{state}};
  auto line = line_with(message, ":  ");
  if (line.empty())
    line = first_line(message);
  if (!state.empty())
    return connect_error_by_state(line, state);
  // Anything unknown counts as out of reach, which is tried again.
  return {fault::store_down,
          cannot_connect + line
            + "; check host and port in the URL, and that the server is up"};
}

sql_error sqlite_error(int code, const std::string& message,
                       const std::string& path) {
  const auto text = path + ": " + message;
  const auto state = std::to_string(code);
  switch (code & 0xff) {
    case SQLITE_CONSTRAINT:
    case SQLITE_TOOBIG:
    case SQLITE_MISMATCH:
    case SQLITE_RANGE:
      return {fault::store_refused, message, true, state};
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_INTERRUPT:
    case SQLITE_NOMEM:
      return {fault::store_busy, text, false, state};
    case SQLITE_FULL:
      return {fault::store_full, text + "; free space on this disk", false,
              state};
    case SQLITE_READONLY:
      return {fault::store_readonly,
              text + "; make the file and its folder writable", false, state};
    case SQLITE_IOERR:
      return {fault::store_down, text, false, state};
    case SQLITE_NOTADB:
      return {fault::store_refused,
              path + " is no SQLite database; name another file", false, state};
    case SQLITE_CORRUPT:
      return {fault::store_refused, text + "; restore the file from a backup",
              false, state};
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return {fault::store_refused,
              text + "; check that the folder exists and may be written", false,
              state};
    case SQLITE_ERROR:
      return {fault::store_refused, text + migrate_hint, false, state};
    default:
      return {fault::store_refused, text, false, state};
  }
}

} // namespace racefill
