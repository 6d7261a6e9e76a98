#include "infra/store/array_column.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <string_view>
#include <utility>

#include "infra/store/json_array.hpp"

namespace racefill {
namespace {

template <class Number>
void append_number(std::string& out, Number x) {
  std::array<char, 32> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(),
                                 x);
  out.append(buffer.data(), end.ptr);
}

} // namespace

void array_column::add(const sql_value& value) {
  if (text_.size() > 1)
    text_ += ',';
  if (const auto* text = std::get_if<std::string>(&value))
    add_quoted(holds_lists_ ? array_literal(*text) : *text);
  else if (const auto* number = std::get_if<std::int64_t>(&value))
    append_number(text_, *number);
  else if (const auto* real = std::get_if<double>(&value); real && rounds_)
    append_number(text_, std::llround(*real));
  else if (real != nullptr)
    append_number(text_, *real);
  else
    text_ += "NULL";
}

/// Always in quotes: so the word NULL, blanks and "" stay what they are, and
/// only two characters need a backslash.
void array_column::add_quoted(const std::string& text) {
  text_ += '"';
  std::string_view rest = text;
  for (auto at = rest.find_first_of("\"\\"); at != std::string_view::npos;
       at = rest.find_first_of("\"\\")) {
    text_ += rest.substr(0, at);
    text_ += '\\';
    text_ += rest[at];
    rest.remove_prefix(at + 1);
  }
  text_ += rest;
  text_ += '"';
}

std::string array_column::take() {
  return std::move(text_) + "}";
}

std::string array_element(const std::string& type) {
  if (type == "varchar" || type == "bpchar")
    return "text";
  for (const auto* known :
       {"text", "int2", "int4", "int8", "numeric", "float4", "float8", "bool",
        "date", "timestamp", "timestamptz", "json", "jsonb"})
    if (type == known)
      return type;
  return {};
}

std::string bare_type(const std::string& full_type) {
  std::string out;
  auto depth = 0;
  for (const char c : full_type) {
    depth += c == '(' ? 1 : 0;
    if (depth == 0)
      out += c;
    depth -= c == ')' ? 1 : 0;
  }
  return out;
}

} // namespace racefill
