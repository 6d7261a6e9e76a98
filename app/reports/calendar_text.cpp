#include "app/reports/calendar_report.hpp"

#include <algorithm>
#include <array>
#include <chrono>

#include "app/print/json_report.hpp"

namespace racefill {
namespace {

constexpr int weeks_max = 54;
constexpr const char* weekday_names[] = {"Mon", "", "Wed", "",
                                         "Fri", "", "Sun"};
constexpr const char* month_names[] = {"Jan", "Feb", "Mar", "Apr",
                                       "May", "Jun", "Jul", "Aug",
                                       "Sep", "Oct", "Nov", "Dec"};

tint tint_of(cell_state x) {
  switch (x) {
    case cell_state::done:
      return tint::good;
    case cell_state::thin:
    case cell_state::provisional:
    case cell_state::unproved:
      return tint::warn;
    case cell_state::failed:
    case cell_state::not_offered:
      return tint::bad;
    case cell_state::empty:
    case cell_state::pending:
    case cell_state::future:
      return tint::dim;
  }
  return tint::none;
}

/// A run of equal cells is coloured once: a year is 400 bytes, not 4,000.
class cell_line {
public:
  explicit cell_line(const terminal_look& look) : look_(look) {
  }

  void add(char letter, tint colour) {
    if (colour != colour_)
      flush();
    colour_ = colour;
    held_ += letter;
  }

  std::string take() {
    flush();
    return out_.substr(0, out_.find_last_not_of(' ') + 1);
  }

private:
  void flush() {
    out_ += tinted(look_, colour_, held_);
    held_.clear();
  }

  const terminal_look& look_;
  tint colour_ = tint::none;
  std::string held_;
  std::string out_;
};

using year_grid = std::array<std::array<const coverage_cell*, weeks_max>, 7>;

std::string months_line(int year) {
  std::string out(5, ' ');
  for (unsigned month = 1; month <= 12; ++month) {
    const auto first = to_date(std::chrono::sys_days{
      std::chrono::year{year} / std::chrono::month{month} / 1});
    const auto at = std::size_t{5}
                    + static_cast<std::size_t>(week_of_year(first));
    out.resize(std::max(out.size(), at), ' ');
    out.resize(at);
    out += month_names[month - 1];
  }
  return out;
}

std::string year_text(int year, const year_grid& grid,
                      const std::map<cell_state, int>& counts,
                      const terminal_look& look) {
  std::string states;
  for (const auto& [state, count] : counts)
    states += (states.empty() ? "" : ", ") + std::to_string(count) + ' '
              + to_string(state);
  auto out = tinted(look, tint::bold, std::to_string(year)) + "  " + states
             + '\n' + months_line(year) + '\n';
  for (std::size_t row = 0; row < grid.size(); ++row) {
    std::string name = weekday_names[row];
    name.resize(5, ' ');
    cell_line line{look};
    for (const auto* cell : grid[row])
      line.add(cell == nullptr ? ' ' : letter_of(cell->state),
               cell == nullptr ? tint::none : tint_of(cell->state));
    out += name + line.take() + '\n';
  }
  return out;
}

std::string legend(const std::map<cell_state, int>& counts,
                   const terminal_look& look) {
  std::string out;
  std::size_t width = 0;
  for (const auto& [state, count] : counts) {
    const auto text = std::string(1, letter_of(state)) + ' ' + to_string(state)
                      + ' ' + with_commas(count);
    if (width > 0 && width + 3 + text.size() > 80) {
      out += '\n';
      width = 0;
    } else if (width > 0) {
      out += "   ";
      width += 3;
    }
    out += tinted(look, tint_of(state), text);
    width += text.size();
  }
  return out + '\n';
}

} // namespace

int weekday_of(date day) noexcept {
  return static_cast<int>(std::chrono::weekday{day.sys()}.iso_encoding()) - 1;
}

int week_of_year(date day) noexcept {
  const auto first = to_date(std::chrono::sys_days{std::chrono::year{day.year()}
                                                   / std::chrono::January / 1});
  return (day - first + weekday_of(first)) / 7;
}

std::string calendar_text(const calendar_title& title,
                          const std::vector<coverage_cell>& cells,
                          const terminal_look& look) {
  std::map<int, year_grid> grids;
  std::map<int, std::map<cell_state, int>> counts;
  for (const auto& cell : cells) {
    const auto year = cell.day.year();
    auto& grid = grids.try_emplace(year, year_grid{}).first->second;
    grid[static_cast<std::size_t>(weekday_of(cell.day))]
        [static_cast<std::size_t>(week_of_year(cell.day))]
      = &cell;
    ++counts[year][cell.state];
  }
  auto out = tinted(look, tint::bold, "Coverage ") + to_string(title.range)
             + '\n' + wrapped_text(title.database, 0) + title.note + '\n';
  for (const auto& [year, grid] : grids)
    out += year_text(year, grid, counts[year], look) + '\n';
  return out + legend(count_cells(cells), look);
}

std::string calendar_json(const calendar_title& title,
                          const std::vector<coverage_cell>& cells) {
  json_report out;
  out.open('{')
    .member("schema", report_schema)
    .member("report", "calendar")
    .member("timestamp", title.timestamp)
    .member("database", title.database)
    .member("start", to_string(title.range.first))
    .member("end", to_string(title.range.last))
    .open("totals", '{');
  for (const auto& [state, count] : count_cells(cells))
    out.member(to_string(state), count);
  out.close().open("days", '[');
  for (const auto& cell : cells) {
    out.open('{')
      .member("date", to_string(cell.day))
      .member("state", to_string(cell.state))
      .member("races", cell.races)
      .member("runners", cell.runners);
    if (cell.attempts > 0)
      out.member("attempts", cell.attempts);
    if (!cell.error.empty())
      out.member("error", cell.error);
    out.close();
  }
  return out.close().close().take();
}

} // namespace racefill
