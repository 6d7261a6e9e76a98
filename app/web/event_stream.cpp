#include "app/web/event_stream.hpp"

#include <ostream>
#include <string_view>

#include "app/web/page_health.hpp"
#include "app/web/page_json.hpp"

namespace racefill {
namespace {

// A comment now and then shows a viewer, and whatever lies between, that the
// connection lives; writing it also finds viewers that have left.
constexpr std::chrono::milliseconds comment_every{5'000};
// The first bytes make browsers and proxies hand the stream on at once.
constexpr auto opening = "retry: 2000\n: racefill\n\n";

// Data is one line of JSON, with or without its end.
std::string event(const char* name, std::string_view data) {
  std::string out = "event: ";
  out += name;
  out += "\ndata: ";
  out += data.substr(0, data.find('\n'));
  return out + "\n\n";
}

} // namespace

std::string events_of(const page_view& view, stream_position& at,
                      page_clock::time_point now) {
  std::string out;
  if (view.has_snapshot && view.heard != at.heard) {
    out += event("status", view.status_json);
    at.heard = view.heard;
  }
  if (!view.history->empty() && view.history->back().at_ms != at.sample_ms) {
    out += event("sample", sample_json(view.history->back()));
    at.sample_ms = view.history->back().at_ms;
  }
  if (view.calendar->version != at.calendar) {
    out += event("days", std::to_string(view.calendar->version));
    at.calendar = view.calendar->version;
  }
  at.serial = view.serial;
  return out + event("health", health_json(judge_health(view, now)));
}

void stream_events(std::ostream& out, const page_board& board,
                   const std::function<void(bool)>& writes) {
  stream_position at;
  std::string text = opening + events_of(*board.look(), at, page_clock::now());
  while (out.good() && !board.closed()) {
    writes(true);
    out.write(text.data(), static_cast<std::streamsize>(text.size()));
    out.flush();
    writes(false);
    const auto view = board.wait_beyond(at.serial, comment_every);
    text = view->serial == at.serial
             ? ": waiting\n\n"
                 + event("health",
                         health_json(judge_health(*view, page_clock::now())))
             : events_of(*view, at, page_clock::now());
  }
}

} // namespace racefill
