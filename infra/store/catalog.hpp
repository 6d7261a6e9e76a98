/// CATALOG: the tables as they are, whoever made them.
#pragma once

#include <string>
#include <vector>

#include "infra/sql/sql_session.hpp"

namespace racefill {

struct column_shape {
  std::string name;
  std::string type; ///< `text`, `varchar`, `_text`, `int2` …; for binding.
  std::string full_type; ///< With its length, for people.
  bool not_null = false;
  bool has_default = false; ///< Or fills itself (identity, generated).
};

struct index_shape {
  std::string name;
  bool unique = false; ///< Without condition, on plain columns.
  std::vector<std::string> columns;
};

struct table_shape {
  std::string name;
  bool exists = false;
  bool is_table = false; ///< Not a view or the like.
  std::vector<column_shape> columns;
  std::vector<index_shape> indexes;

  /// The column named `column_name`; null if there is none.
  const column_shape* find(const std::string& column_name) const noexcept;

  /// Tells whether exactly these columns are unique, in any order.
  bool is_unique(std::vector<std::string> names) const;

  /// Tells whether some index begins with `column_name`.
  bool leads_index(const std::string& column_name) const;
};

/// Reads a table's shape within the open transaction. Throws sql_error.
table_shape read_shape(sql_session& session, const std::string& table_name);

} // namespace racefill
