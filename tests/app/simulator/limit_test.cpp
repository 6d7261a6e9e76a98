#include "app/simulator/limit.hpp"

#include <gtest/gtest.h>

namespace racefill::sim {
namespace {

using namespace std::chrono_literals;

TEST(sliding_window, lets_two_pass_and_refuses_the_third) {
  sliding_window w{{2, 1000ms}};
  EXPECT_TRUE(w.arrive(0ns));
  EXPECT_TRUE(w.arrive(10ms));
  EXPECT_FALSE(w.arrive(999ms));
  EXPECT_EQ(w.largest(), 3U);
}

TEST(sliding_window, frees_a_slot_exactly_one_window_later) {
  sliding_window early{{2, 1000ms}};
  EXPECT_TRUE(early.arrive(0ns));
  EXPECT_TRUE(early.arrive(0ns));
  EXPECT_FALSE(early.arrive(1s - 1ns));
  sliding_window due{{2, 1000ms}};
  EXPECT_TRUE(due.arrive(0ns));
  EXPECT_TRUE(due.arrive(0ns));
  EXPECT_TRUE(due.arrive(1s));
  EXPECT_TRUE(due.arrive(1s));
  EXPECT_FALSE(due.arrive(1s));
}

TEST(sliding_window, counts_refused_arrivals) {
  sliding_window w{{2, 1000ms}};
  EXPECT_TRUE(w.arrive(0ns));
  EXPECT_TRUE(w.arrive(100ms));
  EXPECT_FALSE(w.arrive(900ms));
  EXPECT_TRUE(w.arrive(1100ms)); // With 900 ms: two.
  EXPECT_FALSE(w.arrive(1200ms));
}

TEST(sliding_window, counts_an_arrival_noted_late_where_it_belongs) {
  sliding_window w{{2, 1000ms}};
  EXPECT_TRUE(w.arrive(5s + 20ms));
  EXPECT_TRUE(w.arrive(5s)); // Overtaken between arrival and note.
  EXPECT_TRUE(w.arrive(6s)); // The one at 5 s has left.
  EXPECT_FALSE(w.arrive(6s + 19ms));
}

TEST(sliding_window, refuses_a_late_note_that_fills_a_later_window) {
  sliding_window w{{2, 1000ms}};
  EXPECT_TRUE(w.arrive(5s + 500ms));
  EXPECT_TRUE(w.arrive(5s + 900ms));
  EXPECT_FALSE(w.arrive(5s)); // (4.9, 5.9] holds three.
  EXPECT_EQ(w.largest(), 3U);
}

TEST(sliding_window, has_no_limit_at_zero_but_still_counts) {
  sliding_window w{{0, 1000ms}};
  for (int i = 0; i < 50; ++i)
    EXPECT_TRUE(w.arrive(1s));
  EXPECT_EQ(w.largest(), 50U);
}

TEST(limiter, holds_an_endpoint_to_its_own_limit) {
  std::array<limit_settings, endpoint_count> each{limit_settings{0, 1000ms},
                                                  limit_settings{1, 1000ms},
                                                  limit_settings{0, 1000ms},
                                                  limit_settings{0, 1000ms}};
  limiter x{{5, 1000ms}, each};
  EXPECT_FALSE(x.arrive(endpoint::horses, 0ns).refused);
  EXPECT_TRUE(x.arrive(endpoint::horses, 1ms).refused);
  EXPECT_FALSE(x.arrive(endpoint::racecards, 2ms).refused);
  EXPECT_EQ(x.arrivals(), 3U);
  EXPECT_EQ(x.refused(), 1U);
}

} // namespace
} // namespace racefill::sim
