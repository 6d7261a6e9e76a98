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
  const auto second = floor<seconds>(at);
  const auto this_year = year_month_day{floor<days>(second)}.year();
  const bool is_summer = second >= clock_change(this_year, March)
                         && second < clock_change(this_year, October);
  return utc_date(is_summer ? at + hours{1} : at);
}

} // namespace racefill
