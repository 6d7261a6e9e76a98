#include "infra/pure/instant.hpp"

#include <gtest/gtest.h>

namespace racefill::test {
namespace {

using namespace std::chrono;

system_clock::time_point at(int y, unsigned m, unsigned d, int hour,
                            int minute) {
  return sys_days{year{y} / static_cast<int>(m) / static_cast<int>(d)}
         + hours{hour} + minutes{minute};
}

TEST(instant_test, writes_utc) {
  EXPECT_EQ(utc_text(at(2025, 10, 14, 12, 30)), "2025-10-14T12:30:00Z");
  EXPECT_EQ(utc_text(at(2025, 10, 14, 0, 0) + milliseconds{999}),
            "2025-10-14T00:00:00Z");
}

TEST(instant_test, knows_londons_summer_time) {
  EXPECT_EQ(to_string(london_date(at(2025, 7, 1, 22, 59))), "2025-07-01");
  EXPECT_EQ(to_string(london_date(at(2025, 7, 1, 23, 0))), "2025-07-02");
  EXPECT_EQ(to_string(london_date(at(2025, 1, 1, 23, 59))), "2025-01-01");
  // 2025-03-30 and 2025-10-26 are the days of the change.
  EXPECT_EQ(to_string(london_date(at(2025, 3, 29, 23, 30))), "2025-03-29");
  EXPECT_EQ(to_string(london_date(at(2025, 3, 30, 23, 30))), "2025-03-31");
  EXPECT_EQ(to_string(london_date(at(2025, 10, 25, 23, 30))), "2025-10-26");
  EXPECT_EQ(to_string(london_date(at(2025, 10, 26, 23, 30))), "2025-10-26");
}

std::string next(system_clock::time_point now, int hour, int every = 24) {
  return utc_text(next_upkeep(now, hour * 60, every));
}

date day_of(int y, unsigned m, unsigned d) {
  return utc_date(at(y, m, d, 0, 0));
}

TEST(instant_test, knows_when_londons_clocks_show_an_hour) {
  EXPECT_EQ(utc_text(london_instant(day_of(2025, 1, 5), 6 * 60)),
            "2025-01-05T06:00:00Z");
  EXPECT_EQ(utc_text(london_instant(day_of(2025, 7, 5), 6 * 60)),
            "2025-07-05T05:00:00Z");
  EXPECT_EQ(utc_text(london_instant(day_of(2025, 7, 5), 0 * 60)),
            "2025-07-04T23:00:00Z");
  // Skipped in spring: the change itself; shown twice in autumn: the first.
  EXPECT_EQ(utc_text(london_instant(day_of(2025, 3, 30), 1 * 60)),
            "2025-03-30T01:00:00Z");
  EXPECT_EQ(utc_text(london_instant(day_of(2025, 10, 26), 1 * 60)),
            "2025-10-26T00:00:00Z");
  EXPECT_EQ(utc_text(london_instant(day_of(2025, 10, 26), 2 * 60)),
            "2025-10-26T02:00:00Z");
}

TEST(instant_test, finds_the_next_upkeep) {
  EXPECT_EQ(next(at(2025, 1, 5, 5, 59), 6), "2025-01-05T06:00:00Z");
  EXPECT_EQ(next(at(2025, 1, 5, 6, 0), 6), "2025-01-06T06:00:00Z");
  EXPECT_EQ(next(at(2025, 7, 5, 5, 30), 6), "2025-07-06T05:00:00Z");
  EXPECT_EQ(next(at(2025, 7, 5, 23, 30), 0), "2025-07-06T23:00:00Z");
}

TEST(instant_test, keeps_the_hour_over_a_change_of_the_clocks) {
  // 23 hours to the next one in spring, 25 in autumn.
  EXPECT_EQ(next(at(2025, 3, 29, 6, 0), 6), "2025-03-30T05:00:00Z");
  EXPECT_EQ(next(at(2025, 10, 25, 5, 0), 6), "2025-10-26T06:00:00Z");
  EXPECT_EQ(next(at(2025, 10, 26, 0, 0), 1), "2025-10-27T01:00:00Z")
    << "not again when the clocks show one for the second time";
}

TEST(instant_test, knows_minutes_too) {
  EXPECT_EQ(utc_text(next_upkeep(at(2025, 7, 5, 5, 0), 6 * 60 + 30, 24)),
            "2025-07-05T05:30:00Z");
}

TEST(instant_test, counts_upkeep_round_the_clock) {
  EXPECT_EQ(next(at(2025, 1, 5, 6, 0), 6, 8), "2025-01-05T14:00:00Z");
  EXPECT_EQ(next(at(2025, 1, 5, 14, 0), 6, 8), "2025-01-05T22:00:00Z");
  EXPECT_EQ(next(at(2025, 1, 5, 22, 0), 6, 8), "2025-01-06T06:00:00Z");
  EXPECT_EQ(next(at(2025, 1, 5, 0, 30), 22, 4), "2025-01-05T02:00:00Z");
  EXPECT_EQ(next(at(2025, 1, 5, 0, 30), 0, 1), "2025-01-05T01:00:00Z");
}

} // namespace
} // namespace racefill::test
