/// POSTGRES_SESSION: the production database.
#pragma once

#include <memory>

#include "infra/sql/sql_session.hpp"

namespace racefill {

/// Connects, straight or through a transaction pooler. Throws sql_error.
std::unique_ptr<sql_session> open_postgres(const store_settings& settings,
                                           const database_url& url);

} // namespace racefill
