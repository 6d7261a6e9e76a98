/// VALIDATE_REPORT: the checks as text, JSON and JUnit XML.
#pragma once

#include <string>
#include <vector>

#include "app/print/terminal.hpp"
#include "infra/facts/checks.hpp"
#include "infra/facts/coverage.hpp"

namespace racefill {

/// Around the checks.
struct validate_title {
  std::string database;
  std::string note;      ///< A line more, with its end; "" for none.
  std::string timestamp; ///< UTC instant.
  bool strict = false;   ///< Warnings fail.
};

/// `98.7 %`, `1,204 runners`.
std::string value_text(const check_result& x);

/// At most 80 columns wide.
std::string validate_text(const validate_title& title, const check_report& x,
                          const terminal_look& look);

/// One JSON object with a "schema" version.
std::string validate_json(const validate_title& title, const check_report& x);

/// A page of its own: the checks, charts by year and the calendar.
std::string validate_html(const validate_title& title, const check_report& x,
                          const std::vector<coverage_cell>& cells);

/// JUnit XML: a test case a check; a warning is a failure when strict, else
/// it is told in system-out.
std::string validate_junit(const validate_title& title, const check_report& x);

} // namespace racefill
