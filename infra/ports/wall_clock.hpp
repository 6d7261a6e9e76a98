/// WALL_CLOCK: the time of day, for dates and time stamps only, never pacing.
#pragma once

#include <chrono>
#include <functional>

namespace racefill {

/// Answers the current UTC instant; tests pass one of their own.
using wall_clock = std::function<std::chrono::system_clock::time_point()>;

} // namespace racefill
