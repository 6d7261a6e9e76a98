/// SQL_STORE: the record store over SQLite or PostgreSQL.
#pragma once

#include <memory>

#include <caf/expected.hpp>

#include "infra/ports/record_store.hpp"
#include "infra/sql/sql_session.hpp"
#include "infra/sql/store_settings.hpp"

namespace racefill {

/// Connects. The tables are looked at by the first call: on a database that
/// `racefill migrate` has not seen, every method answers store_refused.
/// Faults: bad_settings and those of record_store.
caf::expected<std::unique_ptr<record_store>>
open_store(const store_settings& settings);

/// The same over a session that is open already.
std::unique_ptr<record_store> make_store(std::unique_ptr<sql_session> session,
                                         std::string source);

} // namespace racefill
