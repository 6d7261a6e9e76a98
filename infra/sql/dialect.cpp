#include "infra/sql/dialect.hpp"

namespace racefill {
namespace {

const char* sqlite_type(col_type x) {
  switch (x) {
    case col_type::smallint:
    case col_type::integer:
    case col_type::bigint:
      return "INTEGER";
    case col_type::numeric:
    case col_type::real:
      return "REAL";
    case col_type::boolean:
      return "BOOLEAN"; // 0 and 1.
    case col_type::text:
    case col_type::day:
    case col_type::instant:
    case col_type::text_array:
    case col_type::json:
      return "TEXT";
  }
  return "TEXT";
}

const char* postgres_type(col_type x) {
  switch (x) {
    case col_type::text:
      return "text";
    case col_type::day:
      return "date";
    case col_type::instant:
      return "timestamptz";
    case col_type::smallint:
      return "smallint";
    case col_type::integer:
      return "integer";
    case col_type::bigint:
      return "bigint";
    case col_type::numeric:
      return "numeric";
    case col_type::real:
      return "double precision";
    case col_type::boolean:
      return "boolean";
    case col_type::text_array:
      return "text[]";
    case col_type::json:
      return "jsonb";
  }
  return "text";
}

} // namespace

std::string type_name(dialect kind, const column& col) {
  if (kind == dialect::sqlite)
    return sqlite_type(col.type);
  std::string result = postgres_type(col.type);
  if (col.type == col_type::numeric)
    result += "(" + std::to_string(col.precision) + ","
              + std::to_string(col.scale) + ")";
  return result;
}

std::string placeholder(dialect kind, std::size_t n) {
  return kind == dialect::sqlite ? "?" : "$" + std::to_string(n);
}

std::string bytewise(dialect kind) {
  return kind == dialect::sqlite ? "" : " COLLATE \"C\"";
}

std::string now_plus(dialect kind, std::int64_t seconds) {
  const auto count = std::to_string(seconds);
  if (kind == dialect::postgres)
    return "(clock_timestamp() + interval '" + count + " seconds')";
  return "strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '" + count + " seconds')";
}

std::string row_lock(dialect kind, const char* words) {
  return kind == dialect::sqlite ? std::string{} : std::string{words};
}

std::string value_tuples(dialect kind, std::size_t rows, std::size_t columns) {
  std::string out;
  out.reserve(rows * columns * 6);
  std::size_t n = 0;
  for (std::size_t row = 0; row < rows; ++row) {
    out += row == 0 ? "(" : ",(";
    for (std::size_t col = 0; col < columns; ++col) {
      if (col > 0)
        out += ',';
      out += placeholder(kind, ++n);
    }
    out += ')';
  }
  return out;
}

} // namespace racefill
