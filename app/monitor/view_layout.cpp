#include "app/monitor/view_layout.hpp"

#include <algorithm>

namespace racefill {
namespace {

constexpr std::size_t wide = 120; ///< From here on two columns of panels.
constexpr std::size_t half = 40;

void append(styled_lines& to, const styled_lines& from) {
  to.insert(to.end(), from.begin(), from.end());
}

styled_line title_line(const monitor_view& x, const view_title& title,
                       std::size_t columns) {
  const auto& now = x.now;
  styled_line line{"racefill " + harmless(now.version), tint::bold};
  line.add(" " + harmless(now.command) + " on " + cut_to(harmless(now.host), 20)
           + " pid " + std::to_string(now.pid));
  line.add("  up " + span_text(now.uptime_ms / 1'000), tint::dim);
  const auto clock = now.taken_at.size() >= 19
                       ? now.taken_at.substr(11, 8) + "Z"
                       : std::string{};
  const auto tail = title.state.size() + clock.size() + 1;
  if (columns > tail + line.cells() + 1)
    line.pad_to(columns - tail);
  else
    line.add("  ");
  line.add(title.state, title.colour).add(" " + clock);
  return line;
}

styled_line phase_line(const monitor_view& x, const view_title& title) {
  const auto& now = x.now;
  styled_line line{"Phase", tint::bold};
  line.pad_to(9).add(harmless(now.phase));
  line.add("   ETA ", tint::bold).add(eta_text(now));
  line.add("   " + with_commas(now.rows_per_minute) + " rows/min");
  // Two missed looks: the service is busy or between two rounds.
  if (x.age_ms > 3'000)
    line.add("   " + span_text(x.age_ms / 1'000) + " old", tint::warn);
  if (!title.note.empty())
    line.add("   " + harmless(title.note), title.colour);
  return line;
}

// The lower part on a narrow screen: two halves, errors below.
styled_lines narrow_part(const snapshot& x, const view_room& room,
                         std::size_t lines) {
  const panel_space space{half - 1, room.utf8};
  auto left = stages_panel(x, space);
  const auto right = tables_panel(x, space);
  const auto errors_min = std::min<std::size_t>(lines / 4, 4);
  const auto upper = room.lines == 0 ? std::size_t{1'000} : lines - errors_min;
  // Actors fill what the tables leave of the left half, and two lines more.
  const auto beside = std::max(right.size(), left.size() + 4);
  const auto whole = x.children.size() + 2;
  const auto room_left = std::min(upper, beside);
  if (room.lines == 0)
    append(left, actors_panel(x, panel_space{half - 1, room.utf8}, whole));
  else if (room_left > left.size())
    append(left, actors_panel(x, panel_space{half - 1, room.utf8},
                              room_left - left.size()));
  auto out = side_by_side(left, right, half);
  if (room.lines != 0 && out.size() > upper)
    out.resize(upper);
  const auto left_over = room.lines == 0 ? std::size_t{20} : lines - out.size();
  append(out, errors_panel(x, {room.columns, room.utf8}, left_over));
  return out;
}

// On a wide one the supervision tree has a column of its own.
styled_lines wide_part(const snapshot& x, const view_room& room,
                       std::size_t lines) {
  const auto column = std::max<std::size_t>(82, room.columns / 2);
  const panel_space right_space{room.columns - column, room.utf8};
  auto left = side_by_side(stages_panel(x, {half - 1, room.utf8}),
                           tables_panel(x, {half - 1, room.utf8}), half + 1);
  left.emplace_back();
  const auto used = left.size();
  const auto errors = room.lines == 0 ? std::size_t{21}
                      : lines > used  ? lines - used
                                      : std::size_t{0};
  append(left, errors_panel(x, {column - 2, room.utf8}, errors));
  const auto tree = room.lines == 0 ? x.children.size() + 2 : lines;
  return side_by_side(left, actors_panel(x, right_space, tree), column);
}

} // namespace

styled_lines view_lines(const monitor_view& x, const view_title& title,
                        const view_room& room) {
  const panel_space space{room.columns, room.utf8};
  styled_lines out{title_line(x, title, room.columns), phase_line(x, title)};
  append(out, progress_panel(x.now, space));
  append(out, gate_panel(x.now, space));
  const bool tall = room.lines == 0 || room.lines > 30;
  append(out, calendar_panel(x, space, tall ? 4 : 2));
  if (tall)
    out.emplace_back();
  if (room.lines == 0 || room.lines > out.size()) {
    const auto left = room.lines == 0 ? 0 : room.lines - out.size();
    append(out, room.columns >= wide ? wide_part(x.now, room, left)
                                     : narrow_part(x.now, room, left));
  }
  if (room.lines != 0 && out.size() > room.lines)
    out.resize(room.lines);
  for (auto& line : out)
    line.cut(room.columns);
  return out;
}

} // namespace racefill
