#include "app/print/json_report.hpp"

#include <array>
#include <charconv>
#include <cmath>

#include "infra/pure/json_text.hpp"

namespace racefill {

std::string json_report::number_text(double x) {
  if (!std::isfinite(x))
    return "null";
  std::array<char, 40> buffer{};
  const auto end
    = std::to_chars(buffer.data(), buffer.data() + buffer.size(), x).ptr;
  return {buffer.data(), end};
}

void json_report::line() {
  out_ += '\n';
  out_.append(brackets_.size() * 2, ' ');
}

void json_report::begin() {
  if (brackets_.empty())
    return;
  if (!first_)
    out_ += ',';
  line();
  first_ = false;
}

void json_report::begin(std::string_view name) {
  begin();
  out_ += json_quote(name) + ": ";
}

json_report& json_report::open(char bracket) {
  begin();
  out_ += bracket;
  brackets_ += bracket == '{' ? '}' : ']';
  first_ = true;
  return *this;
}

json_report& json_report::open(std::string_view name, char bracket) {
  begin(name);
  out_ += bracket;
  brackets_ += bracket == '{' ? '}' : ']';
  first_ = true;
  return *this;
}

json_report& json_report::close() {
  const auto bracket = brackets_.back();
  brackets_.pop_back();
  if (!first_)
    line();
  out_ += bracket;
  first_ = false;
  return *this;
}

json_report& json_report::member(std::string_view name,
                                 std::string_view value) {
  begin(name);
  out_ += json_quote(value);
  return *this;
}

json_report& json_report::member(std::string_view name, std::int64_t value) {
  begin(name);
  out_ += std::to_string(value);
  return *this;
}

json_report& json_report::member(std::string_view name, double value) {
  begin(name);
  out_ += number_text(value);
  return *this;
}

json_report& json_report::member(std::string_view name, bool value) {
  begin(name);
  out_ += value ? "true" : "false";
  return *this;
}

json_report& json_report::member_null(std::string_view name) {
  begin(name);
  out_ += "null";
  return *this;
}

json_report& json_report::item(std::string_view value) {
  begin();
  out_ += json_quote(value);
  return *this;
}

json_report& json_report::item(std::int64_t value) {
  begin();
  out_ += std::to_string(value);
  return *this;
}

std::string json_report::take() {
  out_ += '\n';
  return std::move(out_);
}

} // namespace racefill
