#include "infra/racing_api/json_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>
#include <vector>

#include <caf/make_message.hpp>

#include "infra/racing_api/text.hpp"
#include "messages/faults.hpp"

namespace racefill {

namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

bool is_repairable(simdjson::error_code code) noexcept {
  switch (code) {
    case simdjson::UTF8_ERROR:
    case simdjson::STRING_ERROR:
    case simdjson::UNESCAPED_CHARS:
    case simdjson::NUMBER_ERROR:
      return true;
    default:
      return false;
  }
}

caf::error fault_for(simdjson::error_code code, std::string_view body,
                     const std::string& what) {
  if (code == simdjson::DEPTH_ERROR)
    return caf::make_error(fault::bad_shape,
                           what + ": nested deeper than 1024 levels");
  const auto text = trim(body);
  if (text.empty())
    return caf::make_error(fault::broken_body, what + ": the body is empty");
  if (text.front() == '<')
    return caf::make_error(fault::broken_body,
                           what + ": HTML or XML in place of JSON");
  return caf::make_error(fault::broken_body, what + ": cut short or no JSON ("
                                               + simdjson::error_message(code)
                                               + ")");
}

// -- repair -------------------------------------------------------------------

// The value of four hex digits at `at`; -1 when they are not there.
int hex4(std::string_view text, std::size_t at) noexcept {
  if (at > text.size() || text.size() - at < 4)
    return -1;
  int value = 0;
  const auto* begin = text.data() + at;
  const auto [end, error] = std::from_chars(begin, begin + 4, value, 16);
  return error == std::errc{} && end == begin + 4 && *begin != '-' ? value : -1;
}

bool is_high_surrogate(int unit) noexcept {
  return unit >= 0xD800 && unit <= 0xDBFF;
}

bool is_low_surrogate(int unit) noexcept {
  return unit >= 0xDC00 && unit <= 0xDFFF;
}

// Copies one escape sequence that starts at `at`; returns the bytes consumed.
std::size_t copy_escape(std::string_view in, std::size_t at, std::string& out) {
  static constexpr std::string_view simple = "\"\\/bfnrt";
  if (at + 1 >= in.size()) {
    out += in[at];
    return 1;
  }
  if (simple.find(in[at + 1]) != std::string_view::npos) {
    out += in.substr(at, 2);
    return 2;
  }
  const int unit = in[at + 1] == 'u' ? hex4(in, at + 2) : -1;
  if (unit < 0) { // `\x`, `\u12`: the backslash alone is wrong.
    out += replacement_character;
    return 1;
  }
  if (is_high_surrogate(unit) && in.substr(at + 6, 2) == "\\u"
      && is_low_surrogate(hex4(in, at + 8))) {
    out += in.substr(at, 12);
    return 12;
  }
  if (is_high_surrogate(unit) || is_low_surrogate(unit))
    out += replacement_character;
  else
    out += in.substr(at, 6);
  return 6;
}

// Copies one character inside a string; returns the bytes consumed.
std::size_t copy_character(std::string_view in, std::size_t at,
                           std::string& out) {
  if (in[at] == '\\')
    return copy_escape(in, at, out);
  const bool control = static_cast<unsigned char>(in[at]) < 0x20;
  const auto length = control ? 0 : utf8_length(in, at);
  if (length == 0) {
    out += replacement_character;
    return 1;
  }
  out += in.substr(at, length);
  return length;
}

// Tells whether `token` is a number by JSON's grammar.
bool is_json_number(std::string_view token) noexcept {
  std::size_t i = 0;
  auto digits = [&] {
    const auto from = i;
    while (i < token.size() && token[i] >= '0' && token[i] <= '9')
      ++i;
    return i - from;
  };
  if (i < token.size() && token[i] == '-')
    ++i;
  const auto first = i;
  const auto whole = digits();
  if (whole == 0 || (whole > 1 && token[first] == '0'))
    return false;
  if (i < token.size() && token[i] == '.') {
    ++i;
    if (digits() == 0)
      return false;
  }
  if (i < token.size() && (token[i] == 'e' || token[i] == 'E')) {
    ++i;
    if (i < token.size() && (token[i] == '-' || token[i] == '+'))
      ++i;
    if (digits() == 0)
      return false;
  }
  return i == token.size();
}

// Copies a number, in quotes when simdjson would refuse its size; returns the
// bytes consumed.
std::size_t copy_number(std::string_view in, std::size_t at, std::string& out) {
  static constexpr std::string_view letters = "+-.0123456789eE";
  auto end = in.find_first_not_of(letters, at);
  end = end == std::string_view::npos ? in.size() : end;
  const auto token = in.substr(at, end - at);
  const bool wide = token.size() > 18
                    || token.find_first_of("eE") != std::string_view::npos;
  if (wide && is_json_number(token))
    ((out += '"') += token) += '"';
  else
    out += token;
  return token.size();
}

// -- canonical writing --------------------------------------------------------

void append_value(std::string& out, simdjson::dom::element value);

void append_object(std::string& out, simdjson::dom::object object) {
  using field = std::pair<std::string_view, simdjson::dom::element>;
  std::vector<field> fields;
  fields.reserve(8); // The provider's small objects have up to ten fields.
  for (const auto one : object)
    fields.emplace_back(one.key, one.value);
  // Equal keys stay in the order of the body, where their texts lie.
  std::sort(fields.begin(), fields.end(), [](const field& a, const field& b) {
    const auto order = a.first.compare(b.first);
    return order != 0 ? order < 0 : a.first.data() < b.first.data();
  });
  out += '{';
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (i + 1 < fields.size() && fields[i + 1].first == fields[i].first)
      continue;
    if (out.back() != '{')
      out += ',';
    append_json_string(out, fields[i].first);
    out += ':';
    append_value(out, fields[i].second);
  }
  out += '}';
}

void append_array(std::string& out, simdjson::dom::array array) {
  out += '[';
  bool first = true;
  for (const auto item : array) {
    if (!first)
      out += ',';
    first = false;
    append_value(out, item);
  }
  out += ']';
}

template <class Number>
void append_number(std::string& out, Number value) {
  std::array<char, 64> text{};
  const auto result = std::to_chars(text.data(), text.data() + text.size(),
                                    value);
  out.append(text.data(), result.ptr);
}

// Recursion is bounded by the 1,024 levels that load() lets in.
void append_value(std::string& out, simdjson::dom::element value) {
  switch (value.type()) {
    case simdjson::dom::element_type::OBJECT:
      return append_object(out, simdjson::dom::object(value));
    case simdjson::dom::element_type::ARRAY:
      return append_array(out, simdjson::dom::array(value));
    case simdjson::dom::element_type::STRING:
      return append_json_string(out, std::string_view(value));
    case simdjson::dom::element_type::INT64:
      return append_number(out, std::int64_t(value));
    case simdjson::dom::element_type::UINT64:
      return append_number(out, std::uint64_t(value));
    case simdjson::dom::element_type::DOUBLE:
      return append_number(out, double(value));
    case simdjson::dom::element_type::BOOL:
      out += bool(value) ? "true" : "false";
      return;
    case simdjson::dom::element_type::NULL_VALUE:
      out += "null";
      return;
  }
}

} // namespace

caf::error json_document::load(std::string_view body, const std::string& what) {
  if (body.substr(0, byte_order_mark.size()) == byte_order_mark)
    body.remove_prefix(byte_order_mark.size());
  repaired_ = false;
  auto code = parser_.parse(body.data(), body.size()).get(root_);
  if (is_repairable(code)) {
    repaired_ = true;
    const auto repaired = repair_json(body);
    code = parser_.parse(repaired.data(), repaired.size()).get(root_);
  }
  return code == simdjson::SUCCESS ? caf::error{} : fault_for(code, body, what);
}

std::string repair_json(std::string_view body) {
  std::string out;
  out.reserve(body.size() + 64);
  bool in_string = false;
  for (std::size_t i = 0; i < body.size();) {
    const char c = body[i];
    if (c == '"') {
      in_string = !in_string;
      out += c;
      ++i;
    } else if (in_string) {
      i += copy_character(body, i, out);
    } else if (c == '-' || (c >= '0' && c <= '9')) {
      i += copy_number(body, i, out);
    } else {
      out += c;
      ++i;
    }
  }
  return out;
}

std::string to_canonical_json(simdjson::dom::element value) {
  std::string out;
  append_value(out, value);
  return out;
}

void append_json_string(std::string& out, std::string_view text) {
  static constexpr std::string_view digits = "0123456789abcdef";
  auto is_special = [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\';
  };
  out += '"';
  while (!text.empty()) {
    const auto* stop = std::find_if(text.begin(), text.end(), is_special);
    const auto plain = static_cast<std::size_t>(stop - text.begin());
    out += text.substr(0, plain);
    text.remove_prefix(plain);
    if (text.empty())
      break;
    const char c = text.front();
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\0') {
      out += replacement_character;
    } else {
      out += "\\u00";
      out += digits[byte >> 4U];
      out += digits[byte & 0xFU];
    }
    text.remove_prefix(1);
  }
  out += '"';
}

} // namespace racefill
