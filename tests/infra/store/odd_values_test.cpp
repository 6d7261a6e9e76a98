/// Values that look like the syntax they travel in, and columns of types that
/// the description does not name.
#include "infra/store/array_column.hpp"
#include "infra/store/json_array.hpp"
#include "tests/infra/store/sample_units.hpp"
#include "tests/infra/store/store_fixture.hpp"

namespace racefill {
namespace {

using namespace std::string_literals;

std::string literal(const std::vector<sql_value>& values,
                    bool holds_lists = false, bool rounds = false) {
  array_column out{holds_lists, rounds};
  for (const auto& value : values)
    out.add(value);
  return out.take();
}

TEST(array_column, writes_numbers_and_null_bare_and_text_in_quotes) {
  EXPECT_EQ(literal({}), "{}");
  EXPECT_EQ(literal({sql_value{}, std::int64_t{-7}, 4193.5, "a b"s}),
            R"({NULL,-7,4193.5,"a b"})");
  EXPECT_EQ(literal({"NULL"s, ""s, "{}"s, ","s, " x "s}),
            R"({"NULL","","{}",","," x "})");
  EXPECT_EQ(literal({R"(a"b\c)"s, R"(\)"s, R"("")"s}),
            R"({"a\"b\\c","\\","\"\""})");
}

TEST(array_column, rounds_where_the_column_is_whole) {
  EXPECT_EQ(literal({16.5, -2.4, std::int64_t{3}, sql_value{}}, false, true),
            "{17,-2,3,NULL}");
}

TEST(array_column, nests_the_literals_of_lists) {
  EXPECT_EQ(literal({json_array({"BF", "C\"D"}), sql_value{}}, true),
            R"({"{\"BF\",\"C\\\"D\"}",NULL})");
}

TEST(array_column, knows_what_may_be_cast) {
  EXPECT_EQ(array_element("varchar"), "text");
  EXPECT_EQ(array_element("bpchar"), "text");
  EXPECT_EQ(array_element("jsonb"), "jsonb");
  EXPECT_EQ(array_element("_text"), "");
  EXPECT_EQ(array_element("mood"), "");
  EXPECT_EQ(bare_type("character varying(50)[]"), "character varying[]");
  EXPECT_EQ(bare_type("timestamp(3) with time zone"),
            "timestamp with time zone");
  EXPECT_EQ(bare_type("numeric(5,1)"), "numeric");
}

std::vector<std::string> odd_texts() {
  return {"NULL",
          "null",
          "{}",
          "{a,b}",
          "\"",
          "\\",
          "\\\\\"",
          "'; DROP TABLE ra_horses; --",
          " leading and trailing ",
          "comma, brace } and bracket ]",
          "line\nbreak\tand\x01 control",
          "$1 ? %s",
          "Égalité 日本 🐎 \xcc\x88",
          std::string(300'000, 'x') + "\"\\" + std::string(300'000, '{')};
}

using odd_values_test = store_test;

TEST_P(odd_values_test, come_back_as_they_were) {
  const auto texts = odd_texts();
  std::vector<std::string> horses;
  for (std::size_t i = 0; i < texts.size(); ++i)
    horses.push_back("hrs_" + std::to_string(100 + i));
  auto unit = full_day("2024-06-01", horses);
  for (std::size_t i = 0; i < texts.size(); ++i) {
    auto& runner = unit.runners[i];
    runner.comment = texts[i];
    runner.spotlight = i % 2 == 0 ? texts[i] : "";
    runner.past_results_flags = {texts[i], "", texts[i] + "\""};
    runner.extras = "{\"q\":" + json_array({texts[i]}) + "}";
    if (i % 3 == 0)
      runner.draw = caf::none;
    unit.horses[i].name = texts[i];
  }
  const auto receipt = write(unit);
  EXPECT_EQ(receipt.days[0].quarantined, 0) << receipt.days[0].error;
  const auto is_sqlite = database.where() == place::sqlite;
  const std::string flags = is_sqlite
                              ? "json_extract(past_results_flags,'$[0]'),"
                                "json_extract(past_results_flags,'$[1]'),"
                                "json_extract(past_results_flags,'$[2]')"
                              : "past_results_flags[1],past_results_flags[2],"
                                "past_results_flags[3]";
  const std::string quote = is_sqlite ? "json_extract(extras,'$.q[0]')"
                                      : "extras->'q'->>0";
  const auto rows = database.rows(
    "SELECT r.comment,r.spotlight," + flags + "," + quote
    + ",r.draw,h.name,CASE WHEN r.is_non_runner THEN 'yes' ELSE 'no' END FROM "
      "ra_mst_runners r JOIN ra_horses h ON h.horse_id=r.horse_id "
      "ORDER BY r.horse_id");
  ASSERT_EQ(rows.size(), texts.size());
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const auto& text = texts[i];
    const std::vector<std::string> expected{
      text, i % 2 == 0 ? text : "-", text, "",   text + "\"",
      text, i % 3 == 0 ? "-" : "3",  text, "no",
    };
    EXPECT_EQ(rows[i], expected) << i;
  }
  EXPECT_EQ(write(unit).tables[0].changed, 0) << "not the same again";
}

TEST_P(odd_values_test, of_days_numbers_and_instants_come_back) {
  auto unit = full_day("2024-06-01");
  unit.races[0].distance_f = 16.25; // One digit is kept.
  unit.races[0].prize_amount = 1234567890.13;
  unit.races[0].off_dt = "2024-06-01T23:59:59Z";
  unit.races[0].is_abandoned = true;
  write(unit);
  const auto is_sqlite = database.where() == place::sqlite;
  EXPECT_EQ(
    database.rows(is_sqlite
                    ? "SELECT round(distance_f,1),printf('%.2f',prize_amount),"
                      "off_dt,is_abandoned,race_date FROM ra_mst_races"
                    : "SELECT distance_f,prize_amount,to_char(off_dt,"
                      "'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'),is_abandoned::int,"
                      "race_date FROM ra_mst_races"),
    (std::vector<std::vector<std::string>>{
      {"16.3", "1234567890.13", "2024-06-01T23:59:59Z", "1", "2024-06-01"}}));
}

TEST_P(odd_values_test, with_a_nul_or_broken_bytes_are_put_aside) {
  auto unit = full_day("2024-06-01");
  unit.runners[0].comment = "cut\0here"s;
  unit.runners[1].spotlight = "\xff\xfe";
  unit.runners[1].comment = "kept";
  EXPECT_EQ(write(unit).days[0].quarantined, 2);
  EXPECT_EQ(
    database.rows("SELECT comment,spotlight FROM ra_mst_runners "
                  "ORDER BY runner_id"),
    (std::vector<std::vector<std::string>>{{"-", "Costs £5"}, {"kept", "-"}}));
  EXPECT_EQ(database.rows("SELECT column_name,payload FROM racefill_quarantine "
                          "ORDER BY column_name"),
            (std::vector<std::vector<std::string>>{{"comment", "cut?here"},
                                                   {"spotlight", "??"}}));
}

TEST_P(odd_values_test, leave_the_other_rows_alone_when_refused) {
  std::vector<std::string> horses;
  for (int i = 0; i < 40; ++i)
    horses.push_back("hrs_" + std::to_string(100 + i));
  auto unit = full_day("2024-06-01", horses);
  for (const auto i : {0U, 17U, 18U, 39U})
    unit.runners[i].race_id = "rac_none";
  const auto receipt = write(unit);
  EXPECT_EQ(receipt.days[0].quarantined, 4);
  EXPECT_EQ(database.cell("SELECT COUNT(*) FROM ra_mst_runners"), "36");
  EXPECT_EQ(database.cell("SELECT COUNT(*) FROM racefill_quarantine"), "4");
}

INSTANTIATE_TEST_SUITE_P(on, odd_values_test,
                         testing::Values(place::sqlite, place::postgres,
                                         place::pooler),
                         name_of);

TEST(postgres_odd_columns, take_values_of_types_nobody_foresaw) {
  const test_database database{place::postgres};
  database.migrate();
  database.execute("CREATE TYPE mood AS ENUM ('colt','b')");
  database.execute("CREATE DOMAIN short AS varchar(4)");
  database.execute("ALTER TABLE ra_mst_runners ALTER sex TYPE mood USING NULL");
  database.execute("ALTER TABLE ra_mst_runners ALTER form TYPE short, "
                   "ALTER headgear TYPE char(3), ALTER extras TYPE json "
                   "USING NULL, ALTER past_results_flags TYPE varchar(3)[], "
                   "ALTER silk_url TYPE varchar(10)");
  auto unit = full_day("2024-06-01");
  for (auto& runner : unit.runners) {
    runner.form = "1-2";
    runner.past_results_flags = {"BF", "C\"D"};
    runner.silk_url = "short";
  }
  unit.runners[1].silk_url = "longer than ten";
  auto store = database.store();
  auto receipt = store->write({{unit}, {}, {}, {}});
  ASSERT_TRUE(receipt) << describe(receipt.error());
  // What is too long is refused, never cut.
  EXPECT_EQ(receipt->days[0].quarantined, 1);
  EXPECT_EQ(database.rows(
              "SELECT r.form,r.headgear,r.extras,"
              "r.past_results_flags[2],r.sex FROM ra_mst_runners r"),
            (std::vector<std::vector<std::string>>{
              {"1-2", "t  ", R"({"medical":[]})", "C\"D", "colt"}}));
}

TEST(postgres_pooler_session, keeps_no_statement_in_the_server) {
  const test_database database{place::pooler};
  database.migrate();
  auto session = database.session();
  session->begin(access_mode::write);
  session->execute_alone("CREATE TEMP TABLE gone (x text) ON COMMIT DROP", {});
  session->execute_alone("INSERT INTO gone SELECT * FROM unnest($1::text[])",
                         {R"({"a",NULL})"s});
  EXPECT_EQ(session->query("SELECT COUNT(*) FROM gone")[0][0], "2");
  EXPECT_EQ(session->query("SELECT COUNT(*) FROM pg_prepared_statements")[0][0],
            "0");
  EXPECT_THROW(session->execute_alone("INSERT INTO nowhere VALUES ($1)",
                                      {"x"s}),
               sql_error);
  EXPECT_EQ(session->query("SELECT COUNT(*) FROM gone")[0][0], "2")
    << "the transaction must go on";
  session->commit();
}

} // namespace
} // namespace racefill
