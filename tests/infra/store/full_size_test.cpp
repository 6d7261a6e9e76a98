/// The old job's database at full size: 138,000 races, 1.3 million runners. Not
/// run by default: `store_test --gtest_also_run_disabled_tests
/// --gtest_filter='*full_size*'`.
#include <chrono>
#include <iostream>

#include "infra/store/adopt.hpp"
#include "tests/infra/store/old_job.hpp"
#include "tests/infra/store/sample_units.hpp"
#include "tests/infra/store/store_fixture.hpp"

namespace racefill {
namespace {

template <class Work>
void timed(const char* what, Work work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now()
                                              - start;
  std::cout << what << ": " << taken.count() << " s\n";
}

TEST(postgres_full_size, DISABLED_is_migrated_adopted_and_read) {
  const test_database database{place::postgres};
  const auto name = parse_database_url(database.settings().url)->database;
  timed("made", [&] {
    postgres_cluster::shared().psql(name, old_job_schema()
                                            + old_job_rows(3942, 35, 10));
  });
  const auto before = database.rows(old_job_checksums());
  auto session = database.session();
  timed("migrate", [&] { ASSERT_TRUE(apply_schema(*session, {true})); });
  timed("adopt", [&] {
    ASSERT_TRUE(adopt_existing(*session, {"racecards_pro", day("2040-01-01")}));
  });
  EXPECT_EQ(database.rows(old_job_checksums()), before);
  auto store = database.store();
  timed("load horses", [&] {
    std::int64_t count = 0;
    for (std::string after;;) {
      const auto page = store->load_horses(after, 5000);
      ASSERT_TRUE(page);
      if (page->empty())
        break;
      count += static_cast<std::int64_t>(page->size());
      after = page->back().horse_id;
    }
    EXPECT_EQ(count, *store->count_horses());
    std::cout << count << " horses\n";
  });
  timed("load days", [&] {
    ASSERT_TRUE(store->load_days(day("2015-01-01"), day("2040-01-01")));
  });
  timed("load totals", [&] { ASSERT_TRUE(store->load_totals()); });
  timed("first write", [&] {
    ASSERT_TRUE(store->write({{full_day("2024-06-01")}, {}, {}, {}}));
  });
}

} // namespace
} // namespace racefill
