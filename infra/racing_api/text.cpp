#include "infra/racing_api/text.hpp"

#include <algorithm>

namespace racefill {

namespace {

constexpr std::string_view no_break_space = "\xC2\xA0";

unsigned byte_at(std::string_view text, std::size_t at) noexcept {
  return static_cast<unsigned char>(text[at]);
}

bool is_blank(char c) noexcept {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

char upper(char c) noexcept {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// The second byte's range depends on the first (Unicode 15, table 3-7).
bool second_byte_fits(unsigned first, unsigned second) noexcept {
  switch (first) {
    case 0xE0:
      return second >= 0xA0 && second <= 0xBF;
    case 0xED:
      return second >= 0x80 && second <= 0x9F;
    case 0xF0:
      return second >= 0x90 && second <= 0xBF;
    case 0xF4:
      return second >= 0x80 && second <= 0x8F;
    default:
      return second >= 0x80 && second <= 0xBF;
  }
}

} // namespace

std::size_t utf8_length(std::string_view text, std::size_t at) noexcept {
  if (at >= text.size())
    return 0;
  const unsigned first = byte_at(text, at);
  if (first < 0x80)
    return 1;
  std::size_t length = 0;
  if (first >= 0xC2 && first <= 0xDF)
    length = 2;
  else if (first >= 0xE0 && first <= 0xEF)
    length = 3;
  else if (first >= 0xF0 && first <= 0xF4)
    length = 4;
  else
    return 0;
  if (text.size() - at < length
      || !second_byte_fits(first, byte_at(text, at + 1)))
    return 0;
  for (std::size_t i = 2; i < length; ++i)
    if ((byte_at(text, at + i) & 0xC0U) != 0x80U)
      return 0;
  return length;
}

std::string to_storable(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const auto length = text[i] == '\0' ? 0 : utf8_length(text, i);
    if (length == 0)
      result += replacement_character;
    else
      result += text.substr(i, length);
    i += std::max<std::size_t>(length, 1);
  }
  return result;
}

std::string_view cut_utf8(std::string_view text,
                          std::size_t bytes_max) noexcept {
  if (text.size() <= bytes_max)
    return text;
  auto end = bytes_max;
  // A continuation byte right after the cut means that the cut splits.
  while (end > 0 && (byte_at(text, end) & 0xC0U) == 0x80U)
    --end;
  return text.substr(0, end);
}

std::string_view trim(std::string_view text) noexcept {
  for (;;) {
    if (!text.empty() && is_blank(text.front()))
      text.remove_prefix(1);
    else if (text.substr(0, 2) == no_break_space)
      text.remove_prefix(2);
    else
      break;
  }
  for (;;) {
    if (!text.empty() && is_blank(text.back()))
      text.remove_suffix(1);
    else if (text.size() >= 2 && text.substr(text.size() - 2) == no_break_space)
      text.remove_suffix(2);
    else
      break;
  }
  return text;
}

std::string to_upper(std::string_view text) {
  std::string result{text};
  std::transform(result.begin(), result.end(), result.begin(), upper);
  return result;
}

std::string to_lower(std::string_view text) {
  std::string result{text};
  std::transform(result.begin(), result.end(), result.begin(), lower);
  return result;
}

bool begins_with(std::string_view text, std::string_view prefix) noexcept {
  return text.size() >= prefix.size()
         && std::equal(prefix.begin(), prefix.end(), text.begin(),
                       [](char a, char b) { return a == upper(b); });
}

std::string percent_encode(std::string_view text) {
  static constexpr std::string_view digits = "0123456789ABCDEF";
  std::string result;
  result.reserve(text.size());
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
                       || (c >= '0' && c <= '9') || c == '-' || c == '.'
                       || c == '_' || c == '~';
    if (plain) {
      result += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    result += '%';
    result += digits[byte >> 4U];
    result += digits[byte & 0xFU];
  }
  return result;
}

} // namespace racefill
