/// A calendar day, as the API, the ledger and the tables mean it.
#pragma once

#include <chrono>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include <caf/meta/type_name.hpp>
#include <caf/optional.hpp>

namespace racefill {

/// One day of the proleptic Gregorian calendar, without a time zone.
struct date {
  /// Days since 1970-01-01; the smallest value stands for "not known".
  std::int32_t days = std::numeric_limits<std::int32_t>::min();

  /// Tells whether this is a day at all.
  bool known() const noexcept {
    return days != std::numeric_limits<std::int32_t>::min();
  }

  /// The same day for `std::chrono`; call only when known().
  std::chrono::sys_days sys() const noexcept {
    return std::chrono::sys_days{std::chrono::days{days}};
  }

  /// The Gregorian year; call only when known().
  int year() const noexcept {
    return int{std::chrono::year_month_day{sys()}.year()};
  }

  auto operator<=>(const date&) const = default;
};

/// The day `count` days after `x` (before it, when negative).
inline date operator+(date x, int count) noexcept {
  return date{x.days + count};
}

/// The number of days from `b` to `a`.
inline int operator-(date a, date b) noexcept {
  return a.days - b.days;
}

/// Wraps a `std::chrono` day.
inline date to_date(std::chrono::sys_days x) noexcept {
  return date{static_cast<std::int32_t>(x.time_since_epoch().count())};
}

/// ISO 8601, `2024-01-31`; "" when not known.
std::string to_string(date x);

/// Reads exactly `YYYY-MM-DD` of the years 1 to 9999; none for anything else,
/// days that do not exist (2024-02-30) included.
caf::optional<date> parse_date(std::string_view text);

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, date& x) {
  return f(caf::meta::type_name("date"), x.days);
}

} // namespace racefill
