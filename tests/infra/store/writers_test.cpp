/// Several writers at once: no deadlock by design, a deadlock survived anyway,
/// and the same tables as one writer leaves.
#include <algorithm>
#include <chrono>
#include <random>
#include <thread>

#include "infra/store/table_model.hpp"
#include "tests/infra/store/sample_units.hpp"
#include "tests/infra/store/store_fixture.hpp"

namespace racefill {
namespace {

std::vector<day_unit> many_days(int count) {
  std::vector<day_unit> out;
  for (int i = 0; i < count; ++i) {
    std::vector<std::string> horses;
    for (int k = 0; k < 12; ++k)
      horses.push_back("hrs_" + std::to_string((i * 5 + k * 7) % 40));
    out.push_back(full_day(to_string(day("2024-01-01") + i).c_str(), horses));
    auto& unit = out.back();
    unit.trainers[0].location = "Yard " + std::to_string(i % 3);
    for (int k = 0; k < 12; ++k)
      unit.jockeys.push_back({"jky_" + std::to_string((i + k * 3) % 20),
                              "Name " + std::to_string(i % 4), "", unit.day});
  }
  return out;
}

/// Everything but the clocks.
std::vector<std::vector<std::vector<std::string>>>
image(const test_database& database) {
  std::vector<std::vector<std::vector<std::string>>> out;
  for (const auto* tab : target_tables()) {
    std::string columns;
    for (const auto& col : tab->columns)
      if (col.type == col_type::text || col.type == col_type::day
          || col.type == col_type::smallint || col.type == col_type::integer)
        columns += (columns.empty() ? "" : ",") + col.name;
    out.push_back(database.rows("SELECT " + columns + " FROM " + tab->name
                                + " ORDER BY " + tab->key.front()));
  }
  out.push_back(database.rows("SELECT day,state,races,runners FROM "
                              "racefill_days ORDER BY day"));
  out.push_back(database.rows("SELECT horse_id,state FROM racefill_horses "
                              "ORDER BY horse_id"));
  return out;
}

/// Writes every unit; the busy are patient, as the actor above would be.
void write_all(const test_database& database, std::vector<day_unit> units,
               unsigned seed, std::vector<std::string>& errors) {
  auto store = database.store();
  std::shuffle(units.begin(), units.end(), std::mt19937{seed});
  for (const auto& unit : units) {
    for (int attempt = 0;; ++attempt) {
      const auto result = store->write({{unit}, {}, {}, {}});
      if (result)
        break;
      if (attempt == 5 || !is_transient(result.error())) {
        errors.push_back(describe(result.error()));
        break;
      }
    }
  }
}

class writers_test : public testing::TestWithParam<place> {};

TEST_P(writers_test, leave_the_same_tables_as_one) {
  const auto units = many_days(24);
  test_database alone{place::sqlite};
  alone.migrate();
  std::vector<std::string> none;
  write_all(alone, units, 1, none);
  ASSERT_TRUE(none.empty()) << none.front();
  test_database shared{GetParam()};
  shared.migrate();
  std::vector<std::vector<std::string>> errors(4);
  std::vector<std::thread> writers;
  for (unsigned i = 0; i < 4; ++i)
    writers.emplace_back(
      [&, i] { write_all(shared, units, 100 + i, errors[i]); });
  for (auto& writer : writers)
    writer.join();
  for (const auto& list : errors)
    EXPECT_TRUE(list.empty()) << list.front();
  EXPECT_EQ(image(shared), image(alone));
}

INSTANTIATE_TEST_SUITE_P(on, writers_test,
                         testing::Values(place::sqlite, place::postgres,
                                         place::pooler),
                         name_of);

TEST(postgres_deadlock, is_tried_again_by_the_store_itself) {
  const test_database database{place::postgres};
  database.migrate();
  auto store = database.store();
  ASSERT_TRUE(store->write({{full_day("2024-06-01")}, {}, {}, {}}));
  auto other = database.session();
  other->begin(access_mode::write);
  // The store locks jockeys first, then owners; this one the other way round,
  // and leaves it to the store's side to find out.
  other->execute("SET LOCAL deadlock_timeout='60s'");
  other->execute("UPDATE ra_owners SET name=name");
  auto later = full_day("2024-06-02");
  caf::expected<write_receipt> result{caf::make_error(fault::absent)};
  std::thread writer{[&] { result = store->write({{later}, {}, {}, {}}); }};
  auto waits = [&] {
    return database.cell("SELECT COUNT(*) FROM pg_stat_activity WHERE "
                         "wait_event_type='Lock' AND "
                         "datname=current_database()")
           != "0";
  };
  for (int i = 0; i < 400 && !waits(); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
  other->execute("UPDATE ra_jockeys SET name=name");
  other->commit();
  writer.join();
  ASSERT_TRUE(result) << describe(result.error());
  EXPECT_EQ(database.cell("SELECT COUNT(*) FROM ra_mst_races"), "2");
}

} // namespace
} // namespace racefill
