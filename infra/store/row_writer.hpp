/// ROW_WRITER: upserts rows in few statements; finds the row that the database
/// refuses and keeps the others.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "infra/sql/sql_session.hpp"
#include "infra/store/merge.hpp"
#include "infra/store/upsert_sql.hpp"

namespace racefill {

/// Told about each refused row: its position and the database's reason.
using refusal_sink
  = std::function<void(std::size_t index, const std::string& reason)>;

/// Upserts `rows` (sorted, no key twice); returns how many were inserted or
/// updated. A row that the database blames is handed to `refuse`, and the
/// others are kept. Throws any other sql_error.
std::int64_t write_rows(sql_session& session, const upsert_plan& plan,
                        const std::vector<bound_row>& rows,
                        const refusal_sink& refuse);

} // namespace racefill
