/// PANELS: the parts of the monitor's picture, each a few lines, pure.
#pragma once

#include <cstddef>

#include "app/monitor/styled_text.hpp"
#include "messages/monitor.hpp"

namespace racefill {

/// What a panel may use.
struct panel_space {
  std::size_t columns = 80;
  bool utf8 = false;
};

/// Both queues with bars, days by state, the ETA.
styled_lines progress_panel(const snapshot& x, panel_space space);

/// Requests a second against the limit, latency, retries, faults by kind.
styled_lines gate_panel(const snapshot& x, panel_space space);

/// The whole range in so many lines at most, one cell for a run of days.
styled_lines calendar_panel(const monitor_view& x, panel_space space,
                            std::size_t lines);

/// Backlog and credit of each stage.
styled_lines stages_panel(const snapshot& x, panel_space space);

/// Rows of each table in this session.
styled_lines tables_panel(const snapshot& x, panel_space space);

/// The supervision tree with restarts: all of it, or pools in one line each
/// where it must fit into `lines`.
styled_lines actors_panel(const snapshot& x, panel_space space,
                          std::size_t lines);

/// The newest errors first.
styled_lines errors_panel(const snapshot& x, panel_space space,
                          std::size_t lines);

/// `3h 20m..5h 10m`, `done`, `not known yet`.
std::string eta_text(const snapshot& x);

/// `2d 03h`, `3h 20m`, `4m 05s`, `12s`.
std::string span_text(std::int64_t seconds);

} // namespace racefill
