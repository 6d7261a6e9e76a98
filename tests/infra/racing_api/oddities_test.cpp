// The synthetic day of tests/data/racecards-oddities.json: everything odd that
// the provider is known to send, in one body.
#include <gtest/gtest.h>

#include "tests/infra/racing_api/fixtures.hpp"

namespace racefill::test {
namespace {

struct oddities : testing::Test {
  day_unit unit = *decode({fixture("racecards-oddities.json")}, with_odds());
};

TEST_F(oddities, leave_the_day_done_and_counted) {
  EXPECT_EQ(unit.state, day_state::done);
  EXPECT_EQ(unit.races.size(), 4u);
  EXPECT_EQ(unit.dropped_runners, 2);
  EXPECT_EQ(unit.foreign_races, 1);
  EXPECT_EQ(race_of(unit, "rac_21").runner_count, 7);
  EXPECT_EQ(unit.runners.size(), 9u);
  EXPECT_EQ(unit.new_horses, (std::vector<std::string>{
                               "hrs_11", "hrs_12", "hrs_13", "hrs_14", "hrs_17",
                               "hrs_18", "hrs_19", "hrs_31", "hrs_41"}));
}

TEST_F(oddities, a_non_runner_brings_no_jockey_but_keeps_the_id) {
  const auto& row = runner_of(unit, "hrs_11");
  EXPECT_TRUE(row.is_non_runner);
  EXPECT_FALSE(row.number);
  EXPECT_FALSE(row.draw);
  EXPECT_EQ(row.jockey_id, "jky_500");
  EXPECT_EQ(row.jockey_name, "");
  EXPECT_FALSE(row.jockey_claim_lbs);
  // The real jockey of that id rides another horse: its name wins.
  EXPECT_EQ(entity_of(unit.jockeys, "jky_500").name, "Jo Stand-In");
}

TEST_F(oddities, missing_marks_are_null_without_a_note) {
  const auto& row = runner_of(unit, "hrs_11");
  for (const auto* cell :
       {&row.ofr, &row.rpr, &row.ts, &row.lbs, &row.age, &row.last_run_days})
    EXPECT_FALSE(*cell);
  EXPECT_EQ(row.last_run, "(32F)");
  EXPECT_EQ(row.form, "-34211");
  EXPECT_TRUE(refusals_of(unit.quarantine, "rac_21_hrs_11").empty());
}

TEST_F(oddities, a_claim_is_parted_from_the_name) {
  const auto& row = runner_of(unit, "hrs_12");
  EXPECT_EQ(row.jockey_name, "Rosé Ó Briain");
  EXPECT_EQ(row.jockey_claim_lbs, 7);
  EXPECT_EQ(entity_of(unit.jockeys, "jky_12").name, "Rosé Ó Briain");
  EXPECT_FALSE(row.is_non_runner);
  EXPECT_EQ(row.number, 2);
  EXPECT_EQ(row.draw, 7);
  EXPECT_EQ(row.last_run_days, 31);
}

TEST_F(oddities, an_undeclared_runner_has_no_jockey_and_no_extras) {
  const auto& row = runner_of(unit, "hrs_13");
  EXPECT_EQ(row.jockey_id, "");
  EXPECT_EQ(row.jockey_name, "");
  EXPECT_EQ(row.comment, "");
  EXPECT_EQ(row.extras, "");
  EXPECT_EQ(row.odds, "");
  EXPECT_TRUE(row.past_results_flags.empty());
  EXPECT_TRUE(refusals_of(unit.quarantine, "rac_21_hrs_13").empty());
}

TEST_F(oddities, null_fields_are_no_news_and_no_pedigree) {
  const auto& horse = horse_of(unit, "hrs_17");
  EXPECT_EQ(horse.name, "Horse 17");
  EXPECT_FALSE(horse.dob.known());
  EXPECT_EQ(horse.region, "");
  for (const auto& row : unit.pedigrees)
    EXPECT_NE(row.horse_id, "hrs_17");
  EXPECT_TRUE(refusals_of(unit.quarantine, "rac_21_hrs_17").empty());
}

TEST_F(oddities, a_horse_listed_twice_is_one_row) {
  const auto& row = runner_of(unit, "hrs_18");
  EXPECT_EQ(row.comment, "later entry");
  EXPECT_EQ(row.spotlight, "kept from the first");
  EXPECT_EQ(row.lbs, 121);
  EXPECT_EQ(refusals_of(unit.quarantine, "rac_21_hrs_18"),
            (std::vector<std::string>{
              ": listed twice in this race; merged, the later entry ruling"}));
}

TEST_F(oddities, runners_without_an_id_are_dropped_with_their_payload) {
  int seen = 0;
  for (const auto& row : unit.quarantine)
    if (row.row_key == "rac_21" && row.reason == "no usable horse_id") {
      ++seen;
      EXPECT_EQ(row.table_name, "ra_mst_runners");
      EXPECT_EQ(row.source, "racecards");
      EXPECT_EQ(row.source_key, "2024-05-01");
      EXPECT_NE(row.payload.find("Comment on 1"), std::string::npos);
    }
  EXPECT_EQ(seen, 2);
}

TEST_F(oddities, values_of_another_type_are_read_when_plain) {
  const auto& row = runner_of(unit, "hrs_19");
  EXPECT_EQ(row.number, 9);
  EXPECT_EQ(row.draw, 3);
  EXPECT_EQ(row.lbs, 131);
  EXPECT_EQ(row.age, 6);
  const auto& race = race_of(unit, "rac_21");
  EXPECT_TRUE(race.is_big_race);
  EXPECT_FALSE(race.is_abandoned);
}

TEST_F(oddities, values_that_break_a_column_are_quarantined_alone) {
  const auto& row = runner_of(unit, "hrs_19");
  EXPECT_FALSE(row.ofr);
  EXPECT_FALSE(row.rpr);
  EXPECT_EQ(row.ts, 62);
  EXPECT_EQ(row.last_run, "soon");
  EXPECT_FALSE(row.last_run_days);
  EXPECT_EQ(
    refusals_of(unit.quarantine, "rac_21_hrs_19"),
    (std::vector<std::string>{"ofr: no whole number that the column holds",
                              "rpr: no whole number that the column holds",
                              "last_run_days: no days since the last run"}));
  EXPECT_FALSE(horse_of(unit, "hrs_19").dob.known());
  EXPECT_EQ(refusals_of(unit.quarantine, "hrs_19"),
            (std::vector<std::string>{"dob: no day YYYY-MM-DD"}));
}

TEST_F(oddities, money_and_distance_of_other_shapes) {
  const auto& irish = race_of(unit, "rac_21");
  EXPECT_EQ(irish.prize_amount, 1234.5);
  EXPECT_EQ(irish.prize_currency, "EUR");
  EXPECT_EQ(irish.distance_y, 1210);
  EXPECT_EQ(irish.distance_m, 1106);
  EXPECT_EQ(irish.distance_f, 5.5);
  EXPECT_EQ(irish.off_time, "8:30");
  EXPECT_EQ(irish.off_dt, "2024-05-01T19:30:00Z");
  const auto& french = race_of(unit, "rac_22");
  EXPECT_EQ(french.prize_amount, 12851.5);
  EXPECT_EQ(french.prize_currency, "");
  EXPECT_EQ(french.declared_field_size, 0);
  EXPECT_EQ(french.off_dt, "");
  EXPECT_FALSE(french.is_big_race);
  EXPECT_TRUE(refusals_of(unit.quarantine, "rac_22").empty());
}

TEST_F(oddities, a_race_of_another_day_keeps_its_own) {
  const auto& race = race_of(unit, "rac_23");
  EXPECT_EQ(to_string(race.race_date), "2024-05-02");
  EXPECT_EQ(race.runner_count, 0);
  EXPECT_EQ(race.declared_field_size, 12);
  EXPECT_EQ(refusals_of(unit.quarantine, "rac_23"),
            (std::vector<std::string>{
              "race_date: not the day asked for; stored as the provider "
              "says"}));
}

TEST_F(oddities, a_race_full_of_nonsense_is_still_a_race) {
  const auto& race = race_of(unit, "rac_24");
  EXPECT_EQ(to_string(race.race_date), "2024-05-01");
  EXPECT_EQ(race.off_dt, "");
  EXPECT_EQ(race.distance, "far");
  EXPECT_FALSE(race.distance_y);
  EXPECT_FALSE(race.distance_m);
  EXPECT_FALSE(race.distance_f);
  EXPECT_EQ(race.prize, "a lot");
  EXPECT_FALSE(race.prize_amount);
  EXPECT_FALSE(race.declared_field_size);
  EXPECT_FALSE(race.is_big_race);
  EXPECT_EQ(race.runner_count, 1);
  EXPECT_EQ(refusals_of(unit.quarantine, "rac_24").size(), 7u);
}

TEST_F(oddities, races_without_an_id_go_to_quarantine_whole) {
  const auto whole = refusals_of(unit.quarantine, "");
  EXPECT_EQ(whole, (std::vector<std::string>{": no usable race_id",
                                             ": no usable race_id"}));
}

TEST_F(oddities, bookmakers_are_one_whatever_their_spelling) {
  const auto& row = find_row(unit.bookmakers, [](const bookmaker_row& x) {
    return x.bookmaker_id == "spreadex";
  });
  EXPECT_EQ(row.name, "Spreadex");
  EXPECT_EQ(row.type, "spread");
}

TEST_F(oddities, rows_come_sorted_and_once_a_key) {
  auto increasing = [](const auto& rows, auto key) {
    for (std::size_t i = 1; i < rows.size(); ++i)
      if (!(key(rows[i - 1]) < key(rows[i])))
        return false;
    return !rows.empty();
  };
  EXPECT_TRUE(increasing(unit.races, [](auto& x) { return x.race_id; }));
  EXPECT_TRUE(
    increasing(unit.runners, [](auto& x) { return x.race_id + x.horse_id; }));
  EXPECT_TRUE(increasing(unit.horses, [](auto& x) { return x.horse_id; }));
  EXPECT_TRUE(increasing(unit.pedigrees, [](auto& x) { return x.horse_id; }));
  EXPECT_TRUE(increasing(unit.jockeys, [](auto& x) { return x.id; }));
  EXPECT_TRUE(increasing(unit.trainers, [](auto& x) { return x.id; }));
  EXPECT_TRUE(increasing(unit.owners, [](auto& x) { return x.id; }));
  EXPECT_TRUE(increasing(unit.courses, [](auto& x) { return x.course_id; }));
  EXPECT_TRUE(
    increasing(unit.bookmakers, [](auto& x) { return x.bookmaker_id; }));
}

TEST_F(oddities, every_id_of_a_runner_has_its_row) {
  for (const auto& row : unit.runners) {
    EXPECT_NO_THROW(horse_of(unit, row.horse_id));
    EXPECT_NO_THROW(race_of(unit, row.race_id));
    if (!row.jockey_id.empty()) {
      EXPECT_NO_THROW(entity_of(unit.jockeys, row.jockey_id));
    }
    if (!row.trainer_id.empty()) {
      EXPECT_NO_THROW(entity_of(unit.trainers, row.trainer_id));
    }
    if (!row.owner_id.empty()) {
      EXPECT_NO_THROW(entity_of(unit.owners, row.owner_id));
    }
  }
}

} // namespace
} // namespace racefill::test
