#include "app/monitor/panels.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <map>

namespace racefill {
namespace {

template <class... Ts>
std::string format(const char* pattern, Ts... values) {
  std::array<char, 256> text{};
  std::snprintf(text.data(), text.size(), pattern, values...);
  return text.data();
}

double share_of(std::int64_t part, std::int64_t whole) {
  return whole > 0 ? static_cast<double>(part) / static_cast<double>(whole) : 0;
}

std::int64_t days_in(const snapshot& x, day_state state) {
  for (const auto& tally : x.run.days)
    if (tally.name == to_string(state))
      return tally.count;
  return 0;
}

constexpr std::size_t label = 9;

styled_line queue_line(const char* name, std::int64_t done, std::int64_t all,
                       panel_space space) {
  const auto share = share_of(done, all);
  const auto tail = format(" %5.1f %%  ", share * 100) + with_commas(done)
                    + " of " + with_commas(all);
  const auto used = label + cells_of(tail);
  const auto cells = space.columns > used + 8 ? space.columns - used : 8;
  styled_line line{name, tint::bold};
  line.pad_to(label).add(
    bar_of(share, std::min<std::size_t>(cells, 60), space.utf8, tint::good));
  line.add(tail);
  return line;
}

styled_line days_line(const snapshot& x) {
  styled_line line;
  line.pad_to(label);
  // What matters most first: a narrow screen cuts the end.
  const std::pair<day_state, tint> states[] = {
    {day_state::done, tint::good},        {day_state::failed, tint::bad},
    {day_state::provisional, tint::warn}, {day_state::empty, tint::dim},
    {day_state::not_offered, tint::dim},  {day_state::pending, tint::none},
  };
  for (const auto& [state, colour] : states) {
    const auto count = days_in(x, state);
    const bool is_always_shown = state == day_state::done
                                 || state == day_state::failed;
    if (count == 0 && !is_always_shown)
      continue;
    line.add(with_commas(count) + " " + to_string(state),
             count > 0 ? colour : tint::dim);
    line.add("  ");
  }
  return line;
}

// Names of few letters, so that all kinds fit a line.
styled_line faults_line(const gate_status& gate, std::size_t columns) {
  styled_line line{"Replies", tint::bold};
  line.pad_to(label);
  auto sorted = gate.statuses;
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const tally& a, const tally& b) {
                     return a.count > b.count;
                   });
  std::size_t shown = 0;
  for (const auto& x : sorted) {
    const auto text = harmless(x.name) + " " + with_commas(x.count);
    if (line.cells() + text.size() + 8 > columns)
      break;
    line.add(text, x.name == "200" || x.name == "404" ? tint::none : tint::warn)
      .add("  ");
    ++shown;
  }
  if (shown < sorted.size())
    line.add("+" + std::to_string(sorted.size() - shown), tint::dim);
  if (sorted.empty())
    line.add("none yet", tint::dim);
  return line;
}

styled_line gate_words(const gate_status& gate, std::size_t columns) {
  styled_line line;
  line.pad_to(label);
  if (gate.paused)
    line.add("PAUSED by a person", tint::warn);
  else if (gate.paused_for_ms > 0)
    line.add("waits " + span_text((gate.paused_for_ms + 999) / 1'000),
             tint::warn);
  else
    line.add("open", tint::good);
  line.add("  breaker ")
    .add(harmless(gate.breaker),
         gate.breaker == "closed" ? tint::none : tint::bad);
  line.add("  mode " + harmless(gate.mode));
  if (columns >= 100)
    line.add(
      format("  guard %.1f ms", static_cast<double>(gate.guard_us) / 1'000));
  line.add("  waiting " + with_commas(gate.waiting) + "  in flight "
           + with_commas(gate.in_flight));
  return line;
}

// The worst of a run of days: a failed one must not hide behind done ones.
char worst_of(std::string_view days) {
  for (const char letter : {'f', 'r', 'p', 'v', 'd', 'e', 'n'})
    if (days.find(letter) != std::string_view::npos)
      return letter;
  return 'p';
}

styled_piece calendar_cell(char letter, bool utf8) {
  switch (letter) {
    case 'f':
      return {"X", tint::bad};
    case 'r':
      return {utf8 ? "▒" : "r", tint::warn};
    case 'v':
      return {utf8 ? "▓" : "v", tint::warn};
    case 'd':
      return {utf8 ? "█" : "#", tint::good};
    case 'e':
      return {utf8 ? "▁" : "_", tint::dim};
    case 'n':
      return {"-", tint::dim};
    default:
      return {utf8 ? "·" : ".", tint::none};
  }
}

// A letter a day for the whole range: the ledger knows only days that were
// asked for or planned.
std::string whole_calendar(const monitor_view& x, date& first) {
  constexpr int days_max = 40'000;
  first = x.calendar_start;
  auto last = first;
  if (first.known())
    last = first + (static_cast<int>(x.calendar.size()) - 1);
  const auto& run = x.now.run;
  if (run.start.known() && run.end.known() && run.start <= run.end
      && run.end - run.start < days_max) {
    if (x.calendar.empty() || !first.known()) {
      first = run.start;
      last = run.end;
    }
    first = std::min(first, run.start);
    last = std::max(last, run.end);
  }
  if (!first.known() || last < first || last - first >= days_max)
    return {};
  std::string out(static_cast<std::size_t>(last - first + 1),
                  day_letter(day_state::pending));
  if (!x.calendar.empty() && x.calendar_start.known())
    out.replace(static_cast<std::size_t>(x.calendar_start - first),
                x.calendar.size(), x.calendar);
  return out;
}

} // namespace

std::string span_text(std::int64_t seconds) {
  const auto s = static_cast<long long>(seconds);
  if (s < 0)
    return "?";
  if (s < 60)
    return format("%llds", s);
  if (s < 3'600)
    return format("%lldm %02llds", s / 60, s % 60);
  if (s < 86'400)
    return format("%lldh %02lldm", s / 3'600, s % 3'600 / 60);
  return format("%lldd %02lldh", s / 86'400, s % 86'400 / 3'600);
}

std::string eta_text(const snapshot& x) {
  if (x.run.finished)
    return "done";
  if (x.eta_s < 0)
    return "not known yet";
  const auto low = span_text(x.eta_low_s);
  const auto high = span_text(x.eta_high_s);
  return low == high ? low : low + " to " + high;
}

styled_lines progress_panel(const snapshot& x, panel_space space) {
  const auto& run = x.run;
  styled_lines out;
  out.push_back(queue_line("Days", run.days_planned - run.days_left,
                           run.days_planned, space));
  out.push_back(days_line(x));
  if (run.fast) {
    styled_line line{"Horses", tint::bold};
    line.pad_to(label).add("left out (fast)", tint::dim);
    out.push_back(std::move(line));
  } else {
    out.push_back(queue_line("Horses", run.session_horses,
                             run.session_horses + run.horses_left, space));
  }
  return out;
}

styled_lines gate_panel(const snapshot& x, panel_space space) {
  const auto& gate = x.gate;
  const auto share = gate.limit_per_second > 0
                       ? gate.rate_per_second / gate.limit_per_second
                       : 0;
  styled_lines out;
  styled_line rate{"Calls", tint::bold};
  const auto tail = format(" %.2f of %.2f/s  ", gate.rate_per_second,
                           gate.limit_per_second)
                    + with_commas(gate.requests) + " sent";
  const auto used = label + cells_of(tail);
  const auto cells = space.columns > used + 8 ? space.columns - used : 8;
  rate.pad_to(label)
    .add(bar_of(share, std::min<std::size_t>(cells, 60), space.utf8,
                gate.paused ? tint::warn : tint::good))
    .add(tail);
  out.push_back(std::move(rate));
  out.push_back(gate_words(gate, space.columns));
  styled_line latency{"Latency", tint::bold};
  latency.pad_to(label).add(
    format("p50 %lld ms  p90 %lld ms  p99 %lld ms",
           static_cast<long long>(gate.latency_ms_p50),
           static_cast<long long>(gate.latency_ms_p90),
           static_cast<long long>(gate.latency_ms_p99)));
  latency.add("  retries ")
    .add(with_commas(gate.retries), gate.retries > 0 ? tint::warn : tint::none);
  latency.add("  429s ").add(with_commas(gate.rate_limited),
                             gate.rate_limited > 0 ? tint::bad : tint::none);
  out.push_back(std::move(latency));
  out.push_back(faults_line(gate, space.columns));
  return out;
}

styled_lines calendar_panel(const monitor_view& x, panel_space space,
                            std::size_t lines) {
  styled_lines out;
  date start;
  const auto calendar = whole_calendar(x, start);
  if (calendar.empty() || lines == 0)
    return out;
  const auto width = std::max<std::size_t>(space.columns, 30) - label;
  const auto days = calendar.size();
  const auto cells = width * lines;
  const auto step = (days + cells - 1) / cells; // Days in a cell.
  for (std::size_t at = 0; at < days && out.size() < lines;) {
    const auto first = start + static_cast<int>(at);
    styled_line line{to_string(first).substr(0, 7), tint::bold};
    line.pad_to(label);
    for (std::size_t i = 0; i < width && at < days; ++i, at += step) {
      const auto cell = calendar_cell(
        worst_of(std::string_view{calendar}.substr(at, step)), space.utf8);
      line.add(cell.text, cell.colour);
    }
    out.push_back(std::move(line));
  }
  return out;
}

} // namespace racefill
