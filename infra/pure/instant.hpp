/// Instants as text, and the days they fall on.
#pragma once

#include <chrono>
#include <string>

#include "messages/date.hpp"

namespace racefill {

/// `2025-10-14T12:30:00Z`, whole seconds, rounded down.
std::string utc_text(std::chrono::system_clock::time_point at);

/// The day in UTC.
date utc_date(std::chrono::system_clock::time_point at);

/// The day in Europe/London: UTC, and an hour more from 01:00 UTC on the last
/// Sunday of March to 01:00 UTC on the last Sunday of October (The Summer Time
/// Order 2002), without asking for a time-zone database.
date london_date(std::chrono::system_clock::time_point at);

/// When the clocks of London show the minute (from midnight) on `day`: the
/// first time if they show it twice, by the old time if they skip it.
std::chrono::system_clock::time_point london_instant(date day, int minute);

/// The first instant after `now` when they show `minute`, or one that is a
/// multiple of `every_hours` after it on the round of the clock.
std::chrono::system_clock::time_point
next_upkeep(std::chrono::system_clock::time_point now, int minute,
            int every_hours);

} // namespace racefill
