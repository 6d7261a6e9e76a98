#include "infra/store/value_check.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace racefill {
namespace {

/// The length of the well-formed UTF-8 sequence at the start of `text`; zero if
/// there is none. NUL does not count: PostgreSQL cannot store it.
std::size_t sequence_size(std::string_view text) noexcept {
  auto byte = [text](std::size_t i) {
    return static_cast<unsigned>(static_cast<unsigned char>(text[i]));
  };
  const auto lead = byte(0);
  if (lead != 0 && lead < 0x80)
    return 1;
  const std::size_t size = lead >= 0xc2 && lead < 0xe0   ? 2
                           : lead >= 0xe0 && lead < 0xf0 ? 3
                           : lead >= 0xf0 && lead < 0xf5 ? 4
                                                         : 0;
  if (size == 0 || size > text.size())
    return 0;
  for (std::size_t i = 1; i < size; ++i)
    if ((byte(i) & 0xc0) != 0x80)
      return 0;
  // Overlong forms, surrogates and what lies beyond U+10FFFF.
  const auto second = byte(1);
  if ((lead == 0xe0 && second < 0xa0) || (lead == 0xed && second > 0x9f)
      || (lead == 0xf0 && second < 0x90) || (lead == 0xf4 && second > 0x8f))
    return 0;
  return size;
}

std::optional<std::string> check_range(std::int64_t value, std::int64_t low,
                                       std::int64_t high) {
  if (value >= low && value <= high)
    return std::nullopt;
  return std::to_string(value) + " is out of the column's range";
}

std::optional<std::string> check_decimal(const column& col, double& value) {
  if (!std::isfinite(value))
    return "not a finite number";
  const auto factor = std::pow(10.0, col.scale);
  value = std::round(value * factor) / factor;
  if (std::abs(value) >= std::pow(10.0, col.precision - col.scale))
    return "too many digits for the column";
  return std::nullopt;
}

} // namespace

bool is_clean_text(std::string_view text) noexcept {
  while (!text.empty()) {
    const auto size = sequence_size(text);
    if (size == 0)
      return false;
    text.remove_prefix(size);
  }
  return true;
}

std::string cleaned(std::string_view text, std::size_t size_max) {
  std::string out;
  while (!text.empty()) {
    const auto size = sequence_size(text);
    const auto step = std::max<std::size_t>(size, 1);
    if (out.size() + step > size_max)
      break;
    if (size == 0)
      out += '?';
    else
      out += text.substr(0, size);
    text.remove_prefix(step);
  }
  return out;
}

std::optional<std::string> check_value(const column& col, sql_value& value) {
  if (auto* number = std::get_if<std::int64_t>(&value)) {
    if (col.type == col_type::smallint)
      return check_range(*number, std::numeric_limits<std::int16_t>::min(),
                         std::numeric_limits<std::int16_t>::max());
    if (col.type == col_type::integer)
      return check_range(*number, std::numeric_limits<std::int32_t>::min(),
                         std::numeric_limits<std::int32_t>::max());
  }
  if (auto* real = std::get_if<double>(&value))
    if (col.type == col_type::numeric)
      return check_decimal(col, *real);
  if (const auto* text = std::get_if<std::string>(&value)) {
    if (!is_clean_text(*text))
      return "not UTF-8 text, or with a NUL in it";
    if (col.type == col_type::day && text->size() != 10)
      return "a day outside the years 1 to 9999";
  }
  return std::nullopt;
}

} // namespace racefill
