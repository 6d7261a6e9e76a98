/// The record store, the same tests on every database.
#include <map>

#include "infra/store/ledger.hpp"
#include "infra/store/table_model.hpp"
#include "tests/infra/store/sample_units.hpp"
#include "tests/infra/store/store_fixture.hpp"

namespace racefill {
namespace {

TEST_P(store_test, stores_every_column_of_a_day) {
  const auto receipt = write(full_day("2024-06-01"));
  ASSERT_EQ(receipt.days.size(), 1u);
  EXPECT_EQ(receipt.days[0].state, day_state::done);
  EXPECT_EQ(receipt.days[0].races, 1);
  EXPECT_EQ(receipt.days[0].runners, 2);
  EXPECT_EQ(receipt.days[0].quarantined, 0);
  EXPECT_EQ(receipt.days[0].new_horses,
            (std::vector<std::string>{"hrs_1", "hrs_2"}));
  for (const auto* tab :
       {&races_table(), &runners_table(), &horses_table(), &pedigree_table(),
        &jockeys_table(), &trainers_table(), &owners_table()}) {
    std::string columns;
    for (const auto& col : tab->columns)
      if (col.name != "removed_at" && col.name != "colour_code")
        columns += (columns.empty() ? "" : ",") + col.name;
    const auto rows = database.rows("SELECT " + columns + " FROM " + tab->name);
    ASSERT_FALSE(rows.empty()) << tab->name;
    for (const auto& row : rows)
      for (std::size_t i = 0; i < row.size(); ++i)
        EXPECT_NE(row[i], "-") << tab->name << " column " << i;
  }
  EXPECT_EQ(database.cell("SELECT runner_id FROM ra_mst_runners WHERE "
                          "horse_id='hrs_2'"),
            "rac_240601_hrs_2");
  EXPECT_EQ(database.cell("SELECT prize FROM ra_mst_races"), "£4,193");
}

TEST_P(store_test, writes_nothing_when_the_same_batch_comes_again) {
  write(full_day("2024-06-01"));
  const auto before = database.rows("SELECT * FROM ra_mst_runners");
  const auto receipt = write(full_day("2024-06-01"));
  for (const auto& change : receipt.tables)
    EXPECT_EQ(change.changed, 0) << change.table;
  EXPECT_TRUE(receipt.days[0].new_horses.empty());
  EXPECT_EQ(receipt.days[0].runners, 2);
  EXPECT_EQ(database.rows("SELECT * FROM ra_mst_runners"), before);
}

TEST_P(store_test, never_turns_a_known_value_into_null) {
  write(full_day("2024-06-01"));
  auto poor = full_day("2024-06-01");
  poor.races[0].going.clear();
  poor.races[0].distance_y = caf::none;
  poor.runners[0].spotlight.clear();
  poor.runners[0].past_results_flags.clear();
  poor.horses[0].dob = date{};
  poor.horses[0].colour.clear();
  poor.horses[0].as_of = day("2025-01-01");
  poor.trainers[0].location.clear();
  write(poor);
  EXPECT_EQ(database.rows("SELECT going,distance_y FROM ra_mst_races"),
            (std::vector<std::vector<std::string>>{{"Good", "3509"}}));
  EXPECT_EQ(database.cell("SELECT COUNT(*) FROM ra_mst_runners WHERE spotlight "
                          "IS NULL OR past_results_flags IS NULL"),
            "0");
  EXPECT_EQ(database.cell("SELECT COUNT(*) FROM ra_horses WHERE dob IS NULL OR "
                          "colour IS NULL"),
            "0");
  EXPECT_EQ(database.cell("SELECT location FROM ra_trainers"), "Newmarket");
}

TEST_P(store_test, lets_the_profile_rule_its_columns_in_any_order) {
  for (const auto profile_first : {true, false}) {
    const std::string id = profile_first ? "hrs_10" : "hrs_20";
    if (profile_first)
      write(profile(id, "2024-01-01"));
    write(full_day("2024-06-01", {id}));
    if (!profile_first)
      write(profile(id, "2024-01-01"));
    EXPECT_EQ(
      database.rows("SELECT name,colour_code,region FROM ra_horses "
                    "WHERE horse_id='"
                    + id + "'"),
      (std::vector<std::vector<std::string>>{{"Mr Nippy (IRE)", "B", "IRE"}}));
    EXPECT_EQ(
      database.rows("SELECT sire,sire_region,source FROM ra_horse_pedigree "
                    "WHERE horse_id='"
                    + id + "'"),
      (std::vector<std::vector<std::string>>{{"Galileo (IRE)", "IRE", "pro"}}));
  }
}

TEST_P(store_test, follows_the_newest_card_for_what_changes_in_life) {
  auto newer = full_day("2024-06-01");
  newer.horses[0].sex = "gelding";
  newer.horses[0].sex_code = "G";
  newer.trainers[0].location = "Lambourn";
  write(newer);
  write(full_day("2023-06-01")); // Older: a colt, Newmarket.
  auto profile_lags = profile("hrs_1", "2025-01-01");
  write(profile_lags); // Newer, but still says colt.
  EXPECT_EQ(database.rows("SELECT sex,sex_code FROM ra_horses WHERE "
                          "horse_id='hrs_1'"),
            (std::vector<std::vector<std::string>>{{"gelding", "G"}}));
  EXPECT_EQ(database.cell("SELECT location FROM ra_trainers"), "Lambourn");
}

TEST_P(store_test, makes_a_stub_for_a_parent_that_is_missing) {
  auto unit = full_day("2024-06-01");
  unit.jockeys.clear();
  unit.courses.clear();
  unit.horses.clear();
  const auto receipt = write(unit);
  EXPECT_EQ(receipt.days[0].runners, 2);
  EXPECT_EQ(database.cell("SELECT name FROM ra_jockeys"), "jky_1");
  EXPECT_EQ(database.cell("SELECT name FROM ra_horses WHERE horse_id='hrs_1'"),
            "hrs_1");
  // Any real name replaces it, even the oldest card's.
  write(full_day("2001-01-01"));
  EXPECT_EQ(database.cell("SELECT name FROM ra_jockeys"), "Tommie Jakes");
  EXPECT_EQ(database.cell("SELECT name FROM ra_horses WHERE horse_id='hrs_1'"),
            "Mr Nippy");
}

TEST_P(store_test, marks_runners_that_left_the_card_and_clears_the_mark) {
  write(full_day("2024-06-01", {"hrs_1", "hrs_2", "hrs_3"}));
  write(full_day("2024-06-01", {"hrs_1", "hrs_3"}));
  const auto removed = "SELECT horse_id FROM ra_mst_runners WHERE removed_at "
                       "IS NOT NULL ORDER BY horse_id";
  EXPECT_EQ(database.rows(removed),
            (std::vector<std::vector<std::string>>{{"hrs_2"}}));
  write(full_day("2024-06-01", {"hrs_1", "hrs_2", "hrs_3"}));
  EXPECT_TRUE(database.rows(removed).empty());
}

TEST_P(store_test, touches_the_clocks_only_when_a_row_changes) {
  write(full_day("2024-06-01"));
  database.execute("UPDATE ra_mst_races SET created_at='2020-01-01T00:00:00Z',"
                   "updated_at='2020-01-01T00:00:00Z',"
                   "fetched_at='2020-01-01T00:00:00Z'");
  const auto clocks = "SELECT created_at,updated_at,fetched_at "
                      "FROM ra_mst_races";
  const auto old = database.rows(clocks);
  write(full_day("2024-06-01"));
  EXPECT_EQ(database.rows(clocks), old);
  auto changed = full_day("2024-06-01");
  changed.races[0].going = "Heavy";
  write(changed);
  const auto fresh = database.rows(clocks);
  EXPECT_EQ(fresh[0][0], old[0][0]);
  EXPECT_NE(fresh[0][1], old[0][1]);
  EXPECT_NE(fresh[0][2], old[0][2]);
}

TEST_P(store_test, keeps_what_is_settled_when_a_failure_comes_late) {
  const auto state_of = [&](day_state incoming, const char* on) {
    day_unit unit;
    unit.day = day(on);
    unit.state = incoming;
    unit.attempts = 5;
    unit.error = incoming == day_state::failed ? "server_error" : "";
    return write(unit).days[0].state;
  };
  write(full_day("2024-06-01"));
  EXPECT_EQ(state_of(day_state::failed, "2024-06-01"), day_state::done);
  EXPECT_EQ(state_of(day_state::provisional, "2024-06-01"), day_state::done);
  EXPECT_EQ(state_of(day_state::empty, "2024-06-01"), day_state::done);
  EXPECT_EQ(state_of(day_state::failed, "2024-06-02"), day_state::failed);
  EXPECT_EQ(state_of(day_state::empty, "2024-06-02"), day_state::empty);
  EXPECT_EQ(state_of(day_state::failed, "2024-06-02"), day_state::empty);
  EXPECT_EQ(state_of(day_state::provisional, "2024-06-03"),
            day_state::provisional);
  EXPECT_EQ(state_of(day_state::done, "2024-06-03"), day_state::done);
  const auto loaded = store->load_days(day("2024-06-01"), day("2024-06-02"));
  ASSERT_TRUE(loaded);
  ASSERT_EQ(loaded->size(), 2u);
  EXPECT_EQ((*loaded)[0].day, day("2024-06-01"));
  EXPECT_EQ((*loaded)[0].runners, 2);
  EXPECT_EQ((*loaded)[1].error, "");
}

TEST_P(store_test, records_unasked_days_unless_they_brought_something) {
  write(full_day("2015-01-02"));
  write_batch batch;
  batch.not_offered = {day("2015-01-01"), day("2015-01-02")};
  const auto receipt = write(batch);
  EXPECT_EQ(receipt.not_offered, (std::vector<date>{day("2015-01-01")}));
  const auto loaded = store->load_days(day("2015-01-01"), day("2015-01-02"));
  EXPECT_EQ((*loaded)[0].state, day_state::not_offered);
  EXPECT_EQ((*loaded)[1].state, day_state::done);
}

TEST_P(store_test, keeps_a_horse_done_once_it_is_done) {
  write(full_day("2024-06-01"));
  const auto receipt = write(profile("hrs_1", "2024-07-01"));
  ASSERT_EQ(receipt.horses.size(), 1u);
  EXPECT_EQ(receipt.horses[0].state, horse_state::done);
  EXPECT_TRUE(receipt.horses[0].pedigree);
  horse_unit late;
  late.horse_id = "hrs_1";
  late.state = horse_state::failed;
  late.error = "timed_out";
  EXPECT_EQ(write(late).horses[0].state, horse_state::done);
  late.horse_id = "hrs_2";
  late.state = horse_state::not_found;
  late.error.clear();
  EXPECT_EQ(write(late).horses[0].state, horse_state::not_found);
  const auto totals = store->load_totals();
  ASSERT_TRUE(totals);
  EXPECT_EQ(totals->horses_done, 1);
  EXPECT_EQ(totals->horses_not_found, 1);
  EXPECT_EQ(totals->horses_pending, 0);
  EXPECT_EQ(totals->horses, 2);
  EXPECT_EQ(totals->runners, 2);
  EXPECT_EQ(*store->reopen_horses(horse_state::not_found), 1);
  EXPECT_EQ(store->load_totals()->horses_pending, 1);
}

TEST_P(store_test, a_horse_asked_again_keeps_its_reason_until_it_is_answered) {
  write(full_day("2024-06-01", {"hrs_1", "hrs_2", "hrs_3"}));
  horse_unit bad;
  bad.horse_id = "hrs_2";
  bad.state = horse_state::failed;
  bad.error = "server_error";
  write(bad);
  bad.horse_id = "hrs_3";
  write(bad);
  EXPECT_EQ(*store->reopen_horses(horse_state::failed), 2);
  EXPECT_EQ(store->load_totals()->horses_pending, 3);
  write(profile("hrs_2", "2024-07-01")); // One is healed …
  EXPECT_EQ(*store->close_horses(), 1);  // … one was not asked, …
  const auto totals = store->load_totals();
  EXPECT_EQ(totals->horses_failed, 1);
  EXPECT_EQ(totals->horses_done, 1);
  EXPECT_EQ(totals->horses_pending, 1); // … and one has never been.
  EXPECT_EQ(*store->close_horses(), 0);
}

TEST_P(store_test, settled_days_are_asked_again) {
  write(full_day("2024-06-01"));
  day_unit empty;
  empty.day = *parse_date("2024-06-02");
  empty.state = day_state::empty;
  empty.attempts = 1;
  write(empty);
  auto failed = empty;
  failed.day = *parse_date("2024-06-03");
  failed.state = day_state::failed;
  failed.error = "server_error";
  write(failed);
  const std::vector<date> all = {*parse_date("2024-06-01"), empty.day,
                                 failed.day, *parse_date("2024-06-04")};
  EXPECT_EQ(*store->reopen_days(all), 2);
  const auto days = store->load_days(all.front(), all.back());
  ASSERT_EQ(days->size(), 3u);
  EXPECT_EQ(days->at(0).state, day_state::pending);
  EXPECT_EQ(days->at(1).state, day_state::pending);
  EXPECT_EQ(days->at(2).state, day_state::failed);
  EXPECT_EQ(days->at(2).error, "server_error");
  EXPECT_EQ(*store->reopen_days(all), 0);
}

TEST_P(store_test, says_what_a_day_is_that_was_to_be_not_offered) {
  day_unit empty;
  empty.day = *parse_date("2024-06-02");
  empty.state = day_state::empty;
  empty.attempts = 1;
  write(empty);
  write_batch batch;
  batch.not_offered = {*parse_date("2024-06-01"), empty.day};
  const auto receipt = store->write(batch);
  ASSERT_TRUE(receipt);
  EXPECT_EQ(receipt->not_offered, std::vector{*parse_date("2024-06-01")});
  ASSERT_EQ(receipt->days.size(), 1u);
  EXPECT_EQ(receipt->days[0].day, empty.day);
  EXPECT_EQ(receipt->days[0].state, day_state::empty);
  EXPECT_EQ(receipt->days[0].attempts, 0);
}

TEST_P(store_test, pages_horses_by_their_ids) {
  write(full_day("2024-06-01", {"hrs_3", "hrs_1", "hrs_20", "hrs_2", "hrs_1"}));
  const auto first = store->load_horses("", 3);
  ASSERT_TRUE(first);
  ASSERT_EQ(first->size(), 3u);
  EXPECT_EQ((*first)[2].horse_id, "hrs_20");
  EXPECT_EQ((*first)[0].state, horse_state::pending);
  const auto rest = store->load_horses("hrs_20", 3);
  ASSERT_EQ(rest->size(), 1u);
  EXPECT_EQ((*rest)[0].horse_id, "hrs_3");
  EXPECT_EQ(*store->count_horses(), 4);
}

TEST_P(store_test, puts_a_refused_row_aside_and_keeps_the_rest) {
  std::vector<std::string> ids;
  for (int i = 0; i < 300; ++i)
    ids.push_back("hrs_" + std::to_string(i));
  auto unit = full_day("2024-06-01", ids);
  // No such race: the foreign key refuses this one runner.
  unit.runners[123].race_id = "rac_unknown";
  unit.runners[7].ofr = 100'000; // No rating, and no smallint.
  const auto receipt = write(unit);
  EXPECT_EQ(receipt.days[0].runners, 299);
  EXPECT_EQ(receipt.days[0].quarantined, 2);
  EXPECT_EQ(receipt.days[0].state, day_state::done);
  EXPECT_EQ(database.cell("SELECT COUNT(*) FROM ra_mst_runners"), "299");
  EXPECT_EQ(database.rows("SELECT source,source_key,row_key,column_name FROM "
                          "racefill_quarantine ORDER BY row_key"),
            (std::vector<std::vector<std::string>>{
              {"racecards", "2024-06-01", "rac_240601_hrs_7", "ofr"},
              {"racecards", "2024-06-01", "rac_unknown_hrs_123", "-"}}));
  write(unit); // Found again, kept once.
  EXPECT_EQ(database.cell("SELECT COUNT(*) FROM racefill_quarantine"), "2");
}

TEST_P(store_test, does_not_call_a_day_done_when_most_of_it_was_refused) {
  auto unit = full_day("2024-06-01");
  for (auto& runner : unit.runners)
    runner.race_id = "rac_unknown";
  const auto receipt = write(unit);
  EXPECT_EQ(receipt.days[0].state, day_state::failed);
  EXPECT_NE(receipt.days[0].error.find("racefill_quarantine"),
            std::string::npos);
}

TEST_P(store_test, stores_hostile_text_or_says_why_not) {
  auto unit = full_day("2024-06-01");
  unit.runners[0].comment = std::string(80'000, 'x');
  unit.runners[0].spotlight = "Robert'); DROP TABLE ra_horses;-- \\ é ½ 🐎";
  unit.runners[1].comment = std::string{"nul\0byte", 8};
  unit.runners[1].form = "\xff\xfe";
  unit.owners[0].name = std::string{"bad\xc3"};
  const auto receipt = write(unit);
  EXPECT_EQ(receipt.days[0].quarantined, 3);
  EXPECT_EQ(database.cell("SELECT spotlight FROM ra_mst_runners WHERE "
                          "horse_id='hrs_1'"),
            unit.runners[0].spotlight);
  EXPECT_EQ(database.cell("SELECT length(comment) FROM ra_mst_runners WHERE "
                          "horse_id='hrs_1'"),
            "80000");
  EXPECT_EQ(database.cell("SELECT name FROM ra_owners"), "own_1");
}

TEST_P(store_test, merges_a_horse_that_comes_twice_in_a_batch) {
  write_batch batch;
  batch.days = {full_day("2024-06-02"), full_day("2024-06-01")};
  batch.days[0].trainers[0].location = "Lambourn";
  batch.horses = {profile("hrs_1", "2024-06-03")};
  const auto receipt = write(batch);
  EXPECT_EQ(receipt.days[0].new_horses, (std::vector<std::string>{"hrs_2"}));
  EXPECT_TRUE(receipt.days[1].new_horses.empty());
  EXPECT_EQ(database.cell("SELECT location FROM ra_trainers"), "Lambourn");
  EXPECT_EQ(database.cell("SELECT name FROM ra_horses WHERE horse_id='hrs_1'"),
            "Mr Nippy (IRE)");
  EXPECT_EQ(database.cell("SELECT COUNT(*) FROM ra_mst_runners"), "4");
}

TEST_P(store_test, stores_courses_and_bookmakers) {
  write(full_day("2024-06-01"));
  write_batch batch;
  reference_unit unit;
  course_row course;
  course.course_id = "crs_1";
  course.name = "Ascot Racecourse";
  course.region_code = "gb";
  course.region = "Great Britain";
  course.source = row_source::profile;
  course.as_of = day("2020-01-01");
  unit.courses.push_back(course);
  unit.bookmakers.push_back({"bet365", "bet365", "online", true});
  unit.bookmakers.push_back({"betfair", "Betfair", "exchange", true});
  batch.references.push_back(unit);
  write(batch);
  EXPECT_EQ(
    database.rows("SELECT name,region_code FROM ra_courses"),
    (std::vector<std::vector<std::string>>{{"Ascot Racecourse", "gb"}}));
  EXPECT_EQ(database.cell("SELECT COUNT(*) FROM ra_bookmakers"), "2");
}

TEST_P(store_test, remembers_runs) {
  EXPECT_EQ(store->load_last_run()->run_id, "");
  run_record run;
  run.run_id = "run-1";
  run.started_at = "2026-01-02T03:04:05Z";
  run.start = day("2015-01-01");
  run.end = day("2025-10-16");
  run.order = "newest-first";
  run.fast = true;
  run.version = "0.1.0";
  run.stats = R"({"races":1})";
  ASSERT_TRUE(store->save_run(run));
  run.ended_at = "2026-01-02T04:04:05Z";
  run.outcome = "finished";
  run.exit_status = 0;
  ASSERT_TRUE(store->save_run(run));
  const auto loaded = store->load_last_run();
  ASSERT_TRUE(loaded) << describe(loaded.error());
  EXPECT_EQ(loaded->started_at, run.started_at);
  EXPECT_EQ(loaded->ended_at, run.ended_at);
  EXPECT_EQ(loaded->start, run.start);
  EXPECT_EQ(loaded->end, run.end);
  EXPECT_TRUE(loaded->fast);
  EXPECT_EQ(loaded->exit_status, 0);
  EXPECT_EQ(loaded->stats, run.stats);
  write(full_day("2024-06-01"));
  EXPECT_EQ(database.cell("SELECT run_id FROM racefill_days"), "run-1");
}

INSTANTIATE_TEST_SUITE_P(on, store_test,
                         testing::Values(place::sqlite, place::postgres,
                                         place::pooler),
                         name_of);

} // namespace
} // namespace racefill
