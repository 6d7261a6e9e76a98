/// CAN_DRAW: whether there is a terminal for the live picture.
#pragma once

namespace racefill {

/// Whether the terminal of the environment can be drawn on: TERM is known and
/// not dumb.
bool can_draw();

} // namespace racefill
