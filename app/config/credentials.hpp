/// CREDENTIALS: passwords, from where neither `ps` nor a log can see them.
#pragma once

#include <string>

#include <caf/expected.hpp>

#include "app/config/config.hpp"
#include "app/config/secret.hpp"

namespace racefill {

/// What opens the API and the database.
struct credentials {
  std::string api_username;
  secret api_password;
  /// Empty for SQLite, and where libpq shall look (PGPASSWORD, pgpass).
  secret database_password;
};

/// Gathers the credentials, each from the first place that has it:
/// - the API's: RACING_API_USERNAME and RACING_API_PASSWORD; the file
///   api.credentials_file with lines `username=…` and `password=…`; the same
///   format in $CREDENTIALS_DIRECTORY/racing_api (systemd's LoadCredential);
/// - the database's: RACEFILL_DB, if database.url is still the one it names;
///   the file database.password_file; $CREDENTIALS_DIRECTORY/database_password.
/// What is nowhere stays empty. Faults: bad_settings (a named file that is
/// missing, malformed or readable by others).
caf::expected<credentials> load_credentials(const settings& conf,
                                            const environment& env);

/// What a command that calls the API must say; "" when nothing is missing.
std::string missing_api_credentials(const credentials& x);

} // namespace racefill
