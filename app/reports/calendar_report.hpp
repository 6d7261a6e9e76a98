/// CALENDAR_REPORT: the coverage calendar, a cell a day.
#pragma once

#include <string>
#include <vector>

#include "app/print/terminal.hpp"
#include "infra/facts/coverage.hpp"

namespace racefill {

/// What the calendar is of.
struct calendar_title {
  std::string database;
  std::string note; ///< A line more, with its end; "" for none.
  std::string timestamp;
  day_range range;
};

/// For the terminal: a column a week, a line a weekday, a block a year; a
/// letter a state, so that it can be read without colour. At most 80 columns.
std::string calendar_text(const calendar_title& title,
                          const std::vector<coverage_cell>& cells,
                          const terminal_look& look);

/// One JSON object with a "schema" version.
std::string calendar_json(const calendar_title& title,
                          const std::vector<coverage_cell>& cells);

/// The years' grids and their legend, for a page that has page_head()'s style.
std::string calendar_fragment(const std::vector<coverage_cell>& cells);

/// A page of its own: no other file, light and dark, each cell within reach of
/// the keyboard.
std::string calendar_html(const calendar_title& title,
                          const std::vector<coverage_cell>& cells);

/// `<!doctype html>` to `<body>`, with the style of all our pages.
std::string page_head(const std::string& title);

/// Script and end of a page with calendars.
std::string page_foot();

/// The column of the year's grid that a day stands in, from 0; weeks begin on
/// Monday. The row is its weekday.
int week_of_year(date day) noexcept;

/// 0 for Monday.
int weekday_of(date day) noexcept;

} // namespace racefill
