/// VALIDATE_HTML: the checks as a page with year charts and the calendar.
#include "app/print/markup.hpp"
#include "app/reports/calendar_report.hpp"
#include "app/reports/validate_report.hpp"

#include <algorithm>

namespace racefill {
namespace {

std::string check_row(const check_result& x) {
  const auto outcome = to_string(x.outcome);
  auto out = "<tr><td><span class=\"tag " + outcome + "\">" + outcome
             + "</span></td><td>" + escaped(x.id) + "</td><td>"
             + escaped(x.title);
  if (!x.from.empty())
    out += "<br><span class=\"dim\">" + escaped(x.from) + "</span>";
  if (!x.detail.empty())
    out += "<br><span class=\"dim\">" + escaped(x.detail) + "</span>";
  if (x.outcome != verdict::pass && !x.keys.empty()) {
    std::string keys;
    for (const auto& key : x.keys)
      keys += (keys.empty() ? "" : ", ") + key;
    out += "<br><code>" + escaped(keys) + "</code>";
  }
  if (x.outcome != verdict::pass && !x.repair.empty())
    out += "<br>repair: <code>" + escaped(x.repair) + "</code>";
  if (x.outcome != verdict::pass && !x.repair_sql.empty())
    out += "<br>repair by SQL: <code>" + escaped(x.repair_sql) + "</code>";
  return out + "</td><td class=\"n\">" + escaped(value_text(x)) + "</td><td>"
         + escaped(x.wanted) + "</td></tr>\n";
}

/// A bar a year; `most` fills the rail.
std::string year_chart(const check_result& check, double most) {
  if (check.years.empty())
    return {};
  constexpr int row = 22;
  constexpr int width = 420;
  auto out = "<h2>" + escaped(check.title)
             + "</h2><svg class=\"bars\" "
               "width=\"640\" height=\""
             + std::to_string(row * static_cast<int>(check.years.size()))
             + "\" role=\"img\" aria-label=\"" + escaped(check.title)
             + " by year\">";
  int y = 0;
  for (const auto& year : check.years) {
    const auto length
      = static_cast<int>(std::clamp(year.value / most, 0.0, 1.0) * width);
    const auto* look = year.outcome == verdict::pass   ? "v"
                       : year.outcome == verdict::warn ? "mid"
                                                       : "low";
    out += "<text x=\"0\" y=\"" + std::to_string(y + 14) + "\">"
           + std::to_string(year.year)
           + "</text><rect class=\"rail\" x=\"44\" "
             "y=\""
           + std::to_string(y + 3) + "\" width=\"" + std::to_string(width)
           + "\" height=\"14\"/><rect class=\"" + look + "\" x=\"44\" y=\""
           + std::to_string(y + 3) + "\" width=\"" + std::to_string(length)
           + "\" height=\"14\"/><text x=\"" + std::to_string(width + 54)
           + "\" y=\"" + std::to_string(y + 14) + "\">"
           + escaped(short_number(year.value) + ' ' + check.unit) + "</text>";
    y += row;
  }
  return out + "</svg>\n";
}

} // namespace

std::string validate_html(const validate_title& title, const check_report& x,
                          const std::vector<coverage_cell>& cells) {
  const auto failed = x.failed + (title.strict ? x.warned : 0);
  auto out
    = page_head("racefill validate") + "<h1>"
      + (failed == 0 ? "Complete" : "Not complete") + "</h1><p>"
      + std::to_string(x.passed) + " checks passed, " + std::to_string(x.warned)
      + " warned, " + std::to_string(x.failed) + " failed</p><p class=\"dim\">"
      + escaped(title.database) + ", " + escaped(title.timestamp) + "</p>"
      + (title.note.empty() ? "" : "<p>" + escaped(title.note) + "</p>")
      + "<h2>Checks</h2><table><thead><tr><th></th><th></th><th>check</th>"
        "<th>value</th><th>wanted</th></tr></thead><tbody>\n";
  for (const auto& check : x.checks)
    out += check_row(check);
  out += "</tbody></table>\n";
  for (const auto& check : x.checks)
    out += year_chart(check, check.unit == "%" ? 100 : 14);
  return out + "<h2>Calendar</h2>" + calendar_fragment(cells) + page_foot();
}

} // namespace racefill
