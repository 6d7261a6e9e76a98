/// JSON TEXT: appends JSON to a string, fast and without a tree.
#pragma once

#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>

namespace racefill::sim {

/// Appends `text` as a JSON string, quoted and escaped; UTF-8 passes as is.
void append_json_string(std::string& out, std::string_view text);

/// The value as a JSON string; `null` for an empty one.
std::string json_string_or_null(std::string_view value);

/// Writes objects and arrays with the commas in the right places.
class json_writer {
public:
  explicit json_writer(std::string& out) : out_(out) {
  }

  void open(char bracket) {
    comma();
    out_ += bracket;
    first_ = true;
  }
  void close(char bracket) {
    out_ += bracket;
    first_ = false;
  }
  void key(std::string_view name) {
    comma();
    append_json_string(out_, name);
    out_ += ':';
    first_ = true; // No comma between a key and its value.
  }
  void text(std::string_view value) {
    comma();
    append_json_string(out_, value);
  }
  void number(std::int64_t value) {
    comma();
    char digits[24];
    const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
    out_.append(digits, end);
  }
  /// Appends `json` unchanged.
  void raw(std::string_view json) {
    comma();
    out_ += json;
  }
  void boolean(bool value) {
    raw(value ? "true" : "false");
  }
  void member(std::string_view name, std::string_view value) {
    key(name);
    text(value);
  }
  void member(std::string_view name, std::int64_t value) {
    key(name);
    number(value);
  }

private:
  void comma() {
    if (!first_)
      out_ += ',';
    first_ = false;
  }

  std::string& out_;
  bool first_ = true;
};

} // namespace racefill::sim
