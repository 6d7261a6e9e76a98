/// VIEW_LAYOUT: the monitor's whole picture for a given room.
#pragma once

#include <cstddef>

#include "app/monitor/panels.hpp"

namespace racefill {

/// Where the picture goes.
struct view_room {
  std::size_t columns = 80;
  std::size_t lines = 24; ///< 0 for as many as it takes.
  bool utf8 = false;
};

/// Who speaks, and how well.
struct view_title {
  std::string state;        ///< connected, gone, refused, connecting.
  tint colour = tint::good; ///< Of the state.
  std::string note;         ///< Why, when it is not connected.
};

/// Title, both queues, calls, calendar, stages, tables, actors and errors, no
/// wider than the room; no longer either, unless it has no bottom.
styled_lines view_lines(const monitor_view& x, const view_title& title,
                        const view_room& room);

} // namespace racefill
