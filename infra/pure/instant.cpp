#include "infra/pure/instant.hpp"

#include <array>
#include <cstdio>

namespace racefill {
namespace {

using namespace std::chrono;

// 01:00 UTC on the last Sunday of a month, when London's clocks change.
sys_seconds clock_change(year y, month m) {
  return sys_days{y / m / Sunday[last]} + hours{1};
}

bool is_summer(sys_seconds at) {
  const auto this_year = year_month_day{floor<days>(at)}.year();
  return at >= clock_change(this_year, March)
         && at < clock_change(this_year, October);
}

} // namespace

std::string utc_text(system_clock::time_point at) {
  const auto second = floor<seconds>(at);
  const auto day = floor<days>(second);
  const year_month_day ymd{day};
  const hh_mm_ss clock{second - day};
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02dZ",
                int{ymd.year()}, unsigned{ymd.month()}, unsigned{ymd.day()},
                static_cast<int>(clock.hours().count()),
                static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()));
  return text.data();
}

date utc_date(system_clock::time_point at) {
  return to_date(floor<days>(at));
}

date london_date(system_clock::time_point at) {
  return utc_date(is_summer(floor<seconds>(at)) ? at + hours{1} : at);
}

system_clock::time_point london_instant(date day, int minute) {
  const auto by_utc = sys_seconds{day.sys()} + minutes{minute};
  const auto an_hour_before = by_utc - hours{1};
  return is_summer(an_hour_before) ? an_hour_before : by_utc;
}

system_clock::time_point next_upkeep(system_clock::time_point now, int minute,
                                     int every_hours) {
  const auto today = london_date(now);
  auto first = london_instant(today + 2, minute);
  for (int day = 0; day < 2; ++day)
    for (int after = 0; after < 24; after += every_hours) {
      const auto at = london_instant(today + day,
                                     (minute + after * 60) % (24 * 60));
      if (at > now && at < first)
        first = at;
    }
  return first;
}

} // namespace racefill
