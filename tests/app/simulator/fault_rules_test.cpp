#include "app/simulator/fault_rules.hpp"

#include <stdexcept>

#include <gtest/gtest.h>

namespace racefill::sim {
namespace {

using namespace std::chrono_literals;

// How many of the first 1,000 requests a rule strikes.
int strikes(const char* rule, std::uint64_t seed = 1) {
  fault_book book{seed};
  book.add(parse_fault(rule), 0s);
  int times = 0;
  for (std::uint64_t n = 1; n <= 1000; ++n)
    times += book.choose(n, "/v1/horses/hrs_1/pro", 1s) != nullptr ? 1 : 0;
  return times;
}

TEST(fault_rules, strike_when_they_say) {
  EXPECT_EQ(strikes("500"), 1000);
  EXPECT_EQ(strikes("500:every=10"), 100);
  EXPECT_EQ(strikes("500:after=901"), 100);
  EXPECT_EQ(strikes("500:count=3"), 3);
  EXPECT_EQ(strikes("500:path=/horses/"), 1000);
  EXPECT_EQ(strikes("500:path=/racecards"), 0);
  EXPECT_EQ(strikes("500:from=2"), 0);
  EXPECT_EQ(strikes("500:to=0.5"), 0);
  EXPECT_EQ(strikes("500:from=0.5,to=2,every=2,count=7"), 7);
  EXPECT_NEAR(strikes("500:p=0.1"), 100, 35);
}

TEST(fault_rules, draw_the_same_lots_from_the_same_seed) {
  const auto lots = [](std::uint64_t seed) {
    fault_book book{seed};
    book.add(parse_fault("503:p=0.5"), 0s);
    std::string all;
    for (std::uint64_t n = 1; n <= 64; ++n)
      all += book.choose(n, "/", 0s) != nullptr ? '1' : '0';
    return all;
  };
  EXPECT_EQ(lots(7), lots(7));
  EXPECT_NE(lots(7), lots(8));
}

TEST(fault_rules, let_the_first_that_applies_strike) {
  fault_book book{1};
  book.add(parse_fault("500:every=2"), 0s);
  book.add(parse_fault("hang"), 0s);
  EXPECT_EQ(book.choose(1, "/", 0s)->kind, fault_kind::hang);
  EXPECT_EQ(book.choose(2, "/", 0s)->kind, fault_kind::status);
  EXPECT_EQ(book.struck().at("hang"), 1U);
  book.clear();
  EXPECT_EQ(book.choose(3, "/", 0s), nullptr);
}

TEST(fault_rules, refuse_nonsense_with_a_text_for_people) {
  for (const auto* text :
       {"", "nonsense", "600", "5x0", "500:every", "500:every=x", "500:p=2",
        "500:every=-1", "drip:bytes=0", "null-field", "500:what=1",
        "html:status=99", "500:p=1e999"})
    EXPECT_THROW(parse_fault(text), std::invalid_argument) << text;
}

TEST(fault_rules, explain_every_kind) {
  for (const auto* kind :
       {"redirect", "html", "hang", "drip", "reset", "reset-inside", "short",
        "short-chunks", "garbage", "shape", "empty-page", "refuse", "outage",
        "extra-fields", "halved", "empty-day"}) {
    EXPECT_NE(fault_help().find(kind), std::string::npos);
    EXPECT_NO_THROW(parse_fault(kind)) << kind;
  }
}

} // namespace
} // namespace racefill::sim
