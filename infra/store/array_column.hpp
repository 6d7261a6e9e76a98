/// ARRAY_COLUMN: the values of one column as a PostgreSQL array literal.
#pragma once

#include <string>

#include "infra/sql/sql_value.hpp"

namespace racefill {

/// Collects the values of one column, a row after the other.
class array_column {
public:
  /// `holds_lists`: the values are JSON lists (json_array.hpp) for an array of
  /// text. `rounds`: the column takes whole numbers, whatever the value is.
  array_column(bool holds_lists, bool rounds)
    : holds_lists_(holds_lists), rounds_(rounds) {
    // nop
  }

  void add(const sql_value& value);

  /// The literal, `{1,NULL,"a"}`.
  std::string take();

private:
  void add_quoted(const std::string& text);

  bool holds_lists_;
  bool rounds_;
  std::string text_ = "{";
};

/// The element type of the array that carries a column of this type (as
/// pg_type names it); "" if the values must travel as text and be cast. Every
/// type of characters travels as text: the assignment to the column then
/// refuses what is too long, where a cast would cut it.
std::string array_element(const std::string& type);

/// `character varying(50)[]` without its length: a cast to the type as it is
/// would cut or round what does not fit instead of refusing it.
std::string bare_type(const std::string& full_type);

} // namespace racefill
