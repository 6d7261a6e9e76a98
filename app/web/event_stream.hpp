/// EVENT_STREAM: server-sent events to one viewer.
#pragma once

#include <functional>
#include <iosfwd>
#include <string>

#include "app/web/page_board.hpp"

namespace racefill {

/// What has already been sent to a viewer.
struct stream_position {
  std::uint64_t serial = 0;
  page_clock::time_point heard;
  std::uint64_t calendar = 0;
  std::int64_t sample_ms = 0;
};

/// The events that bring a viewer from `at` to `view`; moves `at` there.
/// `status` holds the snapshot, `health` the verdict, `sample` a new point of
/// the charts, `days` the calendar's new version (fetched by who wants it).
std::string events_of(const page_view& view, stream_position& at,
                      page_clock::time_point now);

/// Writes events until the viewer leaves or the board is closed. Calls
/// `writes(true)` before and `writes(false)` after each write.
void stream_events(std::ostream& out, const page_board& board,
                   const std::function<void(bool)>& writes);

} // namespace racefill
