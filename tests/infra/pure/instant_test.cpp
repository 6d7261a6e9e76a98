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

} // namespace
} // namespace racefill::test
