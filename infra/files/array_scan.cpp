#include "infra/files/array_scan.hpp"

#include <simdjson.h>

namespace racefill {
namespace {

bool is_blank(char c) {
  return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

bool is_object(const std::string& text) {
  simdjson::dom::parser parser;
  simdjson::dom::object fields;
  return parser.parse(text).get(fields) == simdjson::SUCCESS;
}

} // namespace

bool array_scan::feed(std::string_view piece) {
  for (const auto c : piece) {
    if (damaged_)
      break;
    ++position_;
    damaged_ = !take(c);
  }
  return !damaged_;
}

bool array_scan::take(char c) {
  if (phase_ == phase::entry)
    return take_within_entry(c);
  if (is_blank(c))
    return true;
  switch (phase_) {
    case phase::before:
      if (c != '[')
        return false;
      phase_ = phase::opened;
      sound_end_ = position_;
      return true;
    case phase::opened:
    case phase::after_comma:
      if (c == ']' && phase_ == phase::opened) {
        phase_ = phase::closed;
        return true;
      }
      if (c != '{')
        return false;
      phase_ = phase::entry;
      entry_.clear();
      depth_ = 0;
      return take_within_entry(c);
    case phase::after_entry:
      if (c != ',' && c != ']')
        return false;
      phase_ = c == ',' ? phase::after_comma : phase::closed;
      return true;
    default:
      return false;
  }
}

bool array_scan::take_within_entry(char c) {
  if (entry_.size() >= entry_bytes_max)
    return false;
  entry_ += c;
  if (in_string_) {
    if (escaped_)
      escaped_ = false;
    else if (c == '\\')
      escaped_ = true;
    else if (c == '"')
      in_string_ = false;
    return true;
  }
  if (c == '"')
    in_string_ = true;
  else if (c == '{' || c == '[')
    ++depth_;
  else if (c == '}' || c == ']')
    --depth_;
  if (depth_ > 0)
    return true;
  // The brackets balance; whether this is an entry, a real parser says.
  if (!is_object(entry_))
    return false;
  phase_ = phase::after_entry;
  sound_end_ = position_;
  ++entries_;
  return true;
}

std::optional<array_tail> read_tail(std::string_view tail, long offset) {
  auto skip_blanks = [&tail] {
    while (!tail.empty() && is_blank(tail.back()))
      tail.remove_suffix(1);
  };
  skip_blanks();
  if (tail.empty() || tail.back() != ']')
    return std::nullopt;
  tail.remove_suffix(1);
  skip_blanks();
  if (tail.empty() || (tail.back() != '}' && tail.back() != '['))
    return std::nullopt;
  return array_tail{offset + static_cast<long>(tail.size()),
                    tail.back() == '}'};
}

} // namespace racefill
