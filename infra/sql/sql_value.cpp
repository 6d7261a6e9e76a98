#include "infra/sql/sql_value.hpp"

#include <array>
#include <charconv>

namespace racefill {

std::optional<std::string> to_text(const sql_value& x) {
  if (const auto* number = std::get_if<std::int64_t>(&x))
    return std::to_string(*number);
  if (const auto* text = std::get_if<std::string>(&x))
    return *text;
  if (const auto* real = std::get_if<double>(&x)) {
    std::array<char, 32> buffer{};
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(),
                                   *real);
    return std::string(buffer.data(), end.ptr);
  }
  return std::nullopt;
}

} // namespace racefill
