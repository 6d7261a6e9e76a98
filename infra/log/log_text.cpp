#include "infra/log/log_text.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>

namespace racefill {
namespace {

/// A line above this is cut; terminals, syslog and people give up before.
constexpr std::size_t line_bytes_max = 8192;

constexpr const char* replacement = "\xef\xbf\xbd"; // U+FFFD

/// One code point of a text, or one byte that is none.
struct code_point {
  std::size_t size = 1;
  char32_t value = 0;
  bool valid = false;
};

/// Reads the sequence at `at`; overlong forms and surrogates are not valid.
code_point next_code_point(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) {
    return static_cast<unsigned char>(text[i]);
  };
  const auto first = byte(at);
  if (first < 0x80)
    return {1, first, true};
  const std::size_t size = first >= 0xf0   ? 4
                           : first >= 0xe0 ? 3
                           : first >= 0xc2 ? 2
                                           : 0;
  if (size == 0 || first > 0xf4 || at + size > text.size())
    return {};
  char32_t value = first & (0xffU >> (size + 1));
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(at + i) & 0xc0U) != 0x80U)
      return {};
    value = (value << 6U) | (byte(at + i) & 0x3fU);
  }
  const bool overlong = (size == 3 && value < 0x800)
                        || (size == 4 && value < 0x10000);
  if (overlong || value > 0x10ffff || (value >= 0xd800 && value < 0xe000))
    return {};
  return {size, value, true};
}

/// The marks that reorder a line, or break it where nobody expects it.
bool is_mark(char32_t c) {
  return (c >= 0x200e && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e)
         || (c >= 0x2066 && c <= 0x2069) || c == 0x061c;
}

/// Control characters, C1 ones included, and the marks.
bool is_control(char32_t c) {
  return c < 0x20 || (c >= 0x7f && c < 0xa0) || is_mark(c);
}

void add_control(std::string& out, char32_t c, bool json) {
  std::array<char, 16> text{};
  if (c == '\n')
    out += "\\n";
  else if (c == '\t')
    out += "\\t";
  else if (c == '\r')
    out += "\\r";
  else {
    std::snprintf(text.data(), text.size(),
                  json || c > 0xff ? "\\u%04x" : "\\x%02x",
                  static_cast<unsigned>(c));
    out += text.data();
  }
}

std::string escape(std::string_view text, bool json) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const auto point = next_code_point(text, i);
    if (!point.valid)
      out += replacement;
    else if (is_control(point.value))
      add_control(out, point.value, json);
    else if (json && (point.value == '"' || point.value == '\\'))
      (out += '\\') += text[i];
    else
      out += text.substr(i, point.size);
    i += point.size;
  }
  return out;
}

std::string instant(std::chrono::milliseconds at) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(at);
  const auto time = static_cast<std::time_t>(seconds.count());
  std::tm parts{};
  ::gmtime_r(&time, &parts);
  std::array<char, 48> out{};
  const auto size = std::strftime(out.data(), out.size(), "%Y-%m-%dT%H:%M:%S",
                                  &parts);
  std::snprintf(out.data() + size, out.size() - size, ".%03dZ",
                static_cast<int>((at - seconds).count()));
  return out.data();
}

/// Cuts raw text, before escaping, so that no escape is torn apart.
std::string bounded(std::string_view text, std::size_t bytes_max) {
  if (text.size() <= bytes_max)
    return std::string{text};
  auto size = bytes_max;
  while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xc0U) == 0x80U)
    --size;
  return std::string{text.substr(0, size)} + " ... "
         + std::to_string(text.size() - size) + " bytes more";
}

std::string text_value(const std::string& value) {
  const bool plain = !value.empty()
                     && value.find_first_of(" \t\"=\\") == std::string::npos;
  return plain ? escape_text(value) : '"' + escape_json(value) + '"';
}

} // namespace

std::string escape_marks(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const auto point = next_code_point(text, i);
    if (point.valid && is_mark(point.value))
      add_control(out, point.value, true);
    else
      out += text.substr(i, point.size);
    i += point.size;
  }
  return out;
}

std::string escape_text(std::string_view text) {
  return escape(text, false);
}

std::string escape_json(std::string_view text) {
  return escape(text, true);
}

std::string cut_to_columns(std::string_view text, std::size_t columns) {
  std::size_t count = 0;
  std::size_t cut = 0; // Where column `columns - 1` starts.
  for (std::size_t i = 0; i < text.size(); ++count) {
    if (columns > 0 && count == columns - 1)
      cut = i;
    if (count == columns)
      return columns == 0 ? "" : std::string{text.substr(0, cut)} + "…";
    i += next_code_point(text, i).size;
  }
  return std::string{text};
}

std::string format_line(log_format format, std::chrono::milliseconds at,
                        log_level level, std::string_view component,
                        std::string_view text, log_fields fields) {
  const auto message = bounded(text, line_bytes_max);
  // What is left of the line goes to the fields, so that it stays one.
  std::size_t room = line_bytes_max - std::min(line_bytes_max, message.size());
  std::string out;
  if (format == log_format::json) {
    out = R"({"ts":")" + instant(at) + R"(","level":")" + to_string(level)
          + R"(","component":")" + escape_json(component) + R"(","msg":")"
          + escape_json(message) + '"';
  } else {
    auto name = to_string(level);
    name.resize(5, ' ');
    out = instant(at) + ' ' + name + ' ' + escape_text(component) + ": "
          + escape_text(message);
  }
  for (const auto& field : fields) {
    const auto value = bounded(field.value, room);
    room -= std::min(room, value.size());
    if (format == log_format::json)
      out += R"(,")" + escape_json(field.name) + R"(":")" + escape_json(value)
             + '"';
    else
      out += ' ' + escape_text(field.name) + '=' + text_value(value);
  }
  return format == log_format::json ? out + '}' : out;
}

std::string to_string(log_level x) {
  switch (x) {
    case log_level::debug:
      return "debug";
    case log_level::info:
      return "info";
    case log_level::warn:
      return "warn";
    case log_level::error:
      return "error";
    case log_level::off:
      return "off";
  }
  return "unknown";
}

std::string to_string(log_format x) {
  return x == log_format::json ? "json" : "text";
}

} // namespace racefill
