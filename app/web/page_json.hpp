/// PAGE_JSON: the calendar and the charts' hour as JSON, one line each.
#pragma once

#include <string>

#include "app/web/page_board.hpp"

namespace racefill {

/// Days that changed after version `since` (0: all), and the version now.
/// `epoch` names this process: versions of another one mean nothing.
std::string days_json(const page_calendar& x, const progress& range,
                      const std::string& epoch, std::uint64_t since);

/// The points of the last hour, oldest first.
std::string history_json(const std::deque<page_sample>& x);

/// One point.
std::string sample_json(const page_sample& x);

} // namespace racefill
