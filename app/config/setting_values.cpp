#include "app/config/setting_values.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace racefill {
namespace {

constexpr std::size_t text_max = 1024;

template <class Enum>
struct named {
  Enum value;
  const char* name;
};

constexpr std::array gate_modes{
  named<gate_mode>{gate_mode::ack, "ack"},
  named<gate_mode>{gate_mode::reply, "reply"},
  named<gate_mode>{gate_mode::paced, "paced"},
};

constexpr std::array run_orders{
  named<run_order>{run_order::newest_first, "newest-first"},
  named<run_order>{run_order::oldest_first, "oldest-first"},
};

constexpr std::array log_levels{
  named<log_level>{log_level::debug, "debug"},
  named<log_level>{log_level::info, "info"},
  named<log_level>{log_level::warn, "warn"},
  named<log_level>{log_level::error, "error"},
  named<log_level>{log_level::off, "off"},
};

constexpr std::array log_formats{
  named<log_format>{log_format::text, "text"},
  named<log_format>{log_format::json, "json"},
};

template <class Enum, std::size_t Size>
bool read_named(std::string_view text, const std::array<named<Enum>, Size>& all,
                Enum& out) {
  for (const auto& entry : all)
    if (text == entry.name) {
      out = entry.value;
      return true;
    }
  return false;
}

template <class Enum, std::size_t Size>
std::string print_named(Enum x, const std::array<named<Enum>, Size>& all) {
  for (const auto& entry : all)
    if (x == entry.value)
      return entry.name;
  return {};
}

bool is_word(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

// Bytes of UTF-8 beyond ASCII are parts of letters here.
bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
         || (c >= '0' && c <= '9') || (c & '\x80') != 0;
}

std::string_view trim(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  return text.substr(0, text.find_last_not_of(' ') + 1);
}

} // namespace

bool read(std::string_view text, std::int32_t& out) {
  std::int32_t value = 0;
  const auto* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || stop != end)
    return false;
  out = value;
  return true;
}

bool read(std::string_view text, bool& out) {
  if (text != "true" && text != "false")
    return false;
  out = text == "true";
  return true;
}

bool read(std::string_view text, std::string& out) {
  const auto control = [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
  };
  if (text.size() > text_max || std::any_of(text.begin(), text.end(), control))
    return false;
  out = text;
  return true;
}

bool read(std::string_view text, date& out) {
  if (text.empty()) {
    out = date{};
    return true;
  }
  const auto day = parse_date(text);
  if (!day)
    return false;
  out = *day;
  return true;
}

bool read(std::string_view text, std::vector<std::string>& out) {
  std::vector<std::string> words;
  while (true) {
    const auto comma = text.find(',');
    const auto word = trim(text.substr(0, comma));
    if (!is_word(word)
        || std::find(words.begin(), words.end(), word) != words.end())
      return false;
    words.emplace_back(word);
    if (comma == std::string_view::npos)
      break;
    text.remove_prefix(comma + 1);
  }
  out = std::move(words);
  return true;
}

bool read_names(std::string_view text, std::vector<std::string>& out) {
  std::vector<std::string> names;
  while (!trim(text).empty() || !names.empty()) {
    const auto comma = text.find(',');
    const auto name = trim(text.substr(0, comma));
    std::string printable;
    if (!read(name, printable)
        || std::none_of(name.begin(), name.end(), is_letter_or_digit)
        || std::find(names.begin(), names.end(), name) != names.end())
      return false;
    names.push_back(std::move(printable));
    if (comma == std::string_view::npos)
      break;
    text.remove_prefix(comma + 1);
  }
  out = std::move(names);
  return true;
}

int minute_of_day(std::string_view text) {
  auto digit = [&](std::size_t at) {
    return text[at] >= '0' && text[at] <= '9' ? text[at] - '0' : 100;
  };
  if (text.size() != 5 || text[2] != ':')
    return -1;
  const int hour = digit(0) * 10 + digit(1);
  const int minute = digit(3) * 10 + digit(4);
  return hour < 24 && minute < 60 ? hour * 60 + minute : -1;
}

bool read(std::string_view text, gate_mode& out) {
  return read_named(text, gate_modes, out);
}

bool read(std::string_view text, run_order& out) {
  return read_named(text, run_orders, out);
}

bool read(std::string_view text, log_level& out) {
  return read_named(text, log_levels, out);
}

bool read(std::string_view text, log_format& out) {
  return read_named(text, log_formats, out);
}

std::string print(std::int32_t x) {
  return std::to_string(x);
}

std::string print(bool x) {
  return x ? "true" : "false";
}

std::string print(const std::string& x) {
  return x;
}

std::string print(date x) {
  return to_string(x);
}

std::string print(const std::vector<std::string>& x) {
  std::string out;
  for (const auto& word : x) {
    if (!out.empty())
      out += ", ";
    out += word;
  }
  return out;
}

std::string print(gate_mode x) {
  return print_named(x, gate_modes);
}

std::string print(run_order x) {
  return print_named(x, run_orders);
}

std::string print(log_level x) {
  return print_named(x, log_levels);
}

std::string print(log_format x) {
  return print_named(x, log_formats);
}

} // namespace racefill
