#include "infra/facts/plan_summary.hpp"

#include <gtest/gtest.h>

namespace racefill {
namespace {

plan_input ten_days() {
  plan_input x;
  x.request.start = *parse_date("2024-06-01");
  x.request.end = *parse_date("2024-06-10");
  x.request.today = *parse_date("2024-06-10");
  x.request.history_start = *parse_date("2023-01-23");
  return x;
}

TEST(plan_summary, everything_is_asked_when_nothing_is_known) {
  const auto plan = summarize_plan(ten_days(), {});
  EXPECT_EQ(plan.days, 10);
  EXPECT_EQ(plan.asked, 10);
  EXPECT_EQ(plan.provisional, 1);
  EXPECT_EQ(plan.calls.lower, 11); // The courses too.
  EXPECT_GT(plan.calls.likely, plan.calls.lower);
  EXPECT_GT(plan.calls.upper, plan.calls.likely);
  EXPECT_EQ(plan.seconds.lower, 6);
  EXPECT_EQ(to_string(plan.first_asked), "2024-06-10");
}

TEST(plan_summary, a_settled_range_costs_nothing) {
  auto input = ten_days();
  input.horses.done = 7;
  std::vector<day_record> ledger;
  for (int i = 0; i < 10; ++i) {
    day_record x;
    x.day = input.request.start + i;
    x.state = day_state::done;
    ledger.push_back(x);
  }
  const auto plan = summarize_plan(input, ledger);
  EXPECT_EQ(plan.asked, 0);
  EXPECT_EQ(plan.calls.upper, 0);
  EXPECT_EQ(plan.bytes.upper, 0);
  EXPECT_EQ(plan.reasons.at(day_reason::settled), 10);
  EXPECT_EQ(plan.horses_done, 7);
}

TEST(plan_summary, parked_horses_are_asked_and_unknown_ones_are_not) {
  auto input = ten_days();
  input.horses = {3, 10, 2, 4};
  EXPECT_EQ(summarize_plan(input, {}).horses_asked, 7);
  EXPECT_EQ(summarize_plan(input, {}).horses_not_found, 2);
  input.fast = true;
  EXPECT_EQ(summarize_plan(input, {}).horse_calls.upper, 0);
}

TEST(plan_summary, days_before_the_history_need_a_run_and_a_probe_a_year) {
  auto input = ten_days();
  input.request.start = *parse_date("2015-01-01");
  input.request.end = *parse_date("2023-01-22");
  const auto plan = summarize_plan(input, {});
  EXPECT_EQ(plan.before_history, plan.days);
  // 30 days in a row reach back to December 2022; 2015 to 2022 are eight years.
  EXPECT_EQ(plan.days_calls.lower, 30 + 8);
  EXPECT_EQ(plan.days_calls.upper, plan.days);
  input.request.ask_before_history = true;
  EXPECT_EQ(summarize_plan(input, {}).days_calls.lower, plan.days);
}

TEST(plan_summary, the_horse_curve_meets_the_known_ends) {
  EXPECT_NEAR(horses_within(3'942), 111'669, 1'000);
  EXPECT_NEAR(horses_within(1), 300, 50);
  EXPECT_EQ(horses_within(0), 0);
}

TEST(plan_summary, no_rate_is_no_division_by_zero) {
  auto input = ten_days();
  input.calls_per_second = 0;
  EXPECT_EQ(summarize_plan(input, {}).seconds.upper, 0);
}

} // namespace
} // namespace racefill
