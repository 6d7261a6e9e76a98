#include "app/reports/calendar_report.hpp"

#include "app/print/markup.hpp"

namespace racefill {
namespace {

/// Every colour of the pages, light and dark; states differ in lightness too,
/// so that a print without colour still shows them.
constexpr auto style = R"(
:root{color-scheme:light dark;--bg:#fff;--fg:#1c2024;--dim:#60646c;--line:#d9d9e0;
--done:#2b8a57;--thin:#a9c938;--none:#c9d7e6;--prov:#4a90d9;--unpr:#b58ad6;
--pend:#eeeef1;--noto:#8b8d98;--fail:#d1293d;--warn:#ad6500;--card:#f8f8fa}
@media(prefers-color-scheme:dark){:root{--bg:#111214;--fg:#edeef0;--dim:#a2a5ad;
--line:#363a3f;--done:#3fae74;--thin:#c0de55;--none:#31465c;--prov:#5aa2ec;
--unpr:#b794dd;--pend:#26282c;--noto:#6d7078;--fail:#f25566;--warn:#f0a742;--card:#191b1e}}
*{box-sizing:border-box}body{margin:0 auto;padding:24px 16px 48px;max-width:1060px;
background:var(--bg);color:var(--fg);font:15px/1.5 system-ui,sans-serif}
h1{font-size:24px;margin:0 0 4px}h2{font-size:17px;margin:28px 0 8px}
p{margin:4px 0}.dim{color:var(--dim)}code{font:13px ui-monospace,monospace}
.legend{display:flex;flex-wrap:wrap;gap:6px 18px;margin:14px 0;padding:0;list-style:none}
.legend i{display:inline-block;width:12px;height:12px;border-radius:2px;margin-right:6px;
vertical-align:-1px}.year{margin:18px 0;overflow-x:auto}
.year h3{font-size:15px;margin:0 0 4px}svg{display:block}svg text{fill:var(--dim);font-size:10px}
rect{rx:2px}rect:hover,rect:focus{stroke:var(--fg);stroke-width:2;outline:none}
.done{fill:var(--done);background:var(--done)}.thin{fill:var(--thin);background:var(--thin)}
.empty{fill:var(--none);background:var(--none)}.provisional{fill:var(--prov);background:var(--prov)}
.unproved{fill:var(--unpr);background:var(--unpr)}.pending{fill:var(--pend);background:var(--pend)}
.not-offered{fill:var(--noto);background:var(--noto)}.failed{fill:var(--fail);background:var(--fail)}
.future{fill:none;stroke:var(--line);border:1px solid var(--line)}
#tell{position:sticky;bottom:0;margin-top:16px;padding:10px 14px;background:var(--card);
border:1px solid var(--line);border-radius:6px;min-height:44px}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
th,td{text-align:left;padding:6px 10px;border-bottom:1px solid var(--line);vertical-align:top}
th{color:var(--dim);font-weight:600;font-size:13px}td.n{text-align:right;white-space:nowrap}
.tag{display:inline-block;min-width:48px;text-align:center;border-radius:4px;padding:1px 8px;
color:#fff;font-size:13px;font-weight:600}.tag.pass{background:#24764a}.tag.warn{background:#925500}
.tag.fail{background:#c01f33}.bars text{fill:var(--fg);font-size:12px}.bars .v{fill:var(--done)}
.bars .low{fill:var(--fail)}.bars .mid{fill:var(--warn)}.bars .rail{fill:var(--pend)}
@media(max-width:600px){th,td{padding:6px 5px}td.n{white-space:normal}}
)";

/// Hover and focus tell a cell in the line below; arrows move by day and week.
constexpr auto script = R"(
const tell=document.getElementById('tell');
const show=r=>{if(tell)tell.textContent=r.getAttribute('aria-label')};
const cells=new Map([...document.querySelectorAll('rect[data-d]')].map(r=>[r.dataset.d,r]));
const go=(r,n)=>{const d=new Date(r.dataset.d+'T00:00:00Z');d.setUTCDate(d.getUTCDate()+n);
const t=cells.get(d.toISOString().slice(0,10));
if(t){r.tabIndex=-1;t.tabIndex=0;t.focus();t.scrollIntoView({block:'nearest',inline:'nearest'})}};
cells.forEach(r=>{r.addEventListener('mouseenter',()=>show(r));
r.addEventListener('focus',()=>show(r));
r.addEventListener('keydown',e=>{const n={ArrowRight:7,ArrowLeft:-7,ArrowDown:1,ArrowUp:-1}[e.key];
if(n){e.preventDefault();go(r,n)}})});
)";

const char* class_of(cell_state x) {
  switch (x) {
    case cell_state::done:
      return "done";
    case cell_state::thin:
      return "thin";
    case cell_state::empty:
      return "empty";
    case cell_state::provisional:
      return "provisional";
    case cell_state::unproved:
      return "unproved";
    case cell_state::pending:
      return "pending";
    case cell_state::not_offered:
      return "not-offered";
    case cell_state::failed:
      return "failed";
    case cell_state::future:
      return "future";
  }
  return "pending";
}

std::string label_of(const coverage_cell& cell) {
  auto out = to_string(cell.day) + ": " + to_string(cell.state);
  if (cell.races > 0)
    out += ", " + with_commas(cell.races) + " races, "
           + with_commas(cell.runners) + " runners";
  if (cell.attempts > 0)
    out += ", " + with_commas(cell.attempts)
           + (cell.attempts == 1 ? " request" : " requests");
  if (!cell.error.empty())
    out += ". " + cell.error;
  return out;
}

std::string legend_of(const std::vector<coverage_cell>& cells) {
  const auto counts = count_cells(cells);
  std::string out = "<ul class=\"legend\">";
  for (const auto state : all_cell_states) {
    const auto found = counts.find(state);
    if (found != counts.end())
      out += std::string{"<li><i class=\""} + class_of(state) + "\"></i>"
             + to_string(state) + ' ' + with_commas(found->second) + "</li>";
  }
  return out + "</ul>\n";
}

constexpr int step = 17;
constexpr int left = 34;
constexpr int top = 16;

std::string cell_svg(const coverage_cell& cell, bool first) {
  const auto x = left + week_of_year(cell.day) * step;
  const auto y = top + weekday_of(cell.day) * step;
  // One cell of the page takes the tab key, the arrows do the rest.
  return std::string{"<rect class=\""} + class_of(cell.state)
         + "\" role=\"img\" tabindex=\"" + (first ? "0" : "-1") + "\" data-d=\""
         + to_string(cell.day) + "\" x=\"" + std::to_string(x) + "\" y=\""
         + std::to_string(y) + "\" width=\"14\" height=\"14\" aria-label=\""
         + escaped(label_of(cell)) + "\"/>";
}

std::string year_head(int year) {
  constexpr const char* months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  auto out = "<div class=\"year\"><h3>" + std::to_string(year)
             + "</h3><svg width=\"960\" height=\"138\" role=\"group\" "
               "aria-label=\"Coverage "
             + std::to_string(year) + "\">";
  for (unsigned month = 1; month <= 12; ++month) {
    const auto first = to_date(std::chrono::sys_days{
      std::chrono::year{year} / std::chrono::month{month} / 1});
    out += "<text x=\"" + std::to_string(left + week_of_year(first) * step)
           + "\" y=\"11\">" + months[month - 1] + "</text>";
  }
  constexpr const char* weekdays[] = {"Mon", "Wed", "Fri", "Sun"};
  for (int row = 0; row < 4; ++row)
    out += "<text x=\"4\" y=\"" + std::to_string(top + 11 + row * 2 * step)
           + "\">" + weekdays[row] + "</text>";
  return out;
}

} // namespace

std::string page_head(const std::string& title) {
  return "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
         "<meta name=\"viewport\" content=\"width=device-width\"><title>"
         + escaped(title) + "</title><style>" + style
         + "</style></head><body>\n";
}

std::string page_foot() {
  return std::string{"<script>"} + script + "</script></body></html>\n";
}

std::string calendar_fragment(const std::vector<coverage_cell>& cells) {
  auto out = legend_of(cells);
  // Newest year first, as people ask for it.
  for (auto end = cells.size(); end > 0;) {
    const auto year = cells[end - 1].day.year();
    auto begin = end;
    while (begin > 0 && cells[begin - 1].day.year() == year)
      --begin;
    out += year_head(year);
    for (auto i = begin; i < end; ++i)
      out += cell_svg(cells[i], i + 1 == cells.size());
    out += "</svg></div>\n";
    end = begin;
  }
  return out
         + "<p id=\"tell\" aria-live=\"polite\" class=\"dim\">Point at a day, "
           "or "
           "tab to the calendar and use the arrow keys.</p>\n";
}

std::string calendar_html(const calendar_title& title,
                          const std::vector<coverage_cell>& cells) {
  return page_head("racefill coverage") + "<h1>Coverage</h1><p>"
         + escaped(to_string(title.range)) + "</p><p class=\"dim\">"
         + escaped(title.database) + ", " + escaped(title.timestamp) + "</p>"
         + (title.note.empty() ? "" : "<p>" + escaped(title.note) + "</p>")
         + calendar_fragment(cells) + page_foot();
}

} // namespace racefill
