#include "infra/pure/eta.hpp"

#include <gtest/gtest.h>

namespace racefill::test {
namespace {

TEST(eta_test, says_nothing_before_the_first_day_is_in) {
  EXPECT_EQ(estimate_eta({.days_left = 10, .limit_per_second = 2}).mid, -1);
}

TEST(eta_test, is_exact_when_only_days_are_wanted) {
  const auto x
    = estimate_eta({.days_left = 10, .fast = true, .limit_per_second = 2});
  EXPECT_EQ(x.low, 5);
  EXPECT_EQ(x.mid, 5);
  EXPECT_EQ(x.high, 5);
}

TEST(eta_test, counts_known_and_undiscovered_horses) {
  const auto x = estimate_eta({.days_left = 10,
                               .horses_left = 100,
                               .session_days = 5,
                               .session_new_horses = 50,
                               .limit_per_second = 2});
  EXPECT_EQ(x.low, 55);
  EXPECT_EQ(x.mid, 80);
  EXPECT_EQ(x.high, 105);
}

TEST(eta_test, uses_the_rate_of_late_once_it_means_something) {
  const auto x = estimate_eta({.horses_left = 100,
                               .requests_lately = 100,
                               .seconds_lately = 100,
                               .limit_per_second = 2});
  EXPECT_EQ(x.low, 50);
  EXPECT_EQ(x.mid, 100);
}

TEST(eta_test, says_nothing_while_nobody_may_ask) {
  const auto x = estimate_eta(
    {.horses_left = 100, .limit_per_second = 2, .may_ask = false});
  EXPECT_EQ(x.low, -1);
  EXPECT_EQ(x.mid, -1);
}

TEST(eta_test, is_zero_when_nothing_is_left) {
  EXPECT_EQ(estimate_eta({.limit_per_second = 2}).mid, 0);
}

} // namespace
} // namespace racefill::test
