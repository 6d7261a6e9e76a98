/// SAMPLE_UNITS: small units with every column filled.
#pragma once

#include <string>

#include "messages/work.hpp"

namespace racefill {

inline date day(const char* text) {
  return *parse_date(text);
}

inline race_row full_race(const std::string& race_id, date on) {
  race_row x;
  x.race_id = race_id;
  x.race_date = on;
  x.course_id = "crs_1";
  x.course_name = "Ascot";
  x.region = "GB";
  x.race_name = "The O'Hara \"Stakes\" (GBB Race)";
  x.off_time = "1:30";
  x.off_dt = "2024-06-01T12:30:00Z";
  x.race_type = "Flat";
  x.race_class = "Class 4";
  x.pattern = "Group 1";
  x.age_band = "3yo+";
  x.rating_band = "0-60";
  x.sex_restriction = "F";
  x.distance = "1m7f209y";
  x.distance_round = "2m";
  x.distance_f = 16.0;
  x.distance_y = 3509;
  x.distance_m = 3209;
  x.prize = "£4,193";
  x.prize_amount = 4193.5;
  x.prize_currency = "GBP";
  x.declared_field_size = 8;
  x.runner_count = 2;
  x.going = "Good";
  x.going_detailed = "Good to firm";
  x.surface = "Turf";
  x.weather = "Sunny";
  x.rail_movements = "Out 3y";
  x.stalls = "Centre";
  x.jumps = "8 hurdles";
  x.is_big_race = true;
  x.race_status = "declared";
  x.tip = "Mr Nippy";
  x.verdict = "Likely";
  x.betting_forecast = "2/1 Mr Nippy";
  return x;
}

inline runner_row full_runner(const std::string& race_id,
                              const std::string& horse_id) {
  runner_row x;
  x.race_id = race_id;
  x.horse_id = horse_id;
  x.horse_name = "Mr Nippy";
  x.jockey_id = "jky_1";
  x.jockey_name = "Tommie Jakes";
  x.jockey_claim_lbs = 5;
  x.trainer_id = "trn_1";
  x.owner_id = "own_1";
  x.number = 7;
  x.draw = 3;
  x.lbs = 133;
  x.age = 4;
  x.ofr = 60;
  x.rpr = 71;
  x.ts = 55;
  x.performance_rating = 88;
  x.speed_rating = 79;
  x.trainer_rtf = 50;
  x.sex = "colt";
  x.sex_code = "C";
  x.form = "-34211";
  x.last_run = "128 (9F)";
  x.last_run_days = 128;
  x.headgear = "t";
  x.headgear_run = "1";
  x.wind_surgery = "w";
  x.wind_surgery_run = "2";
  x.silk_url = "https://example.test/1.svg";
  x.comment = "Ran well";
  x.spotlight = "Costs £5";
  x.past_results_flags = {"BF", "C\"D"};
  x.extras = R"({"medical":[]})";
  x.odds = "[]";
  return x;
}

inline horse_row card_horse(const std::string& horse_id, date as_of) {
  horse_row x;
  x.horse_id = horse_id;
  x.name = "Mr Nippy";
  x.dob = day("2020-02-03");
  x.sex = "colt";
  x.sex_code = "C";
  x.colour = "b";
  x.region = "IRE";
  x.as_of = as_of;
  return x;
}

inline pedigree_row card_pedigree(const std::string& horse_id, date as_of) {
  pedigree_row x;
  x.horse_id = horse_id;
  x.sire_id = "sir_1";
  x.sire = "Galileo";
  x.sire_region = "IRE";
  x.dam_id = "dam_1";
  x.dam = "Camp Vega";
  x.dam_region = "GB";
  x.damsire_id = "dsi_1";
  x.damsire = "Lope De Vega";
  x.damsire_region = "IRE";
  x.breeder = "Coolmore";
  x.region = "IRE";
  x.as_of = as_of;
  return x;
}

/// One race with one runner per horse, everything known.
inline day_unit
full_day(const char* on,
         const std::vector<std::string>& horse_ids = {"hrs_1", "hrs_2"}) {
  day_unit x;
  x.day = day(on);
  x.state = day_state::done;
  x.attempts = 1;
  const auto race_id = "rac_" + to_string(x.day).substr(2, 2)
                       + to_string(x.day).substr(5, 2)
                       + to_string(x.day).substr(8, 2);
  x.races.push_back(full_race(race_id, x.day));
  x.races.back().runner_count = static_cast<std::int32_t>(horse_ids.size());
  for (const auto& id : horse_ids) {
    x.runners.push_back(full_runner(race_id, id));
    x.horses.push_back(card_horse(id, x.day));
    x.pedigrees.push_back(card_pedigree(id, x.day));
    x.new_horses.push_back(id);
  }
  x.jockeys.push_back({"jky_1", "Tommie Jakes", "", x.day});
  x.trainers.push_back({"trn_1", "Jane Chapple-Hyam", "Newmarket", x.day});
  x.owners.push_back({"own_1", "A Kheir & Partner", "", x.day});
  course_row course;
  course.course_id = "crs_1";
  course.name = "Ascot";
  course.as_of = x.day;
  x.courses.push_back(course);
  return x;
}

/// The profile of a horse, fetched on `on`.
inline horse_unit profile(const std::string& horse_id, const char* on) {
  horse_unit x;
  x.horse_id = horse_id;
  x.state = horse_state::done;
  x.attempts = 1;
  auto horse = card_horse(horse_id, day(on));
  horse.name = "Mr Nippy (IRE)";
  horse.colour_code = "B";
  horse.region.clear();
  horse.source = row_source::profile;
  x.horses.push_back(horse);
  auto pedigree = card_pedigree(horse_id, day(on));
  pedigree.sire = "Galileo (IRE)";
  pedigree.sire_region.clear();
  pedigree.source = row_source::profile;
  x.pedigrees.push_back(pedigree);
  return x;
}

} // namespace racefill
