#include "app/simulator/day_maker.hpp"

#include <algorithm>
#include <cmath>

#include "app/simulator/names.hpp"

namespace racefill::sim {
namespace {

// An index, and so a cast, that the compiler need not doubt.
template <class T, std::size_t N>
const T& one_of(dice& d, const T (&from)[N]) {
  return from[d.below(static_cast<std::uint32_t>(N))];
}

} // namespace

day_maker::day_maker(const world& from, date when)
  : world_(from),
    options_(from.options()),
    when_(when),
    scale_(options_.races_per_day / 35.0),
    seed_(options_.seed),
    day_(mix(seed_, draw::day, static_cast<std::uint64_t>(when.days))) {
}

bool day_maker::odd(dice& d, double p) const {
  return d.unit() < p * options_.oddities;
}

int day_maker::race_count(bool foreign) {
  // Monday to Sunday: Saturdays are full, Sundays quiet; 1 on average.
  constexpr double weekday[] = {0.9, 0.95, 1.0, 1.0, 1.05, 1.35, 0.75};
  const std::chrono::weekday name{when_.sys()};
  const auto share = options_.races_per_day * weekday[name.iso_encoding() - 1]
                     * (0.85 + 0.3 * day_.unit());
  if (foreign)
    return options_.foreign
             ? std::min(30, static_cast<int>(share * 0.35 + day_.unit()))
             : 0;
  return std::clamp(static_cast<int>(share + day_.unit()), 1, 90);
}

std::vector<race> day_maker::make() {
  std::vector<race> races;
  int slot = 0;
  for (const bool foreign : {false, true}) {
    if (!foreign && !racing_day(when_))
      continue;
    const auto count = race_count(foreign);
    const auto home = static_cast<std::uint32_t>(world_.domestic_courses_);
    const auto all = static_cast<std::uint32_t>(world_.courses_.size());
    std::uint32_t where = 0;
    for (int i = 0; i < count; ++i) {
      // Seven races a meeting, half an hour apart, from noon or evening on.
      const int turn = i % 7;
      if (turn == 0)
        where = foreign ? home + day_.below(all - home) : day_.below(home);
      const int first = foreign            ? 240 + day_.between(0, 300)
                        : (i / 7) % 3 == 2 ? 1020
                                           : 780;
      const int minute = first + turn * 30 + (i / 7) * 5 % 30;
      races.push_back(
        make_race(foreign, slot++, world_.courses_[where], minute));
    }
  }
  return races;
}

race day_maker::make_race(bool foreign, int slot, const course& where,
                          int minute) {
  dice d{mix(seed_, draw::race, static_cast<std::uint64_t>(when_.days),
             static_cast<std::uint64_t>(slot))};
  race x;
  x.id = race_id(seed_, when_, slot);
  x.where = &where;
  x.day = when_;
  x.off_utc = std::int64_t{when_.days} * 86'400 + std::int64_t{minute} * 60
              - british_offset(when_);
  x.served_regardless = foreign && odd(d, 0.006);
  choose_conditions(x, d);
  choose_prize(x, d);
  fill_runners(x, d, foreign);
  withdraw_some(x, d);
  if (!foreign)
    plant_oddities(x, d);
  const auto listed = static_cast<int>(x.runners.size());
  const auto out = std::count_if(x.runners.begin(), x.runners.end(),
                                 [](const auto& r) { return r.non_runner(); });
  x.declared_field_size = listed - static_cast<int>(out);
  if (odd(d, 0.01))
    x.declared_field_size = d.chance(0.5) ? 0 : listed + 2;
  write_verdict(x, d);
  constexpr field optional[]
    = {field::off_dt,   field::sex_restriction, field::surface,    field::jumps,
       field::big_race, field::is_abandoned,    field::race_status};
  for (auto f : optional)
    if (odd(d, 0.002))
      (d.chance(0.5) ? x.missing.null_bits : x.missing.missing_bits)
        |= gaps::bit(f);
  return x;
}

void day_maker::choose_conditions(race& to, dice& d) const {
  const bool aw = to.where->all_weather;
  const auto kind = aw ? 0U : d.below(10);
  to.type = kind < 6   ? "Flat"
            : kind < 8 ? "Hurdle"
            : kind < 9 ? "Chase"
                       : "NH Flat";
  const bool flat = to.type == "Flat";
  const int furlongs = flat ? d.between(5, 16) : d.between(16, 28);
  to.length = {furlongs / 8, furlongs % 8, flat && d.chance(0.04),
               d.chance(0.6) ? d.between(1, 219) : 0};
  if (to.length.half && d.chance(0.5))
    to.length.yards = 0;
  constexpr const char* flat_ages[] = {"2yo", "3yo", "3yo+", "3yo+", "4yo+"};
  to.age_band = flat ? one_of(d, flat_ages) : d.chance(0.3) ? "3yo+" : "4yo+";
  if (d.chance(0.05))
    to.sex_restriction = d.chance(0.5) ? "F" : "M";
  if (to.where->domestic) {
    to.race_class = "Class " + std::to_string(d.between(1, 6));
    if (d.chance(0.5))
      to.rating_band = "0-" + std::to_string(d.between(9, 21) * 5);
  }
  if (d.chance(0.03))
    to.pattern = "Group " + std::to_string(d.between(1, 3));
  to.surface = aw ? "AW" : "Turf";
  constexpr const char* turf[] = {"Good",         "Soft",         "Heavy",
                                  "Good To Firm", "Good To Soft", ""};
  to.going = aw ? "Standard" : one_of(d, turf);
  if (to.type == "Hurdle")
    to.jumps = std::to_string(d.between(8, 12)) + " hurdles";
  else if (to.type == "Chase")
    to.jumps = std::to_string(d.between(12, 20)) + " fences";
  to.big_race = d.chance(0.01);
  to.is_abandoned = d.chance(0.01);
  constexpr const char* ends[] = {" Handicap", " Novices' Hurdle", " Stakes",
                                  " Maiden", " \"Lady Riders'\" Cup"};
  to.name = invented_word(d) + " " + invented_word(d) + one_of(d, ends);
  if (d.chance(0.1))
    to.name += " (GBB Race)";
  if (d.chance(0.03))
    to.name = "Prix de l'Été " + to.name;
}

void day_maker::choose_prize(race& to, dice& d) const {
  if (d.chance(0.02))
    return;
  to.prize_in_euros = to.where->region_code == "ire" && d.chance(0.5);
  const auto u = d.unit();
  to.prize = 900 + static_cast<int>(u * u * u * u * 280'000)
             + d.between(2000, 6000);
}

void day_maker::fill_runners(race& to, dice& d, bool foreign) {
  const int low = to.age_band[0] - '0';
  const int high = to.age_band.size() > 3 ? age_max : low;
  // About ten a race, seldom above twenty (FACTS d).
  const auto u = (d.unit() + d.unit() + d.unit()) / 3;
  int count = std::clamp(static_cast<int>(std::lround(u * 18 + 0.7)), 2, 20);
  if (d.chance(0.01))
    count = d.between(20, 26);
  for (int i = 0; i < count; ++i) {
    const auto key = choose_horse(d, foreign, low, high);
    used_.insert(key);
    to.runners.push_back(make_runner(to, d, key, i + 1));
  }
  if (to.type != "Flat")
    return;
  // Stalls: the numbers in another order.
  for (int i = 0; i < count; ++i)
    to.runners[static_cast<std::size_t>(i)].draw = (i * 7 + 3) % count + 1;
  if (count % 7 == 0)
    for (int i = 0; i < count; ++i)
      to.runners[static_cast<std::size_t>(i)].draw = count - i;
}

horse_key day_maker::choose_horse(dice& d, bool foreign, int age_low,
                                  int age_high) {
  const auto& shares = share_in_training();
  double sum = 0;
  for (int age = age_low; age <= age_high; ++age)
    sum += shares[static_cast<std::size_t>(age - age_min)];
  horse_key key;
  key.foreign = foreign;
  // Bounded: where a tiny world has no horse left, one races a second time.
  for (int tries = 0; tries < 2000; ++tries) {
    auto u = d.unit() * sum;
    int age = age_low;
    while (age < age_high
           && u > shares[static_cast<std::size_t>(age - age_min)]) {
      u -= shares[static_cast<std::size_t>(age - age_min)];
      ++age;
    }
    key.birth_year = when_.year() - age;
    key.index = d.below(world_.cohort_size(foreign));
    if (in_training(seed_, key, age) && !used_.contains(key))
      break;
  }
  return key;
}

std::vector<race> world::day(date when) const {
  if (when < options_.first_day || when > options_.last_day)
    return {};
  return day_maker{*this, when}.make();
}

} // namespace racefill::sim
