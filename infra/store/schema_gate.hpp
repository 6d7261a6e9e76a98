/// SCHEMA_GATE: may this program work on that database?
#pragma once

#include "infra/sql/sql_session.hpp"
#include "infra/store/batch_writer.hpp"

namespace racefill {

/// The ledger's schema version; 0 when there is no ledger. Throws sql_error.
int read_schema_version(sql_session& session);

/// Throws schema_newer, or store_refused telling to migrate, unless the ledger
/// has exactly our version.
void check_schema_version(sql_session& session);

/// Plans for the nine target tables as they are. Throws store_refused when one
/// lacks what racefill writes.
plan_map make_plans(sql_session& session);

} // namespace racefill
