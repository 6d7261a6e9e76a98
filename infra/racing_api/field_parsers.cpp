#include "infra/racing_api/field_parsers.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <system_error>

#include "infra/racing_api/text.hpp"

namespace racefill {

namespace {

bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

// How many digits `text` begins with.
std::size_t digits_of(std::string_view text) noexcept {
  const auto* end = std::find_if_not(text.begin(), text.end(), is_digit);
  return static_cast<std::size_t>(end - text.begin());
}

template <class T>
parsed<T> refused() {
  return {outcome::refused, T{}};
}

template <class T>
parsed<T> missing() {
  return {outcome::missing, T{}};
}

template <class T>
parsed<T> read(T value) {
  return {outcome::read, std::move(value)};
}

// A currency's sign as it stands before the amount, longest first where one
// sign ends another.
struct currency_sign {
  std::string_view sign;
  std::string_view code;
};
constexpr std::array<currency_sign, 12> currency_signs{{
  {"£", "GBP"},
  {"€", "EUR"},
  {"HK$", "HKD"},
  {"US$", "USD"},
  {"AU$", "AUD"},
  {"A$", "AUD"},
  {"NZ$", "NZD"},
  {"$", "USD"},
  {"¥", "JPY"},
  {"GBP", "GBP"},
  {"EUR", "EUR"},
  {"USD", "USD"},
}};

// The digits of a whole amount without its commas; "" when a comma does not
// part thousands.
std::string without_commas(std::string_view whole) {
  std::string result;
  const auto lead = digits_of(whole);
  result += whole.substr(0, lead);
  whole.remove_prefix(lead);
  if (!whole.empty() && (lead == 0 || lead > 3))
    return {};
  while (!whole.empty()) {
    if (whole.front() != ',' || digits_of(whole.substr(1)) != 3)
      return {};
    result += whole.substr(1, 3);
    whole.remove_prefix(4);
  }
  return result;
}

} // namespace

bool is_missing(std::string_view text) noexcept {
  const auto bare = trim(text);
  return bare.empty() || bare == "-" || bare == "–" || bare == "—"
         || bare == "−";
}

parsed<std::int32_t> parse_integer(std::string_view text, int_range range) {
  if (is_missing(text))
    return missing<std::int32_t>();
  auto bare = trim(text);
  if (bare.front() == '+') {
    bare.remove_prefix(1);
    if (bare.empty() || !is_digit(bare.front()))
      return refused<std::int32_t>();
  }
  std::int64_t value = 0;
  const auto* end = bare.data() + bare.size();
  auto [rest, error] = std::from_chars(bare.data(), end, value);
  if (error != std::errc{})
    return refused<std::int32_t>();
  // `60.0` is a whole number, too.
  if (rest != end && *rest == '.' && rest + 1 != end)
    rest = std::find_if_not(rest + 1, end, [](char c) { return c == '0'; });
  if (rest != end || value < range.low || value > range.high)
    return refused<std::int32_t>();
  return read(static_cast<std::int32_t>(value));
}

cloth_number parse_number(std::string_view text) {
  const auto bare = trim(text);
  if (bare.size() == 2 && begins_with(bare, "NR"))
    return {missing<std::int32_t>(), true};
  // `R1` waits for another to drop out; it has no cloth until then.
  if (bare.size() > 1 && bare.size() < 4 && begins_with(bare, "R")
      && std::all_of(bare.begin() + 1, bare.end(),
                     [](char c) { return c >= '0' && c <= '9'; }))
    return {missing<std::int32_t>(), false, true};
  return {parse_integer(bare, smallint_range), false};
}

parsed<std::int32_t> parse_draw(std::string_view text) {
  auto result = parse_integer(text, smallint_range);
  return result.ok() && result.value == 0 ? missing<std::int32_t>() : result;
}

parsed<double> parse_real(std::string_view text, double limit) {
  if (is_missing(text))
    return missing<double>();
  const auto bare = trim(text);
  double value = 0;
  const auto* end = bare.data() + bare.size();
  const auto [rest, error] = std::from_chars(bare.data(), end, value);
  if (error != std::errc{} || rest != end || !std::isfinite(value)
      || std::fabs(value) >= limit)
    return refused<double>();
  return read(value);
}

jockey_text parse_jockey(std::string_view text) {
  jockey_text result;
  if (is_missing(text))
    return result;
  result.name = trim(text);
  if (result.name.back() == ')') {
    const auto open = result.name.rfind('(');
    if (open != std::string_view::npos) {
      const auto inner = result.name.substr(open + 1,
                                            result.name.size() - open - 2);
      // A claim is 3, 5, 7 or 10 lb; longer brackets belong to a name.
      if (!inner.empty() && inner.size() <= 2
          && digits_of(inner) == inner.size()) {
        result.claim_lbs = parse_integer(inner, smallint_range);
        result.name = trim(result.name.substr(0, open));
      }
    }
  }
  if (begins_with(result.name, "NON-RUNNER")
      || begins_with(result.name, "NON RUNNER")) {
    result = {};
    result.non_runner = true;
  }
  return result;
}

parsed<money> parse_prize(std::string_view text) {
  if (is_missing(text))
    return missing<money>();
  auto bare = trim(text);
  money result;
  for (const auto& entry : currency_signs) {
    if (bare.substr(0, entry.sign.size()) == entry.sign) {
      result.currency = entry.code;
      bare = trim(bare.substr(entry.sign.size()));
      break;
    }
  }
  const auto point = bare.find('.');
  const auto fraction
    = point == std::string_view::npos ? "" : bare.substr(point + 1);
  auto digits = without_commas(bare.substr(0, point));
  const bool whole_only = point == std::string_view::npos;
  if (digits.empty() || digits.size() > 10
      || (!whole_only
          && (fraction.empty() || fraction.size() > 4
              || digits_of(fraction) != fraction.size())))
    return refused<money>();
  if (!whole_only)
    (digits += '.') += fraction;
  const auto amount = parse_real(digits, 1e10);
  result.amount = std::round(amount.value * 100) / 100;
  if (!amount.ok() || result.amount >= 1e10)
    return refused<money>();
  return read(result);
}

parsed<std::int32_t> parse_last_run(std::string_view text) {
  if (is_missing(text))
    return missing<std::int32_t>();
  const auto bare = trim(text);
  if (bare.front() == '(')
    return missing<std::int32_t>();
  const auto lead = digits_of(bare);
  const auto rest = trim(bare.substr(lead));
  if (lead == 0 || (!rest.empty() && rest.front() != '('))
    return refused<std::int32_t>();
  return parse_integer(bare.substr(0, lead), smallint_range);
}

parsed<bool> parse_flag(std::string_view text) {
  if (is_missing(text))
    return missing<bool>();
  const auto word = to_lower(trim(text));
  if (word == "true" || word == "yes" || word == "y" || word == "1")
    return read(true);
  if (word == "false" || word == "no" || word == "n" || word == "0")
    return read(false);
  return refused<bool>();
}

} // namespace racefill
