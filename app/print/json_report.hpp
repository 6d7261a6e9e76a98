/// JSON_REPORT: reports as JSON, indented for people, versioned for programs.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace racefill {

/// Version of the `--json` reports, their "schema" member.
inline constexpr int report_schema = 1;

/// Writes one value; the commas and the indentation come by themselves.
class json_report {
public:
  /// A number of JSON, without trailing zeros; null for infinity and NaN.
  static std::string number_text(double x);

  json_report& open(char bracket); ///< `{` or `[`.
  json_report& open(std::string_view name, char bracket);
  json_report& close();
  json_report& member(std::string_view name, std::string_view value);
  json_report& member(std::string_view name, const char* value) {
    return member(name, std::string_view{value});
  }
  json_report& member(std::string_view name, std::int64_t value);
  json_report& member(std::string_view name, int value) {
    return member(name, std::int64_t{value});
  }
  json_report& member(std::string_view name, double value);
  json_report& member(std::string_view name, bool value);
  json_report& member_null(std::string_view name);
  json_report& item(std::string_view value);
  json_report& item(std::int64_t value);

  /// The text, with a line end.
  std::string take();

private:
  void begin(std::string_view name);
  void begin();
  void line();

  std::string out_;
  std::string brackets_; ///< The closing ones still due, innermost last.
  bool first_ = true;
};

} // namespace racefill
