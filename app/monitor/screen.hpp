/// SCREEN: the live picture on a terminal, and the keys that steer.
#pragma once

#include "app/monitor/monitor_link.hpp"
#include "app/print/terminal.hpp"

namespace racefill {

/// Whether the terminal of the environment can be drawn on: TERM is known and
/// not dumb.
bool can_draw();

/// Shows `link` until a person quits. 0, or 130 after a signal.
int run_screen(monitor_link& link, const terminal_look& look);

} // namespace racefill
