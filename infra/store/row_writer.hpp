/// ROW_WRITER: upserts rows in few statements; finds the row that the database
/// refuses and keeps the others.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "infra/store/merge.hpp"
#include "infra/store/sql_session.hpp"
#include "infra/store/upsert_sql.hpp"

namespace racefill {

/// Told about each refused row: its position and the database's reason.
using refusal_sink
  = std::function<void(std::size_t index, const std::string& reason)>;

/// Runs `run(first, last)` over [0, count) in steps of at most `step`, each
/// under a savepoint. Where the database blames a row, halves the range until
/// that row is alone and hands it to `refuse`. Throws any other sql_error.
void run_isolated(sql_session& session, std::size_t count, std::size_t step,
                  const std::function<void(std::size_t, std::size_t)>& run,
                  const refusal_sink& refuse);

/// Upserts `rows` (sorted, no key twice); returns how many were inserted or
/// updated.
std::int64_t write_rows(sql_session& session, const upsert_plan& plan,
                        const std::vector<bound_row>& rows,
                        const refusal_sink& refuse);

} // namespace racefill
