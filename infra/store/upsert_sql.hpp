/// UPSERT_SQL: INSERT … ON CONFLICT … DO UPDATE, from a table's description.
/// Both databases get the same rules; they differ in how the rows come in.
/// SQLite takes a row a statement, which it keeps prepared. PostgreSQL takes
/// all rows of a statement as one array literal a column and unnests them: the
/// text does not depend on the number of rows, there are as many parameters as
/// columns, and parsing costs next to nothing.
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
  std::string type;      ///< The database's; may differ from the description's.
  std::string full_type; ///< The same, as SQL spells it, with its length.
};

/// How the rows of one table are written to one database.
struct upsert_plan {
  const table* tab = nullptr;
  dialect kind = dialect::sqlite;
  std::vector<written_column> columns;
  std::string sql; ///< The statement; its parameters are upsert_values().

  /// The most rows of a statement.
  std::size_t rows_max() const noexcept;
};

/// Plans for the table as it is: aliases that exist are filled too. Throws
/// sql_error (store_refused, saying `racefill migrate`) when the table or one
/// of its columns is missing.
upsert_plan make_plan(const table& tab, dialect kind, const table_shape& shape);

/// The statement's parameters for rows [first, last), at most rows_max(): a
/// value, or an array literal, a column, in the form that its type takes.
std::vector<sql_value> upsert_values(const upsert_plan& plan,
                                     const std::vector<bound_row>& rows,
                                     std::size_t first, std::size_t last);

} // namespace racefill
