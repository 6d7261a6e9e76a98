/// MARKUP: text inside XML and HTML.
#pragma once

#include <string>
#include <string_view>

namespace racefill {

/// `text` with the five special characters escaped; control characters that XML
/// forbids become `?`.
inline std::string escaped(std::string_view text) {
  std::string out;
  for (const auto c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t'
                 ? '?'
                 : c;
    }
  }
  return out;
}

} // namespace racefill
