/// STORE_SETTINGS: where the database is and how to behave there.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <caf/expected.hpp>

#include "infra/sql/dialect.hpp"

namespace racefill {

struct store_settings {
  /// `sqlite:PATH` or `postgresql://user@host:port/db?sslmode=…`; no password.
  std::string url = "sqlite:racefill.db";
  std::string password; ///< "": ~/.pgpass or none.
  std::int64_t statement_timeout_ms = 60'000;
  std::int64_t lock_timeout_ms = 10'000; ///< SQLite: wait for the other writer.
  std::string application_name = "racefill"; ///< Shown in pg_stat_activity.
  std::string source = "racecards_pro";      ///< Of the ledger's days.
};

/// A database URL, taken apart.
struct database_url {
  dialect kind = dialect::sqlite;
  std::string path; ///< SQLite only.
  std::string host; ///< PostgreSQL from here on; "" is the local socket.
  std::string port;
  std::string user;
  std::string database;
  std::vector<std::pair<std::string, std::string>> options; ///< sslmode …

  /// For people: `postgresql://user@host:5432/db`.
  std::string display() const;
};

/// Takes a URL apart, %-codes decoded. A password in it is refused with a hint
/// where to put it. Faults: bad_settings.
caf::expected<database_url> parse_database_url(std::string_view url);

/// Splits a URL that came from a safe place (the environment, a 0600 file) into
/// the URL without its password and the password, decoded ("" if none).
std::pair<std::string, std::string> split_password(const std::string& url);

} // namespace racefill
