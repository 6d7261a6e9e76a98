/// SQLITE_SESSION: the embedded database.
#pragma once

#include <memory>

#include "infra/sql/sql_session.hpp"

namespace racefill {

/// Opens (and makes, mode 0600) the file of `url`: WAL, full synchronisation,
/// foreign keys. Throws sql_error.
std::unique_ptr<sql_session> open_sqlite(const store_settings& settings,
                                         const database_url& url);

} // namespace racefill
