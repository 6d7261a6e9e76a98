#include "infra/facts/checks.hpp"

#include "infra/facts/coverage.hpp"
#include "infra/facts/repair.hpp"
#include "tests/infra/facts/report_world.hpp"

namespace racefill {
namespace {

class checks_test : public report_world {};

TEST_P(checks_test, a_whole_database_passes_everything) {
  const auto report = check();
  EXPECT_EQ(complaints(report), "");
  EXPECT_EQ(find(report, "V1").value, 100);
  EXPECT_EQ(find(report, "V1b").value, 9);
  EXPECT_EQ(find(report, "K1").value, 100);
}

TEST_P(checks_test, values_equal_the_seed_queries_run_verbatim) {
  plant("DELETE FROM ra_mst_runners WHERE race_id='rac_3_1'");
  plant("UPDATE ra_horses SET dob=NULL WHERE horse_id='hrs_1_1'");
  const auto report = check();
  const std::string join
    = " FROM ra_mst_races r LEFT JOIN ra_mst_runners run ON "
      "r.race_id=run.race_id WHERE r.race_date>='2015-01-01'";
  ASSERT_EQ(report.facts.years.size(), 1U);
  const auto& year = report.facts.years[0];
  EXPECT_EQ(std::to_string(year.races),
            database.cell("SELECT COUNT(DISTINCT r.race_id)" + join));
  EXPECT_EQ(std::to_string(year.with_runners),
            database.cell("SELECT COUNT(DISTINCT run.race_id)" + join));
  EXPECT_EQ(std::to_string(year.runners),
            database.cell("SELECT COUNT(run.runner_id)" + join));
  EXPECT_EQ(std::to_string(report.facts.enrichment.with_dob),
            database.cell("SELECT COUNT(dob) FROM ra_horses"));
}

TEST_P(checks_test, a_missing_day_is_named) {
  plant("DELETE FROM ra_mst_runners WHERE race_id LIKE 'rac_4_%'");
  plant("DELETE FROM ra_mst_races WHERE race_id LIKE 'rac_4_%'");
  plant("DELETE FROM racefill_days WHERE day='2024-06-05'");
  const auto report = check();
  const auto& k1 = find(report, "K1");
  EXPECT_EQ(k1.outcome, verdict::fail);
  ASSERT_EQ(k1.keys.size(), 1U);
  EXPECT_EQ(k1.keys[0], "2024-06-05");
  EXPECT_EQ(k1.value, 90);
}

TEST_P(checks_test, a_day_that_lost_rows_differs_from_the_ledger) {
  plant("DELETE FROM ra_mst_runners WHERE race_id='rac_2_0' AND horse_id<>"
        "'hrs_2_0'");
  const auto report = check();
  EXPECT_EQ(complaints(report), "X1 K8 ");
  EXPECT_EQ(find(report, "X1").keys, std::vector<std::string>{"rac_2_0"});
  EXPECT_EQ(find(report, "K8").keys,
            std::vector<std::string>{"2024-06-03: 2/2 races, 10/18 runners"});
  EXPECT_EQ(find(report, "K8").repair,
            "racefill run --retry all --start-date 2024-06-03 --end-date "
            "2024-06-03");
}

TEST_P(checks_test, a_race_without_runners_is_named_unless_abandoned) {
  plant("DELETE FROM ra_mst_runners WHERE race_id='rac_2_0'");
  EXPECT_EQ(find(check(), "V1").keys, std::vector<std::string>{"rac_2_0"});
}

TEST_P(checks_test, an_orphaned_runner_is_named) {
  plant("DELETE FROM ra_horse_pedigree WHERE horse_id='hrs_7_3'");
  plant("DELETE FROM ra_horses WHERE horse_id='hrs_7_3'");
  const auto report = check();
  EXPECT_EQ(complaints(report), "V5 ");
  EXPECT_EQ(find(report, "V5").keys, std::vector<std::string>{"hrs_7_3"});
}

TEST_P(checks_test, a_missing_jockey_is_named_with_its_days) {
  plant("DELETE FROM ra_jockeys");
  const auto report = check();
  EXPECT_EQ(complaints(report), "V4 V5b ");
  EXPECT_EQ(find(report, "V5b").failing, 180);
  EXPECT_EQ(find(report, "V5b").repair_days.size(), 10U);
}

TEST_P(checks_test, a_runner_without_its_race_is_named) {
  plant("DELETE FROM ra_mst_races WHERE race_id='rac_6_0'");
  const auto report = check();
  EXPECT_EQ(find(report, "V5c").keys, std::vector<std::string>{"rac_6_0"});
  EXPECT_EQ(find(report, "V5c").failing, 9);
}

TEST_P(checks_test, twin_races_are_named) {
  plant("UPDATE ra_mst_races SET off_dt='2024-06-01T12:00:00Z' WHERE "
        "race_id='rac_0_1'");
  EXPECT_EQ(find(check(), "X2b").keys, std::vector<std::string>{"rac_0_0"});
}

TEST_P(checks_test, unenriched_horses_are_counted_and_named) {
  plant("UPDATE ra_horses SET dob=NULL WHERE horse_id LIKE 'hrs_0_%'");
  plant("DELETE FROM ra_horse_pedigree WHERE horse_id LIKE 'hrs_1_%' OR "
        "horse_id LIKE 'hrs_2_%'");
  const auto report = check();
  EXPECT_EQ(complaints(report), "V2 V3 ");
  EXPECT_EQ(find(report, "V2").outcome, verdict::fail); // 90 % is not over 90.
  EXPECT_EQ(find(report, "V2").failing, 18);
  EXPECT_EQ(find(report, "V3").value, 80);
  EXPECT_EQ(find(report, "V3").keys.size(), 20U);
}

TEST_P(checks_test, rows_of_the_future_are_named) {
  plant("UPDATE ra_mst_races SET race_date='2030-01-01' WHERE race_id="
        "'rac_9_0'");
  plant("UPDATE ra_mst_runners SET updated_at='2099-01-01T00:00:00Z' WHERE "
        "runner_id='rac_1_0_hrs_1_0'");
  const auto report = check();
  EXPECT_EQ(find(report, "X6").keys, std::vector<std::string>{"2030-01-01"});
  EXPECT_EQ(find(report, "X4").keys,
            std::vector<std::string>{"rac_1_0_hrs_1_0"});
  EXPECT_EQ(find(report, "K8").keys.size(), 1U);
}

TEST_P(checks_test, a_foreign_day_and_a_day_nobody_asked_for_are_named) {
  plant("UPDATE ra_mst_races SET region='FR' WHERE race_id LIKE 'rac_8_%'");
  plant("DELETE FROM racefill_days WHERE day='2024-06-02'");
  const auto report = check();
  EXPECT_EQ(find(report, "X5").keys, std::vector<std::string>{"2024-06-09"});
  EXPECT_EQ(find(report, "X3").keys, std::vector<std::string>{"2024-06-02"});
}

TEST_P(checks_test, days_not_offered_fail_until_they_are_accepted) {
  plant("UPDATE racefill_days SET state='not_offered' WHERE day='2024-06-04'");
  auto db = open();
  auto wanted = request();
  EXPECT_EQ(find(run_checks(db, wanted), "K1").outcome, verdict::fail);
  wanted.accept_not_offered = true;
  EXPECT_EQ(find(run_checks(db, wanted), "K1").outcome, verdict::pass);
}

TEST_P(checks_test, failures_count_against_all_work) {
  plant("UPDATE racefill_days SET state='failed',error='server_error' WHERE "
        "day='2024-06-04'");
  const auto report = check();
  EXPECT_EQ(find(report, "K7").value, 0.53); // 1 of 10 days and 180 horses.
  EXPECT_EQ(find(report, "K7").outcome, verdict::warn);
  EXPECT_EQ(find(report, "K7").keys, std::vector<std::string>{"2024-06-04"});
}

TEST_P(checks_test, a_removed_runner_is_no_difference) {
  plant("UPDATE ra_mst_runners SET removed_at='2024-06-03T00:00:00Z' WHERE "
        "runner_id='rac_1_0_hrs_1_0'");
  plant("UPDATE racefill_days SET runners=17 WHERE day='2024-06-02'");
  EXPECT_EQ(complaints(check()), "");
}

TEST_P(checks_test, empty_tables_give_an_answer_and_no_division_by_zero) {
  for (const char* table :
       {"ra_mst_runners", "ra_mst_races", "ra_horse_pedigree", "ra_horses",
        "racefill_days", "racefill_horses"})
    plant(std::string{"DELETE FROM "} + table);
  const auto report = check();
  EXPECT_EQ(find(report, "V1").detail, "no races yet");
  EXPECT_EQ(find(report, "V2").detail, "no horses yet");
  EXPECT_EQ(find(report, "V1").outcome, verdict::fail);
  EXPECT_EQ(find(report, "V2").value, 0);
}

TEST_P(checks_test, a_repair_enters_exactly_what_failed) {
  plant("DELETE FROM ra_mst_runners WHERE race_id='rac_2_0'");
  plant("UPDATE ra_horses SET dob=NULL WHERE horse_id LIKE 'hrs_0_%'");
  plant("DELETE FROM ra_horse_pedigree WHERE horse_id='hrs_7_3'");
  plant("DELETE FROM ra_horses WHERE horse_id='hrs_7_3'");
  auto session = database.session();
  lease_claim claim;
  claim.host = "here";
  claim.holder = "test";
  claim.boot_id = "1";
  claim.pid = 1;
  claim.pid_start = "1";
  const auto done = enqueue_repairs(*session, check(), request().source, claim);
  ASSERT_TRUE(done) << describe(done.error());
  EXPECT_EQ(done->days, 1);
  EXPECT_EQ(done->horses, 19);
  EXPECT_EQ(database.cell("SELECT COUNT(*) FROM racefill_days WHERE "
                          "state='pending' AND day='2024-06-03'"),
            "1");
  EXPECT_EQ(database.cell("SELECT COUNT(*) FROM racefill_horses WHERE "
                          "state='pending'"),
            "19");
  EXPECT_EQ(
    database.cell("SELECT COUNT(*) FROM racefill_lease WHERE holder IS NULL"),
    "1");
}

TEST_P(checks_test, a_repair_leaves_alone_what_passes) {
  plant("UPDATE ra_horses SET dob=NULL WHERE horse_id='hrs_0_1'");
  auto session = database.session();
  lease_claim claim;
  claim.host = claim.holder = "here";
  const auto done = enqueue_repairs(*session, check(), request().source, claim);
  ASSERT_TRUE(done) << describe(done.error());
  EXPECT_EQ(done->horses, 0);
}

TEST_P(checks_test, the_calendar_shows_each_fault_in_its_cell) {
  plant("UPDATE racefill_days SET state='failed' WHERE day='2024-06-01'");
  plant("DELETE FROM racefill_days WHERE day='2024-06-02'");
  plant("DELETE FROM ra_mst_runners WHERE race_id='rac_2_0'");
  auto db = open();
  const auto cells = coverage_of({request().start, request().end + 1},
                                 request().today, read_day_facts(db, {"gb"}),
                                 read_ledger_days(db, request().source));
  ASSERT_EQ(cells.size(), 11U);
  EXPECT_EQ(cells[0].state, cell_state::failed);
  EXPECT_EQ(cells[1].state, cell_state::unproved);
  EXPECT_EQ(cells[2].state, cell_state::thin);
  EXPECT_EQ(cells[3].state, cell_state::done);
  EXPECT_EQ(cells[10].state, cell_state::pending);
}

INSTANTIATE_TEST_SUITE_P(on, checks_test,
                         testing::Values(place::sqlite, place::postgres),
                         name_of);

// A table of the job before us, without keys: what ours cannot hold.
TEST(legacy_checks, a_horse_twice_in_a_race_is_named) {
  test_database database{place::sqlite};
  for (const char* sql :
       {"CREATE TABLE ra_mst_races (race_id TEXT, race_date TEXT)",
        // NOLINTNEXTLINE(bugprone-suspicious-missing-comma)
        "CREATE TABLE ra_mst_runners (runner_id TEXT, race_id TEXT, "
        "horse_id TEXT)",
        "CREATE TABLE ra_horses (horse_id TEXT, dob TEXT)",
        "INSERT INTO ra_mst_races VALUES ('r1','2024-06-01')",
        "INSERT INTO ra_mst_runners VALUES ('a','r1','h1'),('b','r1','h1')",
        "INSERT INTO ra_horses VALUES ('h1',NULL)"})
    database.execute(sql);
  auto db = report_database::open(database.settings());
  ASSERT_TRUE(db) << describe(db.error());
  check_request request;
  request.start = request.end = *parse_date("2024-06-01");
  request.today = *parse_date("2024-08-01");
  const auto report = run_checks(*db, request);
  for (const auto& x : report.checks)
    if (x.id == "X2") {
      EXPECT_EQ(x.keys, std::vector<std::string>{"r1 h1"});
      return;
    }
  FAIL() << "no check X2";
}

TEST(report_database, a_missing_file_is_an_answer_and_stays_missing) {
  test_database database{place::sqlite};
  auto db = report_database::open(database.settings());
  ASSERT_TRUE(db) << describe(db.error());
  EXPECT_FALSE(db->exists());
  EXPECT_TRUE(read_day_facts(*db, {}).empty());
  EXPECT_EQ(read_enrichment(*db).horses, 0);
  EXPECT_EQ(read_database_bytes(*db), 0);
  db->close();
  EXPECT_FALSE(std::filesystem::exists(database.path()));
}

} // namespace
} // namespace racefill
