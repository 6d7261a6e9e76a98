/// REMOVED_RUNNERS: horses that a re-fetched card does not list any more.
#pragma once

#include <string>

#include "infra/sql/sql_session.hpp"
#include "messages/work.hpp"

namespace racefill {

/// Sets removed_at of the runners in the races of `unit` that the unit does not
/// list (a listed one's is cleared by its upsert). Throws sql_error.
void mark_removed_runners(sql_session& session, const day_unit& unit,
                          const std::string& now);

} // namespace racefill
