#include "app/config/nearest.hpp"

#include <gtest/gtest.h>

namespace racefill {
namespace {

const std::vector<std::string> names{"gate.requests", "gate.reserve",
                                     "http.attempts", "run"};

TEST(nearest, counts_inserted_dropped_replaced_and_swapped_letters) {
  EXPECT_EQ(edit_distance("", ""), 0U);
  EXPECT_EQ(edit_distance("abc", ""), 3U);
  EXPECT_EQ(edit_distance("gate", "gates"), 1U);
  EXPECT_EQ(edit_distance("gate", "gata"), 1U);
  EXPECT_EQ(edit_distance("agte", "gate"), 1U);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);
}

TEST(nearest, finds_the_name_that_was_meant) {
  EXPECT_EQ(nearest("gate.request", names), "gate.requests");
  EXPECT_EQ(nearest("GATE.RESERVE", names), "gate.reserve");
  EXPECT_EQ(nearest("http.atempts", names), "http.attempts");
  EXPECT_EQ(nearest("urn", names), "run");
}

TEST(nearest, suggests_nothing_for_what_is_far_from_all) {
  EXPECT_EQ(nearest("database.url", names), "");
  EXPECT_EQ(nearest("x", names), "");
  EXPECT_EQ(nearest("", names), "");
  EXPECT_EQ(nearest(std::string(1'000'000, 'g'), names), "");
}

} // namespace
} // namespace racefill
