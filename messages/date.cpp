#include "messages/date.hpp"

#include <array>
#include <cstdio>

namespace racefill {

std::string to_string(date x) {
  if (!x.known())
    return {};
  const std::chrono::year_month_day ymd{x.sys()};
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02u", int{ymd.year()},
                unsigned{ymd.month()}, unsigned{ymd.day()});
  return text.data();
}

caf::optional<date> parse_date(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-')
    return caf::none;
  auto number = [text](std::size_t from, std::size_t count) {
    int value = 0;
    for (std::size_t i = from; i < from + count; ++i) {
      if (text[i] < '0' || text[i] > '9')
        return -1;
      value = value * 10 + (text[i] - '0');
    }
    return value;
  };
  const int year = number(0, 4);
  const int month = number(5, 2);
  const int day = number(8, 2);
  if (year < 1 || month < 1 || day < 1)
    return caf::none;
  const std::chrono::year_month_day ymd{
    std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(month)},
    std::chrono::day{static_cast<unsigned>(day)}};
  if (!ymd.ok())
    return caf::none;
  return to_date(std::chrono::sys_days{ymd});
}

} // namespace racefill
