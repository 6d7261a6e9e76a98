#include "app/simulator/world.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <stdexcept>

#include "app/simulator/horses.hpp"
#include "app/simulator/names.hpp"

namespace racefill::sim {
namespace {

// A bijection of 25 bits, so that ids look random yet lead back to their key.
constexpr std::uint32_t id_bits = 25;
constexpr std::uint32_t id_mask = (1U << id_bits) - 1;
constexpr std::uint32_t id_factor = 0x0c5a36b;
constexpr std::uint32_t id_first = 10'000'000;

// Newton's iteration doubles the number of right bits each time.
constexpr std::uint32_t inverse(std::uint32_t odd) {
  std::uint32_t x = odd;
  for (int i = 0; i < 5; ++i)
    x *= 2 - odd * x;
  return x;
}

constexpr std::uint32_t shuffle(std::uint32_t x, std::uint32_t salt) {
  x = (x * id_factor + salt) & id_mask;
  x ^= x >> 12;
  return (x * id_factor) & id_mask;
}

constexpr std::uint32_t unshuffle(std::uint32_t x, std::uint32_t salt) {
  x = (x * inverse(id_factor)) & id_mask;
  x = x ^ (x >> 12) ^ (x >> 24);
  return ((x - salt) * inverse(id_factor)) & id_mask;
}
static_assert(unshuffle(shuffle(12'345'678, 77), 77) == 12'345'678);

constexpr int birth_year_first = 1990;
constexpr std::uint32_t index_bits = 18;

std::uint32_t salt_of(std::uint64_t seed) {
  return static_cast<std::uint32_t>(scramble(seed)) & id_mask;
}

} // namespace

std::string race_id(std::uint64_t seed, date when, int slot) {
  // 2000-01-01 is day 10957; 128 slots a day, 2^18 days.
  const auto key = (static_cast<std::uint32_t>(when.days - 10'957) << 7)
                   | static_cast<std::uint32_t>(slot);
  return "rac_"
         + std::to_string(id_first + shuffle(key & id_mask, salt_of(seed)));
}

world::world(world_options options) : options_(options) {
  if (!(options_.races_per_day >= 1 && options_.races_per_day <= 60))
    throw std::invalid_argument("races a day: give 1 to 60");
  if (!(options_.horses >= 0.01 && options_.horses <= 10))
    throw std::invalid_argument("horses: give a scale from 0.01 to 10");
  if (!(options_.oddities >= 0 && options_.oddities <= 1000))
    throw std::invalid_argument("oddities: give a scale from 0 to 1000");
  if (!(options_.profiles_missing >= 0 && options_.profiles_missing <= 1))
    throw std::invalid_argument("missing profiles: give a share from 0 to 1");
  const date oldest{10'957};
  const date newest{10'957 + 36'500};
  if (options_.first_day < oldest || options_.last_day > newest
      || options_.last_day < options_.first_day)
    throw std::invalid_argument("days: give a range from 2000 to 2099");
  make_courses();
}

std::uint32_t world::cohort_size(bool foreign) const noexcept {
  // 8,500 foals a year that race give 112,000 horses in 2015-2025 and 12 runs
  // each (FACTS d); the floor keeps a small world's fields full.
  const auto size = 8500.0 * options_.horses * options_.races_per_day / 35.0
                    * (foreign ? 0.3 : 1.0);
  return static_cast<std::uint32_t>(std::clamp(size, 40.0, 262'143.0));
}

std::string world::id_of(horse_key key) const {
  const auto year
    = static_cast<std::uint32_t>(key.birth_year - birth_year_first);
  const auto packed
    = ((((key.foreign ? 64U : 0U) | year) << index_bits) | key.index) & id_mask;
  return "hrs_"
         + std::to_string(id_first + shuffle(packed, salt_of(options_.seed)));
}

std::optional<horse_key> world::key_of(std::string_view horse_id) const {
  if (horse_id.size() != 12 || horse_id.substr(0, 4) != "hrs_")
    return std::nullopt;
  std::uint32_t number = 0;
  const auto* end = horse_id.data() + horse_id.size();
  const auto [stop, error] = std::from_chars(horse_id.data() + 4, end, number);
  if (error != std::errc{} || stop != end || number < id_first
      || number - id_first > id_mask)
    return std::nullopt;
  const auto packed = unshuffle(number - id_first, salt_of(options_.seed));
  horse_key key;
  key.foreign = ((packed >> index_bits) & 64U) != 0;
  key.birth_year = birth_year_first
                   + static_cast<int>((packed >> index_bits) & 63U);
  key.index = packed & ((1U << index_bits) - 1);
  const auto youngest = options_.last_day.year() - 2;
  if (key.index >= cohort_size(key.foreign) || key.birth_year > youngest
      || key.birth_year < options_.first_day.year() - 11)
    return std::nullopt;
  return key;
}

void world::make_courses() {
  struct country {
    const char* code;
    const char* card;
    const char* name;
    int count;
  };
  // 69 and 32 courses, as the provider counts them (FACTS b.4).
  constexpr country countries[]
    = {{"gb", "GB", "Great Britain", 69},   {"ire", "IRE", "Ireland", 32},
       {"fr", "FR", "France", 24},          {"aus", "AUS", "Australia", 18},
       {"usa", "USA", "United States", 14}, {"hk", "HK", "Hong Kong", 2},
       {"saf", "SAF", "South Africa", 8},   {"spa", "SPA", "Spain", 3}};
  std::uint64_t number = 0;
  for (const auto& land : countries) {
    for (int i = 0; i < land.count; ++i) {
      const auto start = mix(options_.seed, draw::place, 1, number);
      course x;
      x.id = "crs_" + std::to_string(26 + number * 26);
      x.all_weather = i % 11 == 10;
      const auto name = sim::course_name(start);
      x.name = x.all_weather ? name + "-AW" : name;
      x.card_name = x.all_weather ? name + " (AW)" : name;
      x.region_code = land.code;
      x.region_name = land.name;
      x.region = land.card;
      x.domestic = number < 101;
      courses_.push_back(std::move(x));
      ++number;
    }
  }
  domestic_courses_ = 101;
}

bool racing_day(date when) noexcept {
  const std::chrono::year_month_day ymd{when.sys()};
  const auto month = unsigned{ymd.month()};
  const auto day = unsigned{ymd.day()};
  if (month == 12 && (day == 24 || day == 25))
    return false;
  // Easter Sunday by the anonymous Gregorian computus.
  const int y = int{ymd.year()};
  const int a = y % 19;
  const int b = y / 100;
  const int c = y % 100;
  const int d = (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30;
  const int e = (32 + 2 * (b % 4) + 2 * (c / 4) - d - c % 4) % 7;
  const int f = d + e - 7 * ((a + 11 * d + 22 * e) / 451) + 114;
  const auto easter = std::chrono::sys_days{
    std::chrono::year{y} / std::chrono::month{static_cast<unsigned>(f / 31)}
    / std::chrono::day{static_cast<unsigned>(f % 31 + 1)}};
  return when != to_date(easter) + -2;
}

int british_offset(date when) noexcept {
  using namespace std::chrono;
  const year y{when.year()};
  const sys_days spring{y / March / Sunday[last]};
  const sys_days autumn{y / October / Sunday[last]};
  return when.sys() >= spring && when.sys() < autumn ? 3600 : 0;
}

} // namespace racefill::sim
