/// SQL_VALUE: what is bound to a statement and what comes back.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace racefill {

/// NULL, an integer (booleans are 0 and 1), a real, or text. Days are text
/// `YYYY-MM-DD`, instants text in UTC, arrays and objects JSON text.
using sql_value
  = std::variant<std::monostate, std::int64_t, double, std::string>;

/// One row of a result, every column as text; none for NULL.
using sql_row = std::vector<std::optional<std::string>>;

/// Tells whether `x` is NULL.
inline bool is_null(const sql_value& x) noexcept {
  return x.index() == 0;
}

/// Text, with "" for NULL, as the rows of messages/ mean it.
inline sql_value text_value(const std::string& x) {
  return x.empty() ? sql_value{} : sql_value{x};
}

/// `x` as PostgreSQL reads it and as a person would; none for NULL. Reals are
/// written with the fewest digits that read back the same.
std::optional<std::string> to_text(const sql_value& x);

} // namespace racefill
