// The parsers of field_parsers.hpp that walk a small grammar: distances and
// instants.
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>

#include "infra/racing_api/field_parsers.hpp"
#include "infra/racing_api/text.hpp"

namespace racefill {

namespace {

struct vulgar_fraction {
  std::string_view sign;
  double value;
};
constexpr std::array<vulgar_fraction, 3> vulgar_fractions{{
  {"½", 0.5},
  {"¼", 0.25},
  {"¾", 0.75},
}};

// Reads from the front of a text and takes away what it has read.
struct cursor {
  std::string_view rest;

  bool done() const noexcept {
    return rest.empty();
  }

  void skip_blanks() noexcept {
    while (!rest.empty() && rest.front() == ' ')
      rest.remove_prefix(1);
  }

  bool take(char c) noexcept {
    if (rest.empty() || rest.front() != c)
      return false;
    rest.remove_prefix(1);
    return true;
  }

  // Exactly `count` digits; -1 when they are not there.
  int take_digits(std::size_t count) noexcept {
    if (rest.size() < count)
      return -1;
    int value = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (rest[i] < '0' || rest[i] > '9')
        return -1;
      value = value * 10 + (rest[i] - '0');
    }
    rest.remove_prefix(count);
    return value;
  }
};

// `7`, `5.5`, `5½` or `½`; negative when nothing of it is there.
double take_amount(cursor& in) noexcept {
  double value = 0;
  bool seen = false;
  const auto* begin = in.rest.data();
  const auto* end = begin + in.rest.size();
  // No exponent: `1e5f` is no distance. At most eight characters: no distance
  // has more, and the sum then stays far below every limit.
  const auto [stop, error]
    = std::from_chars(begin, begin + std::min<std::ptrdiff_t>(8, end - begin),
                      value, std::chars_format::fixed);
  if (error == std::errc{} && begin != end && *begin >= '0' && *begin <= '9') {
    in.rest.remove_prefix(static_cast<std::size_t>(stop - begin));
    seen = true;
  } else {
    value = 0;
  }
  for (const auto& entry : vulgar_fractions) {
    if (in.rest.substr(0, entry.sign.size()) == entry.sign) {
      in.rest.remove_prefix(entry.sign.size());
      return value + entry.value;
    }
  }
  return seen ? value : -1;
}

// Yards in a unit, by its letter; 0 for any other letter.
int yards_of(char unit) noexcept {
  switch (unit) {
    case 'm':
    case 'M':
      return 1760;
    case 'f':
    case 'F':
      return 220;
    case 'y':
    case 'Y':
      return 1;
    default:
      return 0;
  }
}

// Minutes east of UTC, from `Z`, `+01:00`, `+0100` or `+01`; none otherwise.
parsed<int> take_offset(cursor& in) {
  if (in.take('Z') || in.take('z'))
    return {outcome::read, 0};
  const bool west = !in.rest.empty() && in.rest.front() == '-';
  if (!in.take('+') && !in.take('-'))
    return {outcome::refused, 0};
  const int hours = in.take_digits(2);
  int minutes = 0;
  if (!in.done()) {
    in.take(':');
    minutes = in.take_digits(2);
  }
  // No place on Earth is further from UTC than 14 hours; 18 is ISO's own room.
  if (hours < 0 || hours > 18 || minutes < 0 || minutes > 59)
    return {outcome::refused, 0};
  const int east = hours * 60 + minutes;
  return {outcome::read, west ? -east : east};
}

// Seconds since midnight, from `13:30`, `13:30:00` or `13:30:00.123`.
int take_time_of_day(cursor& in) {
  const int hour = in.take_digits(2);
  if (hour < 0 || hour > 23 || !in.take(':'))
    return -1;
  const int minute = in.take_digits(2);
  if (minute < 0 || minute > 59)
    return -1;
  int second = 0;
  if (in.take(':')) {
    second = in.take_digits(2);
    if (second < 0 || second > 59)
      return -1;
    if (in.take('.')) {
      if (in.take_digits(1) < 0)
        return -1;
      while (in.take_digits(1) >= 0)
        ;
    }
  }
  return hour * 3600 + minute * 60 + second;
}

} // namespace

parsed<race_distance> parse_distance(std::string_view text) {
  if (is_missing(text))
    return {};
  cursor in{trim(text)};
  const parsed<race_distance> refusal{outcome::refused, {}};
  double yards = 0;
  int last_unit = 1761; // Units come largest first, each at most once.
  while (!in.done()) {
    const double amount = take_amount(in);
    in.skip_blanks();
    if (amount < 0 || in.done())
      return refusal;
    const int unit = yards_of(in.rest.front());
    if (unit == 0 || unit >= last_unit)
      return refusal;
    in.rest.remove_prefix(1);
    in.skip_blanks();
    yards += amount * unit;
    last_unit = unit;
  }
  // The longest race on Earth is below 1,000 miles.
  if (yards < 1 || yards > 1760000)
    return refusal;
  race_distance result;
  result.yards = static_cast<std::int32_t>(std::lround(yards));
  result.metres = static_cast<std::int32_t>(std::lround(result.yards * 0.9144));
  return {outcome::read, result};
}

parsed<date> parse_day(std::string_view text) {
  if (is_missing(text))
    return {};
  const auto bare = trim(text);
  const bool bare_day = bare.size() == 10;
  const bool with_time = bare.size() > 10
                         && (bare[10] == 'T' || bare[10] == ' ');
  const auto day = parse_date(bare.substr(0, 10));
  if (!day || !(bare_day || with_time))
    return {outcome::refused, {}};
  return {outcome::read, *day};
}

parsed<std::string> parse_instant(std::string_view text) {
  if (is_missing(text))
    return {};
  parsed<std::string> refusal{outcome::refused, {}};
  const auto bare = trim(text);
  const auto day = parse_date(bare.substr(0, 10));
  if (!day)
    return refusal;
  cursor in{bare.substr(10)};
  if (!in.take('T') && !in.take('t') && !in.take(' '))
    return refusal;
  const int seconds = take_time_of_day(in);
  if (seconds < 0)
    return refusal;
  const auto offset = take_offset(in);
  if (!offset.ok() || !in.done())
    return refusal;
  int second = seconds - offset.value * 60;
  auto utc = *day;
  while (second < 0) {
    second += 86400;
    utc = utc + -1;
  }
  while (second >= 86400) {
    second -= 86400;
    utc = utc + 1;
  }
  // The shift may leave the years that a timestamp's text can say.
  if (utc.year() < 1 || utc.year() > 9999)
    return refusal;
  std::array<char, 32> clock{};
  std::snprintf(clock.data(), clock.size(), "T%02d:%02d:%02dZ", second / 3600,
                second / 60 % 60, second % 60);
  return {outcome::read, to_string(utc) + clock.data()};
}

} // namespace racefill
