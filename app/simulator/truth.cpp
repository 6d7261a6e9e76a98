#include "app/simulator/truth.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "app/simulator/json_text.hpp"
#include "app/simulator/newest.hpp"

namespace racefill::sim {
namespace {

struct known_horse {
  newest name;
  newest dob;
  newest_but sex{"gelding"};
  newest_but sex_code{"G"};
  newest colour;
  newest region;
  std::array<newest, 10> family; ///< In the order of family_of().
};

struct known_person {
  newest name;
  newest location;
};

struct known_world {
  std::map<std::string, known_horse> horses;
  std::map<std::string, known_person> jockeys;
  std::map<std::string, known_person> trainers;
  std::map<std::string, known_person> owners;
  std::map<std::string, const course*> courses;
  std::vector<std::pair<std::string, date>> races;
};

constexpr std::array<std::string_view, 10> family_columns{
  "sire_id",    "sire",       "sire_region", "dam_id",         "dam",
  "dam_region", "damsire_id", "damsire",     "damsire_region", "breeder"};

std::array<std::string, 10> family_of(const parents& x) {
  return {x.sire_id,    x.sire,    x.sire_region,
          x.dam_id,     x.dam,     x.dam_region,
          x.damsire_id, x.damsire, x.damsire_region,
          x.breeder};
}

void learn(known_world& all, const runner& x, date when) {
  const auto given = [&](field f, const std::string& value) {
    return x.missing.has(f) ? value : std::string{};
  };
  if (!x.horse_id.empty()) {
    auto& horse = all.horses[x.horse_id];
    horse.name.offer(x.horse, when);
    horse.dob.offer(given(field::dob, to_string(x.dob)), when);
    horse.sex.offer(given(field::sex, x.sex), when);
    horse.sex_code.offer(given(field::sex_code, x.sex_code), when);
    horse.colour.offer(given(field::colour, x.colour), when);
    horse.region.offer(given(field::region, x.region), when);
    auto family = x.family;
    family.sire_region = given(field::sire_region, family.sire_region);
    family.dam_region = given(field::dam_region, family.dam_region);
    family.damsire_region = given(field::damsire_region, family.damsire_region);
    family.breeder = given(field::breeder, family.breeder);
    const auto values = family_of(family);
    for (std::size_t i = 0; i < values.size(); ++i)
      horse.family[i].offer(values[i], when);
  } else {
    return; // Not stored, and so says nothing of its people either.
  }
  if (!x.jockey_id.empty())
    all.jockeys[x.jockey_id].name.offer(x.non_runner() ? "" : x.jockey, when);
  if (!x.trainer_id.empty()) {
    auto& trainer = all.trainers[x.trainer_id];
    trainer.name.offer(x.trainer, when);
    trainer.location.offer(given(field::trainer_location, x.trainer_location),
                           when);
  }
  if (!x.owner_id.empty())
    all.owners[x.owner_id].name.offer(x.owner, when);
}

known_world learn_all(const world& from, const truth_options& options) {
  known_world all;
  for (const auto& x : from.courses())
    if (std::find(options.regions.begin(), options.regions.end(), x.region_code)
        != options.regions.end())
      all.courses[x.id] = &x;
  for (auto day = options.from; day <= options.to; day = day + 1) {
    for (const auto& x : stored_races(from, options, day)) {
      all.courses.try_emplace(x.where->id, x.where);
      all.races.emplace_back(x.id, day);
      for (const auto& entry : x.runners)
        learn(all, entry, day);
    }
  }
  std::sort(all.races.begin(), all.races.end());
  return all;
}

void tell_courses(const known_world& all, const truth_options& options,
                  const row_sink& sink) {
  for (const auto& [id, x] : all.courses) {
    const bool listed = std::find(options.regions.begin(),
                                  options.regions.end(), x->region_code)
                        != options.regions.end();
    // A course that only a card names: a stub, as the card has it.
    sink(
      "ra_courses",
      {{"course_id", json_string_or_null(id)},
       {"name", json_string_or_null(listed ? x->name : x->card_name)},
       {"region_code", listed ? json_string_or_null(x->region_code) : "null"},
       {"region", json_string_or_null(listed ? x->region_name : x->region)}});
  }
}

void tell_pedigrees(const known_world& all, const world& from,
                    const truth_options& options, const row_sink& sink) {
  for (const auto& [id, horse] : all.horses) {
    std::array<std::string, 10> pro;
    if (!options.fast)
      if (const auto found = from.profile_of(id)) {
        auto family = found->family;
        // A profile names no regions of its own.
        family.sire_region.clear();
        family.dam_region.clear();
        family.damsire_region.clear();
        pro = family_of(family);
      }
    truth_row row{{"horse_id", json_string_or_null(id)}};
    bool any = false;
    for (std::size_t i = 0; i < pro.size(); ++i) {
      const auto& value = pro[i].empty() ? horse.family[i].value() : pro[i];
      row.emplace_back(family_columns[i], json_string_or_null(value));
      any = any || !value.empty();
    }
    row.emplace_back("region", json_string_or_null(horse.region.value()));
    if (any)
      sink("ra_horse_pedigree", row);
  }
}

void tell_horses(const known_world& all, const world& from,
                 const truth_options& options, const row_sink& sink) {
  for (const auto& [id, seen] : all.horses) {
    auto horse = seen;
    profile pro;
    if (!options.fast)
      if (auto found = from.profile_of(id))
        pro = std::move(*found);
    horse.sex.offer(pro.sex, options.profile_date);
    horse.sex_code.offer(pro.sex_code, options.profile_date);
    horse.colour.offer(pro.colour, options.profile_date);
    const auto dob = to_string(pro.dob);
    sink("ra_horses",
         {{"horse_id", json_string_or_null(id)},
          {"name", json_string_or_null(pro.name.empty() ? horse.name.value()
                                                        : pro.name)},
          {"dob", json_string_or_null(dob.empty() ? horse.dob.value() : dob)},
          {"sex", json_string_or_null(horse.sex.value())},
          {"sex_code", json_string_or_null(horse.sex_code.value())},
          {"colour", json_string_or_null(horse.colour.value())},
          {"colour_code", json_string_or_null(pro.colour_code)},
          {"region", json_string_or_null(horse.region.value())}});
  }
}

void tell_people(const char* table, const char* key,
                 const std::map<std::string, known_person>& people, bool places,
                 const row_sink& sink) {
  for (const auto& [id, x] : people) {
    // Someone of whom only the id is known goes by it.
    const auto& name = x.name.value().empty() ? id : x.name.value();
    truth_row row{{key, json_string_or_null(id)},
                  {"name", json_string_or_null(name)}};
    if (places)
      row.emplace_back("location", json_string_or_null(x.location.value()));
    sink(table, row);
  }
}

// Races come in the order of their ids, which is not that of their days; so
// they are made again, some thousands at a time.
void tell_cards(const known_world& all, const world& from,
                const truth_options& options, bool runners,
                const row_sink& sink) {
  constexpr std::size_t races_max = 10'000;
  for (std::size_t first = 0; first < all.races.size(); first += races_max) {
    const auto last = std::min(all.races.size(), first + races_max);
    std::map<std::string, std::vector<truth_row>> rows;
    std::vector<date> days;
    for (auto i = first; i < last; ++i) {
      rows[all.races[i].first];
      days.push_back(all.races[i].second);
    }
    std::sort(days.begin(), days.end());
    days.erase(std::unique(days.begin(), days.end()), days.end());
    for (const auto day : days) {
      for (const auto& x : stored_races(from, options, day)) {
        const auto slot = rows.find(x.id);
        if (slot == rows.end())
          continue;
        if (!runners)
          slot->second.push_back(race_truth(x));
        else
          for (auto& [id, row] : runner_truth(x))
            slot->second.push_back(std::move(row));
      }
    }
    for (const auto& [id, of_race] : rows)
      for (const auto& row : of_race)
        sink(runners ? "ra_mst_runners" : "ra_mst_races", row);
  }
}

} // namespace

std::vector<race> stored_races(const world& from, const truth_options& options,
                               date when) {
  if (options.history_start.known() && when < options.history_start)
    return {};
  auto races = from.day(when);
  std::erase_if(races, [&](const race& x) {
    return !x.served_regardless
           && std::find(options.regions.begin(), options.regions.end(),
                        x.where->region_code)
                == options.regions.end();
  });
  return races;
}

void tell_truth(const world& from, const truth_options& options,
                const row_sink& sink) {
  const auto all = learn_all(from, options);
  tell_courses(all, options, sink);
  tell_pedigrees(all, from, options, sink);
  tell_horses(all, from, options, sink);
  tell_people("ra_jockeys", "jockey_id", all.jockeys, false, sink);
  tell_cards(all, from, options, false, sink);
  tell_cards(all, from, options, true, sink);
  tell_people("ra_owners", "owner_id", all.owners, false, sink);
  tell_people("ra_trainers", "trainer_id", all.trainers, true, sink);
}

std::string truth_line(std::string_view table, const truth_row& row) {
  std::string out;
  json_writer json{out};
  json.open('{');
  json.member("table", table);
  json.key("row");
  json.open('{');
  for (const auto& [name, value] : row) {
    json.key(name);
    json.raw(value);
  }
  json.close('}');
  json.close('}');
  return out;
}

} // namespace racefill::sim
