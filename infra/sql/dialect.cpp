#include "infra/sql/dialect.hpp"

namespace racefill {
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
