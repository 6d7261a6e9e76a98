#include "infra/pure/json_text.hpp"

#include <array>
#include <cstdio>

#include <simdjson.h>

namespace racefill {
namespace {

// The length of the UTF-8 character at the front; 0 if there is none.
std::size_t character_length(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  const std::size_t length = lead < 0x80   ? 1
                             : lead < 0xc0 ? 0
                             : lead < 0xe0 ? 2
                             : lead < 0xf0 ? 3
                                           : 4;
  if (length == 0 || length > text.size()
      || !simdjson::validate_utf8(text.data(), length))
    return 0;
  return length;
}

void append_ascii(std::string& out, char c) {
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      break;
  }
  if (static_cast<unsigned char>(c) >= 0x20) {
    out += c;
    return;
  }
  std::array<char, 8> escape{};
  std::snprintf(escape.data(), escape.size(), "\\u%04x",
                static_cast<unsigned>(static_cast<unsigned char>(c)));
  out += escape.data();
}

} // namespace

std::string json_quote(std::string_view text) {
  std::string result = "\"";
  while (!text.empty()) {
    auto length = character_length(text);
    if (length == 1)
      append_ascii(result, text.front());
    else if (length > 1)
      result += text.substr(0, length);
    else
      result += "\xef\xbf\xbd";
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return result += '"';
}

} // namespace racefill
