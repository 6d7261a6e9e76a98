#include "app/simulator/json_text.hpp"

#include <array>

namespace racefill::sim {
namespace {

constexpr auto needs_escape = [] {
  std::array<bool, 256> table{};
  for (std::size_t i = 0; i < 32; ++i)
    table[i] = true;
  table['"'] = true;
  table['\\'] = true;
  return table;
}();

} // namespace

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  std::size_t from = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (!needs_escape[c])
      continue;
    out.append(text, from, i - from);
    from = i + 1;
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\t':
        out += "\\t";
        break;
      default: {
        constexpr char hex[] = "0123456789abcdef";
        out += "\\u00";
        out += hex[c >> 4];
        out += hex[c & 15];
      }
    }
  }
  out.append(text, from, text.size() - from);
  out += '"';
}

std::string json_string_or_null(std::string_view value) {
  if (value.empty())
    return "null";
  std::string out;
  append_json_string(out, value);
  return out;
}

} // namespace racefill::sim
