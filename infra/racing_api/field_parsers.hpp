/// FIELD PARSERS: what the API's texts mean. Pure and total: any bytes in, a
/// value or a refusal out, never an exception.
///
/// Blanks at either end are ignored. A lone `-`, en dash or em dash, and the
/// empty text, mean "missing" (FACTS b.2).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "messages/date.hpp"

namespace racefill {

enum class outcome : std::uint8_t {
  missing, ///< The API says that it has no value; the column is NULL.
  read,    ///< `value` is meant.
  refused, ///< The text means nothing we know; to be quarantined.
};

/// What became of a text.
template <class T>
struct parsed {
  outcome result = outcome::missing;
  T value{}; ///< Meaningful when `result` is read.

  /// Tells whether a value was read.
  bool ok() const noexcept {
    return result == outcome::read;
  }
};

/// The values that a column holds, both ends included.
struct int_range {
  std::int64_t low = 0;
  std::int64_t high = 0;
};

inline constexpr int_range smallint_range{-32768, 32767};
inline constexpr int_range int_range_32{-2147483648LL, 2147483647LL};

/// Tells whether `text` is one of the marks for "no value".
bool is_missing(std::string_view text) noexcept;

/// `60`, `+7`, `-3`, `60.0`; refused outside `range`.
parsed<std::int32_t> parse_integer(std::string_view text, int_range range);

/// The saddle-cloth number: an integer, or `NR` for a non-runner, which reads
/// as missing with `non_runner` set, or `R1` for the first reserve, likewise.
struct cloth_number {
  parsed<std::int32_t> number;
  bool non_runner = false;
  bool reserve = false;
};
cloth_number parse_number(std::string_view text);

/// The starting stall; `0` means that none is drawn.
parsed<std::int32_t> parse_draw(std::string_view text);

/// A finite decimal, `8.0`, refused when its magnitude is not below `limit`.
parsed<double> parse_real(std::string_view text, double limit);

/// A jockey as the card prints it: `Tommie Jakes(5)` is name and claim in
/// pounds, `NON-RUNNER(5)` is no jockey at all.
struct jockey_text {
  std::string_view name; ///< Part of the text given; "" for a non-runner.
  parsed<std::int32_t> claim_lbs;
  bool non_runner = false;
};
jockey_text parse_jockey(std::string_view text);

/// How far a race is.
struct race_distance {
  std::int32_t yards = 0;
  std::int32_t metres = 0; ///< round(yards x 0.9144).
};

/// Miles, furlongs and yards in this order: `1m7f209y`, `5½f`, `2m`, `5.5f`.
parsed<race_distance> parse_distance(std::string_view text);

/// A prize as printed.
struct money {
  double amount = 0;         ///< Two decimals, below 10^10.
  std::string_view currency; ///< ISO 4217; "" when no sign says so.
};

/// `£4,193`, `€1,234.50`, `$500`, `4187.20`; commas part thousands only.
parsed<money> parse_prize(std::string_view text);

/// Days since the last run: the leading digits of `128 (9F)`; missing when only
/// the bracket of another code is there, `(32F)`.
parsed<std::int32_t> parse_last_run(std::string_view text);

/// An instant with its offset, `2025-10-14T13:30:00+01:00`, as UTC text
/// `2025-10-14T12:30:00Z`. Fractions of a second are dropped. Refused without
/// an offset: nobody knows what is meant.
parsed<std::string> parse_instant(std::string_view text);

/// `2021-02-08`, also with a time behind it.
parsed<date> parse_day(std::string_view text);

/// `true`, `false`, `yes`, `no`, `y`, `n`, `1`, `0`, any case.
parsed<bool> parse_flag(std::string_view text);

} // namespace racefill
