#include "app/config/conf_file.hpp"

#include <algorithm>
#include <map>

#include "app/config/setting_keys.hpp"

namespace racefill {
namespace {

constexpr std::size_t key_max = 64;
/// A file of rubbish shall not fill the screen.
constexpr std::size_t problems_max = 50;

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos)
    return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

bool is_key(std::string_view text) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'
           || c == '.';
  };
  return !text.empty() && text.size() <= key_max
         && std::all_of(text.begin(), text.end(), fits);
}

/// The bytes a UTF-8 sequence takes by its first byte; 0 for no first byte.
std::size_t sequence_size(unsigned char first) {
  if (first < 0x80)
    return 1;
  if (first >= 0xc2 && first < 0xe0)
    return 2;
  if (first >= 0xe0 && first < 0xf0)
    return 3;
  return first >= 0xf0 && first < 0xf5 ? 4 : 0;
}

/// Text a person may have typed: UTF-8 without control characters but tabs.
bool is_text(std::string_view line) {
  for (std::size_t i = 0; i < line.size();) {
    const auto byte = static_cast<unsigned char>(line[i]);
    const auto size = sequence_size(byte);
    if (size == 0 || i + size > line.size() || (byte < 0x20 && byte != '\t')
        || byte == 0x7f)
      return false;
    for (std::size_t j = 1; j < size; ++j)
      if ((static_cast<unsigned char>(line[i + j]) & 0xc0) != 0x80)
        return false;
    i += size;
  }
  return true;
}

/// Reads one line that is neither blank nor comment.
void parse_line(std::string_view line, int number,
                std::map<std::string, int, std::less<>>& seen, conf_text& out) {
  const auto where = "line " + std::to_string(number) + ": ";
  const auto equals = line.find('=');
  const auto key = trim(line.substr(0, equals));
  if (equals == std::string_view::npos || !is_key(key)) {
    out.problems.push_back(
      where + "expected section.key = value, or a comment after #");
    return;
  }
  const auto [entry, is_new] = seen.emplace(key, number);
  if (!is_new) {
    out.problems.push_back(where + std::string{key} + " stands in line "
                           + std::to_string(entry->second)
                           + " already; keep one of the two");
    return;
  }
  out.entries.push_back(conf_entry{
    std::string{key}, std::string{trim(line.substr(equals + 1))}, number});
}

/// What more than one setting of the gate is about.
constexpr const char* preset_note
  = "\n"
    "# Accounts of 2026 are documented with 5 a second, racecards 2 and "
    "courses 1.\n"
    "# Take 4 in all (gate.requests = 4, gate.racecards_per_second = 2,\n"
    "# gate.courses_per_second = 1): 5 a second is 50 in 10 s, at which the "
    "edge is\n"
    "# reported to ban. The risk is yours until the provider has confirmed it "
    "for\n"
    "# your account: 429s, then minutes of 403.\n";

/// `# 1 to 64 workers; applies at once on reload`.
std::string describe_range(const setting_key& key) {
  auto out = key.allowed;
  if (!key.unit.empty())
    out += ' ' + key.unit;
  if (key.reloadable)
    out += "; taken over on reload";
  return out;
}

} // namespace

conf_text parse_conf(std::string_view text) {
  conf_text out;
  if (text.starts_with("\xef\xbb\xbf"))
    text.remove_prefix(3);
  std::map<std::string, int, std::less<>> seen;
  int number = 0;
  while (!text.empty() && out.problems.size() < problems_max) {
    ++number;
    auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (line.ends_with('\r'))
      line.remove_suffix(1);
    if (!is_text(line)) {
      out.problems.push_back("line " + std::to_string(number)
                             + ": holds bytes that are no text; is this the "
                               "right file?");
      return out;
    }
    line = trim(line);
    if (!line.empty() && line.front() != '#')
      parse_line(line, number, seen, out);
  }
  return out;
}

std::string render_conf() {
  std::string out
    = "# Settings of racefill: `section.key = value`, a comment on its own "
      "line.\n"
      "# Every setting stands here with its default; a missing line means the "
      "same.\n"
      "# An unknown or misspelt key stops the start. Passwords never stand "
      "here.\n"
      "# Stronger than this file: the environment, then --set KEY=VALUE, then "
      "flags.\n";
  const settings defaults;
  std::string_view section;
  for (const auto& key : setting_keys()) {
    if (section_of(key.name) != section) {
      section = section_of(key.name);
      out += "\n# -- " + std::string{section} + ' '
             + std::string(73 - section.size(), '-') + '\n';
      if (section == "gate")
        out += preset_note;
    }
    out += "\n# " + key.comment + "\n# (" + describe_range(key) + ")\n";
    const auto value = key.print(defaults);
    out += key.name + " =" + (value.empty() ? "" : " " + value) + '\n';
  }
  return out;
}

} // namespace racefill
