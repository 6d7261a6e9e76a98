/// UPSERT_SQL: INSERT … ON CONFLICT … DO UPDATE of many rows, from a table's
/// description; the same text for both databases but for what DIALECT says.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "infra/store/catalog.hpp"
#include "infra/store/merge.hpp"
#include "infra/store/table_model.hpp"

namespace racefill {

/// A column as it is written.
struct written_column {
  std::string name;
  merge_rule rule = merge_rule::coalesce;
  std::size_t cell = 0;     ///< Its place in bound_row::cells or ::aliases.
  std::size_t stamp_at = 0; ///< From 1, in `provenance`; 0: no stamp.
  bool alias = false;
  bool looked_up = false; ///< Then `cell` is a place in bound_row::aliases.
  std::string type; ///< The database's; may differ from the description's.
};

/// How the rows of one table are written to one database.
struct upsert_plan {
  const table* tab = nullptr;
  dialect kind = dialect::sqlite;
  std::vector<written_column> columns;

  /// The most rows of a statement.
  std::size_t rows_max() const noexcept;
};

/// Plans for the table as it is: aliases that exist are filled too. Throws
/// sql_error (store_refused, saying `racefill migrate`) when the table or one
/// of its columns is missing.
upsert_plan make_plan(const table& tab, dialect kind, const table_shape& shape);

/// The statement for `rows` rows.
std::string upsert_sql(const upsert_plan& plan, std::size_t rows);

/// The values of rows [first, last), in the statement's order, each in the form
/// that its column's type takes.
std::vector<sql_value> upsert_values(const upsert_plan& plan,
                                     const std::vector<bound_row>& rows,
                                     std::size_t first, std::size_t last);

} // namespace racefill
