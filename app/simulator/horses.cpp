#include "app/simulator/horses.hpp"

#include <algorithm>

#include "app/simulator/names.hpp"

namespace racefill::sim {
namespace {

constexpr date people_epoch{
  14'610}; // 2010-01-01: people are counted from here.

struct career {
  int debut_age = 2;
  int seasons = 1;
};

career career_of(std::uint64_t seed, horse_key key) noexcept {
  const auto h
    = mix(seed, draw::horse, key.foreign ? 7 : 3,
          (static_cast<std::uint64_t>(key.birth_year) << 32) | key.index);
  const auto first = h % 10;
  const auto length = (h >> 16) % 100;
  career x;
  x.debut_age = first < 5 ? 2 : first < 8 ? 3 : 4;
  x.seasons = length < 35   ? 1
              : length < 60 ? 2
              : length < 75 ? 3
              : length < 85 ? 4
              : length < 93 ? 5
                            : 6;
  return x;
}

// Which of its successive holders has the horse on a day: the turn's number
// and first day. Turns of one horse are equally long.
struct turn {
  std::int64_t number = 0;
  date since;
};

turn turn_on(std::uint64_t start, int shortest, int longest,
             date when) noexcept {
  dice d{start};
  const auto length = d.between(shortest, longest);
  const auto phase = d.between(0, length - 1);
  const auto days = static_cast<std::int64_t>(when.days) + phase;
  const auto number = days / length;
  return {number, date{static_cast<std::int32_t>(number * length - phase)}};
}

std::uint64_t horse_number(horse_key key) noexcept {
  return (key.foreign ? std::uint64_t{1} << 60 : 0)
         | (static_cast<std::uint64_t>(key.birth_year) << 32) | key.index;
}

// People come and go: of an endless list the `active` ones from a slowly
// moving start are in business. Low numbers are the busiest.
std::uint64_t person_in_business(double active, double new_a_year, date when,
                                 double u) {
  const auto gone = std::max(0.0, new_a_year / 365.25 * (when - people_epoch));
  return static_cast<std::uint64_t>(gone + u * u * std::max(8.0, active));
}

// How often cards change their mind about a spelling: most never do, some
// every few weeks, so that even ten days hold a few changes.
int spelling_on(std::uint64_t start, date when) noexcept {
  dice d{start};
  const auto kind = d.below(100);
  if (kind >= 25)
    return 0;
  const auto turns = kind < 12 ? turn_on(d.next(), 12, 40, when)
                               : turn_on(d.next(), 200, 900, when);
  return static_cast<int>(turns.number & 1);
}

std::string country_of(dice& d, bool foreign) {
  constexpr const char* at_home[] = {"GB",  "GB",  "GB", "GB",  "IRE", "IRE",
                                     "IRE", "IRE", "FR", "USA", "GER"};
  constexpr const char* abroad[] = {"FR",  "FR",  "AUS", "USA", "NZ", "GER",
                                    "JPN", "IRE", "GB",  "SAF", "CAN"};
  return foreign ? abroad[d.below(11)] : at_home[d.below(11)];
}

std::string tailed(const char* prefix, std::uint64_t number) {
  return prefix + std::to_string(number);
}

parents family_of(std::uint64_t seed, double scale, horse_key key, dice& d) {
  parents x;
  const auto sires = std::max(20.0, 2140 * scale);
  const auto dams = std::max(60.0, 48'400 * scale);
  const auto u = d.unit();
  const auto sire = static_cast<std::uint64_t>(u * u * sires);
  const auto dam = static_cast<std::uint64_t>(d.unit() * dams);
  dice of_sire{mix(seed, draw::parent, 1, sire)};
  x.sire_id = tailed("sir_", 3'000'000 + sire * 37);
  x.sire_region = country_of(of_sire, key.foreign);
  x.sire = horse_name(of_sire.next());
  dice of_dam{mix(seed, draw::parent, 2, dam)};
  x.dam_id = tailed("dam_", 20'000'000 + dam * 11);
  x.dam_region = country_of(of_dam, false);
  x.dam = horse_name(of_dam.next());
  // A dam's sire is one of the sires: same digits, same animal.
  const auto damsire = static_cast<std::uint64_t>(of_dam.unit() * sires);
  dice of_damsire{mix(seed, draw::parent, 1, damsire)};
  x.damsire_id = tailed("dsi_", 3'000'000 + damsire * 37);
  x.damsire_region = country_of(of_damsire, key.foreign);
  x.damsire = horse_name(of_damsire.next());
  x.breeder = owner_name(d.next(), 0);
  if (d.chance(0.002))
    x.damsire_id.clear();
  return x;
}

} // namespace

const std::array<double, age_max - age_min + 1>& share_in_training() noexcept {
  static const auto shares = [] {
    std::array<double, age_max - age_min + 1> sums{};
    constexpr std::uint32_t sample = 20'000;
    for (std::uint32_t i = 0; i < sample; ++i)
      for (int age = age_min; age <= age_max; ++age)
        if (in_training(0, {false, 2000, i}, age))
          sums[static_cast<std::size_t>(age - age_min)] += 1.0 / sample;
    return sums;
  }();
  return shares;
}

bool in_training(std::uint64_t seed, horse_key key, int age) noexcept {
  const auto x = career_of(seed, key);
  return age >= x.debut_age && age < x.debut_age + x.seasons;
}

horse_facts facts_of(std::uint64_t seed, double scale, horse_key key) {
  dice d{mix(seed, draw::horse, horse_number(key), 1)};
  horse_facts x;
  const std::chrono::sys_days january{std::chrono::year{key.birth_year}
                                      / std::chrono::January / 1};
  x.dob = to_date(january) + d.between(15, 150);
  x.male = d.chance(0.6);
  if (x.male && d.chance(0.7))
    x.gelded = x.dob + d.between(450, 1700);
  x.name = horse_name(d.next());
  if (d.chance(0.01)) {
    x.name_before = horse_name(d.next());
    x.renamed = x.dob + d.between(800, 1500);
  }
  constexpr const char* colours[] = {"b",    "b",  "b",     "b",  "b",
                                     "ch",   "ch", "ch",    "gr", "br",
                                     "b/br", "bl", "br/bl", "ro"};
  x.colour = colours[d.below(14)];
  if (d.chance(x.colour == "gr" ? 0.3 : 0.02)) {
    x.colour_before = x.colour == "b" ? "br" : "b";
    x.colour_settled = x.dob + d.between(800, 1800);
  }
  x.region = country_of(d, key.foreign);
  x.family = family_of(seed, scale, key, d);
  return x;
}

sex_words sex_on(const horse_facts& horse, date when) noexcept {
  const bool adult = when.year() - horse.dob.year() >= 5;
  if (!horse.male)
    return adult ? sex_words{"mare", "M"} : sex_words{"filly", "F"};
  if (horse.gelded.known() && when >= horse.gelded)
    return {"gelding", "G"};
  return adult ? sex_words{"horse", "H"} : sex_words{"colt", "C"};
}

person jockey_on(std::uint64_t seed, double scale, date when,
                 std::uint64_t pick) {
  dice d{pick};
  const auto number = person_in_business(900 * scale, 235 * scale, when,
                                         d.unit());
  const auto start = mix(seed, draw::jockey, number);
  person x;
  x.id = tailed("jky_", 200'000 + number * 7);
  x.name = spelling_on(start ^ 1, when) == 0 ? person_name(start)
                                             : person_short_name(start);
  return x;
}

person trainer_of(std::uint64_t seed, double scale, horse_key key, date when) {
  const auto stay = turn_on(mix(seed, draw::trainer, horse_number(key), 1), 300,
                            1500, when);
  dice d{mix(seed, draw::trainer, horse_number(key),
             static_cast<std::uint64_t>(stay.number) + 2)};
  const auto number = person_in_business(850 * scale, 140 * scale, stay.since,
                                         d.unit());
  const auto start = mix(seed, draw::trainer, number, 99);
  person x;
  x.id = tailed("trn_", 100'000 + number * 3);
  const auto name = person_name(start);
  x.name = spelling_on(start ^ 1, when) == 0
             ? name
             : person_short_name(start) + " & " + person_name(start ^ 2);
  // One stable in nine moves often, the others once in many years.
  const auto place = start % 9 == 0 ? turn_on(start ^ 3, 12, 60, when)
                                    : turn_on(start ^ 3, 1500, 4000, when);
  x.location = place_name(
    mix(seed, draw::place, start, static_cast<std::uint64_t>(place.number)));
  return x;
}

person owner_of(std::uint64_t seed, double scale, horse_key key, date when) {
  const auto stay = turn_on(mix(seed, draw::owner, horse_number(key), 1), 400,
                            2000, when);
  dice d{mix(seed, draw::owner, horse_number(key),
             static_cast<std::uint64_t>(stay.number) + 2)};
  const auto number = person_in_business(19'000 * scale, 3300 * scale,
                                         stay.since, d.unit());
  const auto start = mix(seed, draw::owner, number, 99);
  person x;
  x.id = tailed("own_", 300'000 + number * 12);
  x.name = owner_name(start, spelling_on(start ^ 1, when));
  return x;
}

date trainer_since(std::uint64_t seed, horse_key key, date when) noexcept {
  return turn_on(mix(seed, draw::trainer, horse_number(key), 1), 300, 1500,
                 when)
    .since;
}

date owner_since(std::uint64_t seed, horse_key key, date when) noexcept {
  return turn_on(mix(seed, draw::owner, horse_number(key), 1), 400, 2000, when)
    .since;
}

} // namespace racefill::sim
