#include "actors/remote_gateway_text.hpp"

#include <iterator>
#include <utility>

namespace racefill {

std::string short_name(std::string x) {
  constexpr std::size_t longest = 64;
  if (x.size() > longest)
    x.resize(longest);
  return x;
}

caf::error other_protocol(const std::string& own_version,
                          std::uint32_t theirs) {
  return caf::make_error(
    fault::bad_settings,
    "this service (racefill " + own_version + ") speaks monitor protocol "
      + std::to_string(monitor_protocol) + ", the viewer speaks "
      + std::to_string(theirs) + ": use the same racefill on both sides");
}

bool same_token(const std::string& a, const std::string& b) {
  if (a.size() != b.size() || a.empty())
    return false;
  unsigned difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i)
    difference |= static_cast<unsigned char>(a[i])
                  ^ static_cast<unsigned char>(b[i]);
  return difference == 0;
}

void put_calendar(const std::vector<day_record>& days, monitor_view& view) {
  view.calendar.clear();
  view.calendar_start = days.empty() ? date{} : days.front().day;
  for (const auto& record : days) {
    // A gap in the ledger is days that nobody has asked for yet.
    const auto at = record.day - view.calendar_start;
    if (at < 0 || at > 40'000)
      continue;
    view.calendar.resize(static_cast<std::size_t>(at) + 1,
                         day_letter(day_state::pending));
    view.calendar.back() = day_letter(record.state);
  }
}

std::string days_text(std::int64_t x) {
  if (x == 0)
    return "no such day waits to be asked again";
  return std::to_string(x) + (x == 1 ? " day is" : " days are")
         + " asked again";
}

const char* verb_text(steer_verb x) {
  constexpr const char* texts[] = {"pause",  "resume", "drain",
                                   "reload", "set",    "retry"};
  const auto at = static_cast<std::size_t>(x);
  return at < std::size(texts) ? texts[at] : "unknown";
}

} // namespace racefill
