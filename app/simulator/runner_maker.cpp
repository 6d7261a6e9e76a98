#include <algorithm>

#include "app/simulator/day_maker.hpp"
#include "app/simulator/names.hpp"

namespace racefill::sim {

void world::describe(horse_key key, date when, runner& to) const {
  const auto scale = options_.races_per_day / 35.0;
  auto horse = facts_of(options_.seed, scale, key);
  to.horse_id = id_of(key);
  to.horse = horse.renamed.known() && when < horse.renamed ? horse.name_before
                                                           : horse.name;
  to.dob = horse.dob;
  to.age = when.year() - key.birth_year;
  const auto sex = sex_on(horse, when);
  to.sex = sex.sex;
  to.sex_code = sex.code;
  to.colour = horse.colour_settled.known() && when < horse.colour_settled
                ? horse.colour_before
                : horse.colour;
  to.region = horse.region;
  to.family = std::move(horse.family);
}

std::optional<profile> world::profile_of(std::string_view horse_id) const {
  const auto key = key_of(horse_id);
  if (!key)
    return std::nullopt;
  dice d{mix(options_.seed, draw::horse, key->index,
             static_cast<std::uint64_t>(key->birth_year)
               + (key->foreign ? 1000 : 500))};
  if (d.unit() < options_.profiles_missing)
    return std::nullopt;
  runner card;
  describe(*key, options_.last_day, card);
  profile x;
  x.id = card.horse_id;
  x.name = card.horse + " (" + card.region + ")";
  x.dob = card.dob;
  x.sex = card.sex;
  x.sex_code = card.sex_code;
  // Profiles lag behind: some geldings are still colts there (FACTS f).
  if (x.sex_code == "G" && odd_profile(d, 0.1)) {
    x.sex = "colt";
    x.sex_code = "C";
  }
  x.colour = card.colour;
  for (const auto c : card.colour)
    x.colour_code += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A')
                                          : c;
  if (odd_profile(d, 0.02))
    x.colour_code.clear();
  x.family = card.family;
  x.family.sire += " (" + card.family.sire_region + ")";
  x.family.dam += " (" + card.family.dam_region + ")";
  if (d.chance(0.8)) // The suffix is usual, not guaranteed.
    x.family.damsire += " (" + card.family.damsire_region + ")";
  if (odd_profile(d, 0.01))
    x.family.breeder.clear();
  if (odd_profile(d, 0.003))
    x.dob = x.dob + 1;
  return x;
}

bool world::odd_profile(dice& d, double p) const noexcept {
  return d.unit() < p * std::min(1.0, options_.oddities);
}

runner day_maker::make_runner(const race& in, dice& d, horse_key key,
                              int number) {
  runner x;
  world_.describe(key, when_, x);
  // Cards lag too: a gelding may be a colt again for a day.
  if (x.sex_code == "G" && odd(d, 0.01)) {
    x.sex = "colt";
    x.sex_code = "C";
  }
  x.number = number;
  add_connections(x, d, key);
  add_jockey(x, d);
  add_figures(x, in, d);
  add_texts(x, in, d);
  for (unsigned f = 0; f < static_cast<unsigned>(field::runner_end); ++f)
    if (odd(d, 0.001))
      (d.chance(0.5) ? x.missing.null_bits : x.missing.missing_bits)
        |= std::uint64_t{1} << f;
  return x;
}

void day_maker::add_connections(runner& to, dice& d, horse_key key) const {
  auto trainer = trainer_of(seed_, scale_, key, when_);
  to.trainer = trainer.name;
  to.trainer_id = trainer.id;
  to.trainer_location = trainer.location;
  // The same stable, spelled shorter on one card of the day.
  const auto comma = to.trainer_location.find(',');
  if (odd(d, 0.01) && comma != std::string::npos)
    to.trainer_location.resize(comma);
  auto owner = owner_of(seed_, scale_, key, when_);
  to.owner = owner.name;
  to.owner_id = owner.id;
  if (odd(d, 0.0005))
    to.trainer.clear(), to.trainer_id.clear();
  if (odd(d, 0.001))
    to.owner.clear(), to.owner_id.clear();
  const auto born = std::chrono::sys_days{std::chrono::year{key.birth_year + 2}
                                          / std::chrono::January / 1};
  const auto moved = trainer_since(seed_, key, when_);
  if (moved > to_date(born)) {
    const auto last = trainer_of(seed_, scale_, key, moved + -1);
    to.trainers_before.push_back({last.name, last.id, moved});
  }
  const auto sold = owner_since(seed_, key, when_);
  if (sold > to_date(born)) {
    const auto last = owner_of(seed_, scale_, key, sold + -1);
    to.owners_before.push_back({last.name, last.id, sold});
  }
  to.fortnight_runs = d.between(0, 40);
  to.fortnight_wins
    = to.fortnight_runs == 0 ? 0 : d.between(0, to.fortnight_runs / 3);
  if (d.chance(0.8))
    to.trainer_rtf = d.between(0, 100);
}

void day_maker::add_jockey(runner& to, dice& d) const {
  if (d.chance(0.01))
    return; // Not declared.
  auto jockey = jockey_on(seed_, scale_, when_, d.next());
  to.jockey = jockey.name;
  to.jockey_id = jockey.id;
  if (d.chance(0.12))
    to.claim_lbs = d.between(1, 3) * 2 + 1;
  if (odd(d, 0.0005))
    to.jockey_id.clear();
}

void day_maker::add_figures(runner& to, const race& in, dice& d) const {
  const auto score = [&](double known, int low, int high) {
    rating x;
    if (d.chance(known))
      x.value = d.between(low, high);
    else
      x.none = d.chance(0.9)   ? dash::hyphen
               : d.chance(0.5) ? dash::en_dash
                               : dash::empty;
    return x;
  };
  to.ofr = score(0.6, 40, 120);
  to.rpr = score(0.9, 40, 130);
  to.ts = score(0.6, 10, 120);
  to.lbs = in.type == "Flat" ? d.between(112, 142) : d.between(138, 168);
  if (odd(d, 0.002))
    to.lbs.reset();
  if (d.chance(0.25)) {
    constexpr const char* gear[] = {"t", "p", "b", "h", "v", "tp"};
    to.headgear = gear[d.below(6)];
    if (d.chance(0.2))
      to.headgear_run = "1";
  }
  if (d.chance(0.06)) {
    to.wind_surgery = "w";
    to.wind_surgery_run = d.chance(0.5) ? "1" : "2";
    to.wind_operations.push_back(when_ + -d.between(30, 400));
  }
  if (d.chance(0.8))
    to.last_run_days = d.between(5, 300);
  if (in.type != "Flat" && d.chance(0.1))
    to.last_run_flat_days = d.between(5, 90);
  constexpr char places[] = "1234567890PFU-/";
  const auto runs = to.last_run_days ? d.between(1, 6) : 0;
  for (int i = 0; i < runs; ++i)
    to.form += places[d.below(15)];
  constexpr const char* flags[] = {"BF", "C", "D", "CD"};
  if (d.chance(0.2))
    to.flags.emplace_back(flags[d.below(4)]);
  if (!to.flags.empty() && d.chance(0.2))
    to.flags.emplace_back(flags[d.below(4)]);
  const auto cloth = std::to_string(d.between(100'000, 400'000));
  to.silk_url = "https://silks.invalid/svg/" + cloth.substr(5) + "/"
                + cloth.substr(4, 1) + "/" + cloth + ".svg";
  to.odds_count = in.where->domestic ? (d.chance(0.5) ? 25 : 28) : 0;
  to.odds_start = d.next();
}

void day_maker::add_texts(runner& to, const race& in, dice& d) const {
  const auto start = d.next();
  const bool huge = odd(d, 0.0003);
  if (!options_.editorial || !in.where->domestic)
    return;
  dice t{start};
  if (t.chance(0.9))
    to.comment = editorial(t.next(), 1);
  if (t.chance(0.9))
    to.spotlight = editorial(t.next(), t.between(2, 5));
  if (huge)
    to.comment = editorial(t.next(), 1400); // About 80 kB.
  if (t.chance(0.05))
    to.stable_tour.push_back(editorial(t.next(), 3));
  if (!to.last_run_days || !t.chance(0.15))
    return;
  quote q;
  q.day = when_ + -*to.last_run_days;
  q.horse = to.horse;
  q.horse_id = to.horse_id;
  q.race = invented_word(t) + " Stakes";
  q.race_id = race_id(seed_, q.day, 100 + t.between(0, 20));
  const auto& there = world_.courses()[t.below(101)];
  q.course = there.card_name;
  q.course_id = there.id;
  q.distance_y = t.between(5, 20) * 220;
  q.text = editorial(t.next(), 4) + " ½";
  to.quotes.push_back(std::move(q));
}

void day_maker::withdraw_some(race& to, dice& d) const {
  for (auto& x : to.runners) {
    if (!odd(d, 0.03))
      continue;
    x.number.reset();
    // Half keep a rider's id under the name NON-RUNNER, as real cards do.
    x.withdrawn = !x.jockey_id.empty() && d.chance(0.5);
    if (x.withdrawn)
      continue;
    x.jockey.clear();
    x.jockey_id.clear();
    x.claim_lbs.reset();
  }
}

void day_maker::plant_oddities(race& to, dice& d) {
  const auto sound = [](const runner& x) {
    return !x.non_runner() && !x.jockey_id.empty();
  };
  // A horse twice in its race: the later entry has another rider, and lacks
  // what the first one says.
  if (odd(d, 0.008) && sound(to.runners.front())) {
    auto again = to.runners.front();
    const auto jockey = jockey_on(seed_, scale_, when_, d.next());
    again.jockey = jockey.name;
    again.jockey_id = jockey.id;
    again.claim_lbs.reset();
    again.comment.clear();
    again.form.clear();
    again.rpr = {};
    again.lbs = d.between(112, 160);
    to.runners.push_back(std::move(again));
  }
  // An entry without the horse's id: it cannot be stored. Its people run
  // elsewhere in the race, so that nothing else hangs on it.
  if (odd(d, 0.008) && to.runners.size() > 1 && sound(to.runners[1])) {
    auto lost = to.runners[1];
    lost.horse_id.clear();
    lost.horse = horse_name(d.next());
    lost.number = static_cast<int>(to.runners.size()) + 1;
    to.runners.push_back(std::move(lost));
  }
}

void day_maker::write_verdict(race& to, dice& d) const {
  const auto start = d.next();
  if (!options_.editorial || !to.where->domestic || to.runners.empty())
    return;
  dice t{start};
  const auto& best
    = to.runners[t.below(static_cast<std::uint32_t>(to.runners.size()))];
  to.tip = best.horse;
  to.verdict = "The verdict is " + best.horse + ". " + editorial(t.next(), 2);
  for (const auto& x : to.runners)
    to.betting_forecast += (to.betting_forecast.empty() ? "" : ", ")
                           + std::to_string(t.between(2, 33)) + "/1 " + x.horse;
}

} // namespace racefill::sim
