/// migrate, on nothing, on our own tables and on the old job's database.
#include "infra/store/migrate.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>

#include "infra/store/adopt.hpp"
#include "infra/store/ddl.hpp"
#include "tests/infra/store/old_job.hpp"
#include "tests/infra/store/sample_units.hpp"
#include "tests/infra/store/store_fixture.hpp"

namespace racefill {
namespace {

using rows = std::vector<std::vector<std::string>>;

bool has(const std::vector<schema_difference>& all, const char* table_name,
         const char* column, difference_kind kind) {
  return std::any_of(all.begin(), all.end(), [&](const auto& x) {
    return x.table == table_name && x.column == column && x.kind == kind;
  });
}

std::vector<schema_difference> inspect_now(const test_database& database) {
  auto session = database.session();
  const auto result = inspect_schema(*session);
  EXPECT_TRUE(result) << describe(result.error());
  return result ? *result : std::vector<schema_difference>{};
}

std::vector<schema_difference> apply_now(const test_database& database,
                                         bool relax = false) {
  auto session = database.session();
  const auto result = apply_schema(*session, {relax});
  EXPECT_TRUE(result) << describe(result.error());
  return result ? *result : std::vector<schema_difference>{};
}

adoption_result adopt_now(const test_database& database,
                          const char* today = "2026-01-01") {
  auto session = database.session();
  const auto result = adopt_existing(*session, {"racecards_pro", day(today)});
  EXPECT_TRUE(result) << describe(result.error());
  return result ? *result : adoption_result{};
}

// -- any database -------------------------------------------------------------

class migrate_test : public testing::TestWithParam<place> {
protected:
  migrate_test() : database(GetParam()) {
    // nop
  }

  test_database database;
};

TEST_P(migrate_test, makes_everything_once) {
  EXPECT_EQ(inspect_now(database).size(), all_tables().size());
  EXPECT_EQ(apply_now(database).size(), all_tables().size());
  EXPECT_TRUE(inspect_now(database).empty());
  EXPECT_TRUE(apply_now(database).empty());
  EXPECT_EQ(database.cell("SELECT value FROM racefill_meta"),
            std::to_string(schema_version));
}

TEST_P(migrate_test, adds_what_is_missing_and_keeps_what_is_there) {
  database.migrate();
  ASSERT_TRUE(database.store()->write({{full_day("2024-06-01")}, {}, {}, {}}));
  database.execute("DROP INDEX ra_mst_races_race_date_idx");
  database.execute("ALTER TABLE ra_horses DROP COLUMN colour_code");
  database.execute("ALTER TABLE ra_mst_races DROP COLUMN is_abandoned");
  const auto found = inspect_now(database);
  EXPECT_EQ(found.size(), 3u);
  EXPECT_TRUE(
    has(found, "ra_mst_races", "race_date", difference_kind::missing_index));
  EXPECT_TRUE(
    has(found, "ra_horses", "colour_code", difference_kind::missing_column));
  EXPECT_EQ(apply_now(database).size(), 3u);
  EXPECT_TRUE(inspect_now(database).empty());
  EXPECT_EQ(database.cell("SELECT COUNT(*) FROM ra_horses"), "2");
  EXPECT_TRUE(database.store()->write({{full_day("2024-06-02")}, {}, {}, {}}));
}

TEST_P(migrate_test, refuses_a_foreign_table_before_it_touches_anything) {
  database.execute("CREATE TABLE ra_jockeys (id integer, name text)");
  auto session = database.session();
  const auto result = apply_schema(*session);
  ASSERT_FALSE(result);
  EXPECT_EQ(fault_of(result.error()), fault::store_refused);
  EXPECT_NE(describe(result.error()).find("ra_jockeys"), std::string::npos);
  EXPECT_EQ(inspect_now(database).size(), all_tables().size());
}

TEST_P(migrate_test, upgrades_version_1_and_keeps_its_rows) {
  database.migrate();
  ASSERT_TRUE(database.store()->write({{full_day("2024-06-01")}, {}, {}, {}}));
  database.execute("DROP TABLE racefill_attempts");
  database.execute("DROP TABLE racefill_sizes");
  database.execute("DROP INDEX ra_mst_runners_removed_at_idx");
  database.execute("UPDATE racefill_meta SET value='1'");
  EXPECT_FALSE(database.store()->load_totals());
  EXPECT_EQ(apply_now(database).size(), 4u);
  EXPECT_TRUE(inspect_now(database).empty());
  EXPECT_EQ(database.cell("SELECT value FROM racefill_meta"), "2");
  EXPECT_EQ(database.cell("SELECT state FROM racefill_days"), "done");
  ASSERT_TRUE(database.store()->write({{full_day("2024-06-02")}, {}, {}, {}}));
  EXPECT_EQ(database.cell("SELECT item FROM racefill_attempts"), "2024-06-02");
}

TEST_P(migrate_test, upgrades_an_older_ledger_step_by_step) {
  database.migrate();
  const std::vector<upgrade_step> steps{
    [](sql_session& x) {
      x.execute("ALTER TABLE racefill_days ADD COLUMN second text");
    },
    [](sql_session& x) {
      x.execute("UPDATE racefill_days SET second='three'");
    }};
  auto session = database.session();
  session->begin(access_mode::migrate);
  run_upgrades(*session, steps, 1, 3);
  session->commit();
  EXPECT_EQ(database.cell("SELECT value FROM racefill_meta"), "3");
  session->begin(access_mode::migrate);
  EXPECT_THROW(run_upgrades(*session, steps, 3, 4), sql_error);
  session->rollback();
}

TEST_P(migrate_test, enters_existing_horses_and_days_in_the_ledger) {
  database.migrate();
  auto store = database.store();
  ASSERT_TRUE(store->write({{full_day("2024-06-01"), full_day("2024-06-02"),
                             full_day("2024-06-03", {"hrs_1"})},
                            {profile("hrs_1", "2024-07-01")},
                            {},
                            {}}));
  database.execute("DELETE FROM racefill_days");
  database.execute("DELETE FROM racefill_horses");
  database.execute("UPDATE ra_jockeys SET name='Jack O''Martin (7)'");
  auto result = adopt_now(database, "2024-06-03");
  EXPECT_EQ(result.horses_done, 1);
  EXPECT_EQ(result.horses_pending, 1);
  EXPECT_EQ(result.days_done, 2); // The third was not over yet.
  EXPECT_EQ(result.days_pending, 0);
  EXPECT_EQ(result.names_mended, 1);
  EXPECT_EQ(database.cell("SELECT name FROM ra_jockeys"), "Jack O'Martin");
  result = adopt_now(database);
  EXPECT_EQ(result.horses_done + result.horses_pending + result.days_done
              + result.names_mended,
            0);
  EXPECT_EQ(result.days_pending, 1); // One runner is too few.
  const auto days = store->load_days(day("2024-06-01"), day("2024-06-03"));
  ASSERT_EQ(days->size(), 3u);
  EXPECT_EQ((*days)[0].state, day_state::done);
  EXPECT_EQ((*days)[0].runners, 2);
  EXPECT_EQ((*days)[2].state, day_state::pending);
  EXPECT_EQ((*days)[2].error,
            "before racefill: 1 races, 0 without runners, 1 runners");
}

TEST_P(migrate_test, lets_no_card_take_what_a_done_horses_profile_told) {
  database.migrate();
  auto store = database.store();
  ASSERT_TRUE(store->write({{full_day("2024-06-01", {"hrs_1"})},
                            {profile("hrs_1", "2024-07-01")},
                            {},
                            {}}));
  const std::string told = "SELECT h.name,h.dob,h.sex,h.colour_code,p.sire,"
                           "p.dam,p.breeder FROM ra_horses h JOIN "
                           "ra_horse_pedigree p ON p.horse_id=h.horse_id";
  const auto before = database.rows(told);
  ASSERT_EQ(before[0][0], "Mr Nippy (IRE)");
  for (const auto* sql :
       {"DELETE FROM racefill_horses", "UPDATE ra_horses SET provenance=NULL",
        "UPDATE ra_horse_pedigree SET provenance=NULL"})
    database.execute(sql);
  EXPECT_EQ(adopt_now(database).horses_done, 1);
  ASSERT_TRUE(store->write({{full_day("2025-06-01", {"hrs_1"})}, {}, {}, {}}));
  EXPECT_EQ(database.rows(told), before);
  // Another profile still does.
  auto later = profile("hrs_1", "2025-07-01");
  later.horses.at(0).name = "Mrs Nippy (IRE)";
  ASSERT_TRUE(store->write({{}, {later}, {}, {}}));
  EXPECT_EQ(database.cell("SELECT name FROM ra_horses"), "Mrs Nippy (IRE)");
}

INSTANTIATE_TEST_SUITE_P(on, migrate_test,
                         testing::Values(place::sqlite, place::postgres,
                                         place::pooler),
                         name_of);

// -- the old job's database ---------------------------------------------------

class postgres_old_job : public testing::Test {
protected:
  void SetUp() override {
    auto& cluster = postgres_cluster::shared();
    const auto url = parse_database_url(database.settings().url);
    cluster.psql(url->database, old_job_schema() + old_job_rows(40, 12, 8));
  }

  test_database database{place::postgres};
};

TEST_F(postgres_old_job, is_completed_without_touching_its_data) {
  const auto before = database.rows(old_job_checksums());
  const auto found = inspect_now(database);
  EXPECT_TRUE(
    has(found, "ra_mst_runners", "number", difference_kind::not_null));
  EXPECT_TRUE(
    has(found, "ra_mst_runners", "weight", difference_kind::not_null));
  EXPECT_TRUE(
    has(found, "ra_mst_races", "off_dt", difference_kind::missing_column));
  EXPECT_EQ(inspect_now(database).size(), found.size()); // Only looked.
  // What takes long comes first and bars no reader.
  const auto done = apply_now(database);
  const auto first_other
    = std::find_if(done.begin(), done.end(), [](const auto& x) {
        return x.kind != difference_kind::missing_index;
      });
  EXPECT_EQ(first_other - done.begin(), 3);
  EXPECT_EQ(database.rows(old_job_checksums()), before);
  const auto left = inspect_now(database);
  for (const auto& x : left)
    EXPECT_EQ(x.kind, difference_kind::not_null)
      << x.table << "." << x.column << " " << x.text;
  EXPECT_FALSE(left.empty());
  apply_now(database, true);
  EXPECT_TRUE(inspect_now(database).empty());
  EXPECT_EQ(database.rows(old_job_checksums()), before);
}

TEST_F(postgres_old_job, begins_with_what_it_has) {
  apply_now(database, true);
  const auto result = adopt_now(database);
  EXPECT_EQ(result.days_done, 36);
  EXPECT_EQ(result.days_pending, 4);
  EXPECT_EQ(result.names_mended, 15);
  EXPECT_GT(result.horses_pending, 0);
  EXPECT_EQ(result.horses_done, 4 * result.horses_pending);
  EXPECT_EQ(database.cell("SELECT COUNT(*) FROM ra_jockeys WHERE name LIKE "
                          "'%(%'"),
            "0");
}

TEST_F(postgres_old_job, puts_aside_what_its_not_nulls_refuse) {
  apply_now(database);
  auto unit = full_day("2024-06-01", {"hrs_1", "hrs_2", "hrs_3"});
  const auto receipt = database.store()->write({{unit}, {}, {}, {}});
  ASSERT_TRUE(receipt) << describe(receipt.error());
  // `weight` is NOT NULL and not ours: no runner can be stored, and the day is
  // not called done.
  EXPECT_EQ(receipt->days[0].state, day_state::failed);
  EXPECT_EQ(receipt->days[0].runners, 0);
  EXPECT_NE(receipt->days[0].error.find("weight"), std::string::npos)
    << receipt->days[0].error;
  EXPECT_EQ(receipt->days[0].races, 1);
}

TEST_F(postgres_old_job, is_filled_on_with_its_old_columns) {
  apply_now(database, true);
  adopt_now(database);
  const auto before = database.rows(old_job_checksums());
  auto store = database.store();
  // A bare horse is enriched; an old race is fetched again.
  auto unit = full_day("2023-01-01", {"hrs_0", "hrs_9001"});
  unit.races[0].race_id = "rac_0";
  unit.races[0].race_date = day("2023-01-01");
  unit.races[0].off_time = "1:30";
  unit.races[0].course_id = "crs_0";
  unit.courses[0].course_id = "crs_0";
  for (auto& runner : unit.runners)
    runner.race_id = "rac_0";
  unit.runners[1].number = caf::none;
  unit.runners[1].is_non_runner = true;
  unit.owners[0].name = "An owner whose name is too long for his column";
  const auto receipt
    = store->write({{unit}, {profile("hrs_0", "2024-01-01")}, {}, {}});
  ASSERT_TRUE(receipt) << describe(receipt.error());
  EXPECT_EQ(receipt->days[0].runners, 2);
  EXPECT_EQ(receipt->days[0].quarantined, 1); // The owner.
  EXPECT_EQ(database.rows(
              "SELECT off_datetime,distance_meters,prize_money,field_size,"
              "big_race,racing_api_race_id,off_dt,distance_f FROM ra_mst_races "
              "WHERE race_id='rac_0'"),
            (rows{{"2024-06-01 12:30:00", "3209", "4194", "8", "t", "rac_0",
                   "2024-06-01 12:30:00+00", "16"}}));
  EXPECT_EQ(database.rows(
              "SELECT official_rating,racing_post_rating,tsr,weight_lbs,"
              "form_string,days_since_last_run,stall,jockey_claim,"
              "racing_api_horse_id,trainer_name,owner_name,sire_name,"
              "number,past_results_flags FROM ra_mst_runners "
              "WHERE runner_id='rac_0_hrs_9001'"),
            (rows{{"60", "71", "55", "133", "-34211", "128", "3", "5",
                   "hrs_9001", "Jane Chapple-Hyam",
                   "An owner whose name is too long for his column", "Galileo",
                   "-", "{BF,\"C\\\"D\"}"}}));
  EXPECT_EQ(database.rows("SELECT name,colour_code,racing_api_horse_id FROM "
                          "ra_horses WHERE horse_id='hrs_0'"),
            (rows{{"Mr Nippy (IRE)", "B", "hrs_0"}}));
  EXPECT_EQ(database.cell("SELECT name FROM ra_owners WHERE owner_id='own_1'"),
            "Owner 1");
  EXPECT_EQ(database.rows(old_job_checksums()), before);
  const auto again
    = store->write({{unit}, {profile("hrs_0", "2024-01-01")}, {}, {}});
  for (const auto& change : again->tables)
    EXPECT_EQ(change.changed, 0) << change.table;
}

TEST_F(postgres_old_job, is_worked_on_by_a_role_with_few_rights) {
  apply_now(database, true);
  auto& cluster = postgres_cluster::shared();
  const auto name = parse_database_url(database.settings().url)->database;
  cluster.psql("postgres", "DROP ROLE IF EXISTS racefill;");
  std::ifstream file{std::string{RACEFILL_SOURCE_DIR}
                     + "/conf/postgres-role.sql"};
  std::stringstream script;
  script << file.rdbuf();
  ASSERT_FALSE(script.str().empty());
  cluster.psql(name, script.str());
  cluster.psql(name, script.str()); // Again does no harm.
  cluster.psql(name, "ALTER ROLE racefill PASSWORD 'x';");
  store_settings settings;
  settings.url = cluster.tcp_url("racefill", name);
  settings.password = "x";
  auto store = open_store(settings);
  ASSERT_TRUE(store) << describe(store.error());
  lease_claim claim;
  claim.holder = claim.host = "here";
  const auto grant = (*store)->acquire_lease(claim);
  ASSERT_TRUE(grant) << describe(grant.error());
  (*store)->set_fence(grant->token);
  run_record run;
  run.run_id = "run-1";
  EXPECT_TRUE((*store)->save_run(run));
  auto unit = full_day("2024-06-01", {"hrs_1", "hrs_2"});
  unit.runners[0].ofr = 99'999; // Something for the quarantine.
  const auto receipt
    = (*store)->write({{unit, full_day("2024-06-01", {"hrs_2"})},
                       {profile("hrs_1", "2024-07-01")},
                       {},
                       {day("2015-01-01")}});
  ASSERT_TRUE(receipt) << describe(receipt.error());
  EXPECT_EQ(receipt->days[0].quarantined, 1);
  EXPECT_TRUE((*store)->load_totals());
  EXPECT_TRUE((*store)->reopen_horses(horse_state::failed));
  EXPECT_TRUE((*store)->renew_lease(*grant, claim));
  EXPECT_TRUE((*store)->release_lease(*grant));
  // And no more than that.
  auto session = open_session(settings);
  for (const auto* sql :
       {"DELETE FROM ra_mst_runners", "DROP TABLE racefill_days",
        "CREATE TABLE extra (a int)", "UPDATE racefill_meta SET value='9'"}) {
    transaction guard{**session, access_mode::write};
    EXPECT_THROW((*session)->execute(sql), sql_error) << sql;
  }
}

} // namespace
} // namespace racefill
