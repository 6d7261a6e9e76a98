/// POSTGRES_CONNECT: the way to a PostgreSQL server, and why it is barred.
#pragma once

#include <memory>
#include <string>

#include <Poco/Data/PostgreSQL/SessionHandle.h>

#include "infra/sql/store_settings.hpp"

namespace racefill {

struct postgres_login {
  std::string text; ///< For libpq. Holds the password: never logged or thrown.
  /// A password file that is open to others and therefore not read; "" if none.
  std::string open_file;
};

postgres_login make_postgres_login(const store_settings& settings,
                                   const database_url& url);

/// Throws sql_error, with what to do about it.
std::unique_ptr<Poco::Data::PostgreSQL::SessionHandle>
connect_postgres(const postgres_login& login);

} // namespace racefill
