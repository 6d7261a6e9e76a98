#include "infra/store/json_array.hpp"

#include <array>
#include <cstdio>

namespace racefill {
namespace {

void append_quoted(std::string& out, const std::string& item) {
  out += '"';
  for (const char c : item) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      std::array<char, 8> code{};
      std::snprintf(code.data(), code.size(), "\\u%04x",
                    static_cast<unsigned>(static_cast<unsigned char>(c)));
      out += code.data();
    } else {
      out += c;
    }
  }
  out += '"';
}

} // namespace

std::string json_array(const std::vector<std::string>& items) {
  std::string out{"["};
  for (const auto& item : items) {
    if (out.size() > 1)
      out += ',';
    append_quoted(out, item);
  }
  return out + "]";
}

std::string array_literal(const std::string& json) {
  // Strings are quoted alike in both, apart from \u00xx, which only control
  // characters need and PostgreSQL would read as the letter u.
  std::string out{"{"};
  for (std::size_t i = 1; i + 1 < json.size(); ++i) {
    if (json[i] != '\\') {
      out += json[i];
    } else if (json[i + 1] == 'u') {
      out += static_cast<char>(std::stoi(json.substr(i + 2, 4), nullptr, 16));
      i += 5;
    } else {
      out += json[i];
      out += json[++i];
    }
  }
  return out + "}";
}

} // namespace racefill
