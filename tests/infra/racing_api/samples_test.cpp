// Bodies that the provider really sent (2025-10-14, two races), column by
// column. Editorial text is compared with the file, never written down here.
#include <filesystem>

#include <gtest/gtest.h>
#include <simdjson.h>

#include "tests/infra/racing_api/fixtures.hpp"

namespace racefill::test {
namespace {

struct samples : testing::Test {
  void SetUp() override {
    const auto path = samples_dir()
                      / "racecards_pro_2025-10-14_all-regions.fragment.json";
    if (!std::filesystem::exists(path))
      GTEST_SKIP() << "the recorded bodies are not here: " << path;
    body = read_file(path);
    const auto decoded
      = racing_api{with_odds()}.decode_day(pages_of("2025-10-14", {body}));
    ASSERT_TRUE(decoded) << describe(decoded.error());
    unit = *decoded;
    ASSERT_EQ(parser.parse(body).get(root), simdjson::SUCCESS);
  }

  // The text at `pointer` in the file.
  std::string said(const std::string& pointer) {
    std::string_view text;
    EXPECT_EQ(root.at_pointer(pointer).get(text), simdjson::SUCCESS) << pointer;
    return std::string{text};
  }

  std::string body;
  day_unit unit;
  simdjson::dom::parser parser;
  simdjson::dom::element root;
};

TEST_F(samples, the_day_is_done_with_one_foreign_race) {
  EXPECT_EQ(unit.state, day_state::done);
  EXPECT_EQ(unit.races.size(), 2u);
  EXPECT_EQ(unit.runners.size(), 18u);
  EXPECT_EQ(unit.horses.size(), 18u);
  EXPECT_EQ(unit.pedigrees.size(), 18u);
  EXPECT_EQ(unit.new_horses.size(), 18u);
  EXPECT_EQ(unit.new_horses.front(), "hrs_57816129");
  EXPECT_EQ(unit.courses.size(), 2u);
  EXPECT_EQ(unit.foreign_races, 1);
  EXPECT_EQ(unit.dropped_runners, 0);
  EXPECT_TRUE(unit.quarantine.empty());
  const auto extent = racing_api{{}}.racecards_extent(body);
  ASSERT_TRUE(extent);
  EXPECT_EQ(extent->items, 2);
  EXPECT_EQ(extent->total, 47);
}

TEST_F(samples, the_french_race_column_by_column) {
  const auto& x = race_of(unit, "rac_11775764");
  EXPECT_EQ(to_string(x.race_date), "2025-10-14");
  EXPECT_EQ(x.course_id, "crs_5304");
  EXPECT_EQ(x.course_name, "Chantilly");
  EXPECT_EQ(x.region, "FR");
  EXPECT_EQ(x.race_name, "Prix de Saussay (Conditions) (2yo) (Turf)");
  EXPECT_EQ(x.off_time, "1:30");
  EXPECT_EQ(x.off_dt, "2025-10-14T12:30:00Z");
  EXPECT_EQ(x.race_type, "Flat");
  EXPECT_EQ(x.race_class, "");
  EXPECT_EQ(x.pattern, "");
  EXPECT_EQ(x.age_band, "2yo");
  EXPECT_EQ(x.rating_band, "");
  EXPECT_EQ(x.sex_restriction, "");
  EXPECT_EQ(x.distance, "1m");
  EXPECT_EQ(x.distance_round, "1m");
  EXPECT_EQ(x.distance_f, 8.0);
  EXPECT_EQ(x.distance_y, 1760);
  EXPECT_EQ(x.distance_m, 1609);
  EXPECT_EQ(x.prize, "£12,851");
  EXPECT_EQ(x.prize_amount, 12851.0);
  EXPECT_EQ(x.prize_currency, "GBP");
  EXPECT_EQ(x.declared_field_size, 8);
  EXPECT_EQ(x.runner_count, 8);
  EXPECT_EQ(x.going, "Soft");
  EXPECT_EQ(x.going_detailed, "");
  EXPECT_EQ(x.surface, "Turf");
  EXPECT_EQ(x.weather, "");
  EXPECT_EQ(x.rail_movements, "");
  EXPECT_EQ(x.stalls, "");
  EXPECT_EQ(x.jumps, "");
  EXPECT_FALSE(x.is_big_race);
  EXPECT_FALSE(x.is_abandoned);
  EXPECT_EQ(x.race_status, "");
  EXPECT_EQ(x.tip, "");
  EXPECT_EQ(x.verdict, "");
  EXPECT_EQ(x.betting_forecast, "");
}

TEST_F(samples, the_english_race_column_by_column) {
  const auto& x = race_of(unit, "rac_11743160");
  EXPECT_EQ(to_string(x.race_date), "2025-10-14");
  EXPECT_EQ(x.course_id, "crs_780");
  EXPECT_EQ(x.course_name, "Leicester");
  EXPECT_EQ(x.region, "GB");
  EXPECT_EQ(x.race_name, "Every Race Live On Racing TV Nursery Handicap");
  EXPECT_EQ(x.off_time, "1:44");
  EXPECT_EQ(x.off_dt, "2025-10-14T12:44:00Z");
  EXPECT_EQ(x.race_type, "Flat");
  EXPECT_EQ(x.race_class, "Class 6");
  EXPECT_EQ(x.pattern, "");
  EXPECT_EQ(x.age_band, "2yo");
  EXPECT_EQ(x.rating_band, "0-60");
  EXPECT_EQ(x.sex_restriction, "");
  EXPECT_EQ(x.distance, "1m53y");
  EXPECT_EQ(x.distance_round, "1m");
  EXPECT_EQ(x.distance_f, 8.0);
  EXPECT_EQ(x.distance_y, 1813);
  EXPECT_EQ(x.distance_m, 1658);
  EXPECT_EQ(x.prize, "£3,140");
  EXPECT_EQ(x.prize_amount, 3140.0);
  EXPECT_EQ(x.prize_currency, "GBP");
  EXPECT_EQ(x.declared_field_size, 10);
  EXPECT_EQ(x.runner_count, 10);
  EXPECT_EQ(x.going, "Good");
  EXPECT_EQ(x.going_detailed, "");
  EXPECT_EQ(x.surface, "Turf");
  EXPECT_EQ(x.weather, "");
  EXPECT_EQ(x.rail_movements, "");
  EXPECT_EQ(x.stalls, "");
  EXPECT_EQ(x.jumps, "");
  EXPECT_FALSE(x.is_big_race);
  EXPECT_FALSE(x.is_abandoned);
  EXPECT_EQ(x.race_status, "");
  EXPECT_EQ(x.tip, said("/racecards/1/tip"));
  EXPECT_EQ(x.verdict, said("/racecards/1/verdict"));
  EXPECT_EQ(x.betting_forecast, said("/racecards/1/betting_forecast"));
  EXPECT_FALSE(x.verdict.empty());
}

TEST_F(samples, a_runner_with_ratings_column_by_column) {
  const auto& x = runner_of(unit, "hrs_51491517");
  EXPECT_EQ(x.race_id, "rac_11743160");
  EXPECT_EQ(x.horse_name, "Raging Raj");
  EXPECT_EQ(x.jockey_id, "jky_286164");
  EXPECT_EQ(x.jockey_name, "David Egan");
  EXPECT_FALSE(x.jockey_claim_lbs);
  EXPECT_EQ(x.trainer_id, "trn_160659");
  EXPECT_EQ(x.owner_id, "own_1279616");
  EXPECT_EQ(x.number, 1);
  EXPECT_FALSE(x.is_non_runner);
  EXPECT_EQ(x.draw, 7);
  EXPECT_EQ(x.lbs, 133);
  EXPECT_EQ(x.age, 2);
  EXPECT_EQ(x.ofr, 60);
  EXPECT_EQ(x.rpr, 63);
  EXPECT_EQ(x.ts, 38);
  EXPECT_EQ(x.trainer_rtf, 20);
  EXPECT_EQ(x.sex, "gelding");
  EXPECT_EQ(x.sex_code, "G");
  EXPECT_EQ(x.form, "490");
  EXPECT_EQ(x.last_run, "95");
  EXPECT_EQ(x.last_run_days, 95);
  EXPECT_EQ(x.headgear, "");
  EXPECT_EQ(x.headgear_run, "");
  EXPECT_EQ(x.wind_surgery, "");
  EXPECT_EQ(x.wind_surgery_run, "");
  EXPECT_EQ(x.silk_url, "https://www.rp-assets.com/svg/4/0/9/319904.svg");
  EXPECT_EQ(x.comment, said("/racecards/1/runners/0/comment"));
  EXPECT_EQ(x.spotlight, said("/racecards/1/runners/0/spotlight"));
  EXPECT_FALSE(x.comment.empty());
  EXPECT_TRUE(x.past_results_flags.empty());
  EXPECT_EQ(x.extras,
            R"({"trainer_14_days":{"percent":"0","runs":"11","wins":"0"}})");
  EXPECT_EQ(x.odds.substr(0, 120),
            R"([{"bookmaker":"Bet365","decimal":"3.75","ew_denom":"5",)"
            R"("ew_places":"3","fractional":"11/4","history":[],)"
            R"("updated":"2025-)");
}

TEST_F(samples, claims_headgear_flags_and_missing_ratings) {
  const auto& claimer = runner_of(unit, "hrs_55764415");
  EXPECT_EQ(claimer.jockey_name, "Tommie Jakes");
  EXPECT_EQ(claimer.jockey_claim_lbs, 5);
  EXPECT_EQ(claimer.jockey_id, "jky_307032");
  EXPECT_EQ(entity_of(unit.jockeys, "jky_307032").name, "Tommie Jakes");
  const auto& hooded = runner_of(unit, "hrs_53808881");
  EXPECT_EQ(hooded.headgear, "b");
  EXPECT_EQ(hooded.headgear_run, "1");
  EXPECT_EQ(hooded.jockey_claim_lbs, 3);
  EXPECT_EQ(runner_of(unit, "hrs_54059628").past_results_flags,
            (std::vector<std::string>{"D"}));
  const auto& french = runner_of(unit, "hrs_56811314");
  EXPECT_FALSE(french.ofr);
  EXPECT_EQ(french.rpr, 102);
  EXPECT_FALSE(french.ts);
  EXPECT_EQ(french.trainer_rtf, 100);
  EXPECT_EQ(french.last_run, "");
  EXPECT_FALSE(french.last_run_days);
  EXPECT_EQ(french.comment, "");
  EXPECT_EQ(french.odds, "");
}

TEST_F(samples, a_horse_and_its_pedigree_from_the_card) {
  const auto& horse = horse_of(unit, "hrs_57816129");
  EXPECT_EQ(horse.name, "Seneque");
  EXPECT_EQ(to_string(horse.dob), "2023-02-18");
  EXPECT_EQ(horse.sex, "colt");
  EXPECT_EQ(horse.sex_code, "C");
  EXPECT_EQ(horse.colour, "b");
  EXPECT_EQ(horse.colour_code, "");
  EXPECT_EQ(horse.region, "IRE");
  EXPECT_EQ(horse.source, row_source::racecard);
  EXPECT_EQ(to_string(horse.as_of), "2025-10-14");
  const auto& x = find_row(unit.pedigrees, [](const pedigree_row& row) {
    return row.horse_id == "hrs_57816129";
  });
  EXPECT_EQ(x.sire_id, "sir_6319173");
  EXPECT_EQ(x.sire, "Zarak");
  EXPECT_EQ(x.sire_region, "FR");
  EXPECT_EQ(x.dam_id, "dam_20006056");
  EXPECT_EQ(x.dam, "Tabera");
  EXPECT_EQ(x.dam_region, "GB");
  EXPECT_EQ(x.damsire_id, "dsi_6014925");
  EXPECT_EQ(x.damsire, "Gleneagles");
  EXPECT_EQ(x.damsire_region, "IRE");
  EXPECT_EQ(x.breeder, "E Puerari, Oceanic Bloodstock Sarl Et Al");
  EXPECT_EQ(x.region, "IRE");
  EXPECT_EQ(x.source, row_source::racecard);
  EXPECT_EQ(to_string(x.as_of), "2025-10-14");
}

TEST_F(samples, people_and_courses) {
  const auto& trainer = entity_of(unit.trainers, "trn_160659");
  EXPECT_EQ(trainer.name, "Jane Chapple-Hyam");
  EXPECT_EQ(trainer.location, "Dalham, Suffolk");
  EXPECT_EQ(to_string(trainer.as_of), "2025-10-14");
  EXPECT_EQ(entity_of(unit.owners, "own_1279616").name,
            "Jastar Capital Limited");
  EXPECT_EQ(unit.trainers.size(), 17u); // C Plisson has two runners.
  const auto& course = unit.courses[0];
  EXPECT_EQ(course.course_id, "crs_5304");
  EXPECT_EQ(course.name, "Chantilly");
  EXPECT_EQ(course.region, "FR");
  EXPECT_EQ(course.region_code, "");
  EXPECT_EQ(course.source, row_source::racecard);
  EXPECT_EQ(unit.bookmakers.size(), 28u);
}

TEST_F(samples, recorded_profiles_and_course_lists_decode) {
  const racing_api api{{}};
  const auto today = *parse_date("2025-10-16");
  const auto unit_of = [&](const char* id, const char* file) {
    const auto one = api.decode_horse(id, read_file(samples_dir() / file),
                                      today);
    EXPECT_TRUE(one) << file;
    return one ? *one : horse_unit{};
  };
  const auto whole = unit_of("hrs_6181308",
                             "horse_pro_hrs_6181308.complete.json");
  ASSERT_EQ(whole.horses.size(), 1u);
  EXPECT_EQ(whole.horses[0].name, "Flaggan (IRE)");
  EXPECT_EQ(to_string(whole.horses[0].dob), "2011-06-19");
  EXPECT_EQ(whole.horses[0].colour, "b");
  EXPECT_EQ(whole.horses[0].colour_code, "B");
  EXPECT_EQ(whole.horses[0].sex, "gelding");
  EXPECT_EQ(whole.pedigrees.at(0).sire, "Stowaway (GB)");
  EXPECT_EQ(whole.pedigrees.at(0).damsire_id, "dsi_2117444");
  EXPECT_EQ(whole.pedigrees.at(0).breeder, "Liam Delahunty & Dick O'Hara");
  const auto partial = unit_of(
    "hrs_35055048", "horse_pro_hrs_35055048.doc-transcribed.partial.json");
  EXPECT_EQ(partial.horses.at(0).colour, "");
  EXPECT_EQ(partial.horses.at(0).colour_code, "BR");
  unit_of("hrs_5344171", "vendor-example-1.4.3_HorsePro.json");
  auto list = read_file(samples_dir() / "courses_gb.fragment.json");
  EXPECT_FALSE(api.decode_courses(list, today)); // Two of 69.
  list.replace(list.find("69"), 2, "2");
  const auto courses = api.decode_courses(list, today);
  ASSERT_TRUE(courses);
  EXPECT_EQ(courses->courses.at(0).course_id, "crs_52");
  EXPECT_EQ(courses->courses.at(0).name, "Ascot");
  EXPECT_EQ(courses->courses.at(0).region_code, "gb");
  EXPECT_EQ(courses->courses.at(0).region, "Great Britain");
}

TEST_F(samples, the_providers_own_example_decodes_without_a_refusal) {
  const auto race
    = read_file(samples_dir() / "vendor-example-1.4.3_RacecardOddsPro.json");
  const auto decoded = racing_api{{}}.decode_day(
    pages_of("2026-01-11", {R"({"racecards":[)" + race + R"(],"total":1})"}));
  ASSERT_TRUE(decoded);
  EXPECT_TRUE(decoded->quarantine.empty());
  EXPECT_EQ(decoded->races.at(0).off_dt, "2026-01-11T05:00:00Z");
  const auto& runner = runner_of(*decoded, "hrs_8192583");
  EXPECT_EQ(runner.jockey_name, "Rose Dawes");
  EXPECT_EQ(runner.jockey_claim_lbs, 5);
  EXPECT_EQ(runner.last_run_days, 192);
  EXPECT_NE(runner.extras.find("prev_trainers"), std::string::npos);
}

} // namespace
} // namespace racefill::test
