/// SCREEN: the live picture on a terminal, and the keys that steer.
#pragma once

#include "app/monitor/can_draw.hpp"
#include "app/monitor/monitor_link.hpp"
#include "app/print/terminal.hpp"

namespace racefill {

/// Shows `link` until a person quits. 0, or 130 after a signal.
int run_screen(monitor_link& link, const terminal_look& look);

} // namespace racefill
