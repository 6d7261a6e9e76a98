// The whole service under virtual time, over a simulated world.
#include <iostream>

#include "tests/flow/flow_run.hpp"

namespace racefill::test {
namespace {

using namespace std::chrono_literals;

// Everything that must hold at the end of a run that finished.
void expect_whole(flow_run& run) {
  EXPECT_EQ(wrongs_of(run), "");
}

flow_plan small_plan() {
  return {};
}

TEST(flow_test, a_clean_run_makes_the_tables_true_with_fewest_requests) {
  auto plan = small_plan();
  plan.page_limit = 1;
  flow_run run{plan};
  EXPECT_TRUE(run.run());
  EXPECT_EQ(run.world->sent, run.world->requests_needed());
  for (const auto& [target, count] : run.world->requests)
    EXPECT_EQ(count, 1) << target;
  expect_whole(run);
  EXPECT_EQ(run.ears.finished, 1);
  EXPECT_TRUE(run.ears.halts.empty());
  // N requests take N / 2 seconds, and the start-up silence.
  EXPECT_LT(run.age(), (run.world->sent / 2 + 10) * one_second
                         + run.world->sent * 100 * one_millisecond);
}

TEST(flow_test, days_before_the_history_are_probed_and_settled) {
  auto plan = small_plan();
  plan.days = 500;
  plan.before_history = 450;
  flow_run run{plan};
  EXPECT_TRUE(run.run());
  expect_whole(run);
  std::int64_t asked = 0;
  for (std::int32_t i = 0; i < plan.before_history; ++i)
    asked += static_cast<std::int64_t>(run.world->requests.count(
      "/racecards/" + to_string(plan.first + i) + "/0"));
  // The run, a probe a year, and what each fetcher held when the run was full.
  EXPECT_LE(asked, 30 + 2 + 4 * 2);
}

void run_seed(std::uint64_t seed) {
  flow_run run{faulty_plan(seed)};
  const bool has_finished = run.run();
  EXPECT_EQ(wrongs_at_end(run, has_finished), "")
    << "replay: ./dev simulate-faults --seed " << seed;
}

TEST(flow_test, many_seeds_of_faults_change_nothing_in_the_tables) {
  for (std::uint64_t seed = 1; seed <= RACEFILL_FLOW_SEEDS && !HasFailure();
       ++seed)
    run_seed(seed);
}

TEST(flow_test, the_same_seed_gives_the_same_trace) {
  auto hash = [](std::uint64_t seed) {
    flow_run run{faulty_plan(seed)};
    run.run();
    return run.world->hash;
  };
  EXPECT_EQ(hash(7), hash(7));
  EXPECT_NE(hash(7), hash(8));
}

TEST(flow_test, a_child_that_keeps_dying_ends_the_run_once) {
  flow_run run{small_plan()};
  caf::strong_actor_ptr last;
  const bool finished = run.run_until([&] {
    auto& now = run.ears.alive.at("extractor");
    if (now != last && run.age() > 3 * one_second) {
      last = now;
      caf::anon_send_exit(now, caf::exit_reason::kill);
    }
    return false;
  });
  EXPECT_FALSE(finished);
  ASSERT_EQ(run.ears.gave_up.size(), 1u);
  EXPECT_EQ(run.ears.gave_up[0].rfind("extractor", 0), 0u);
}

TEST(flow_test, retries_stay_within_their_budget_at_every_instant) {
  flow_plan plan;
  plan.days = 150;
  plan.races_a_day = 4;
  plan.horses = 1'500;
  plan.api_faults = 100'000;
  plan.api_fault_percent = 25; // Far more than the budget pays for.
  flow_run run{plan};
  EXPECT_TRUE(run.run());
  expect_whole(run);
  // At the instant of each retry, of the five minutes before it. The gate
  // counts by slices of a second, and grants a moment before the request goes
  // out.
  const auto& all = run.world->attempts;
  std::int64_t retries = 0;
  double fullest = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (!all[i].second)
      continue;
    ++retries;
    std::int64_t recent = 0;
    std::int64_t recent_retries = 0;
    for (std::size_t j = i + 1; j-- > 0;) {
      const auto ago = all[i].first - all[j].first;
      if (ago > 302 * one_second)
        break;
      ++recent;
      recent_retries += all[j].second && ago < 300 * one_second;
    }
    const auto allowed = 20 + 0.1 * static_cast<double>(recent);
    EXPECT_LE(static_cast<double>(recent_retries), allowed + 1) << i;
    fullest = std::max(fullest, static_cast<double>(recent_retries) / allowed);
  }
  // The budget was what held them back.
  EXPECT_GT(retries, 100);
  EXPECT_GT(fullest, 0.95);
}

TEST(flow_test, ten_minutes_without_provider_lose_and_park_nothing) {
  auto plan = small_plan();
  plan.outage_from = 20 * one_second;
  plan.outage_until = 620 * one_second;
  flow_run run{plan};
  run.run_until([&] { return run.age() > 500 * one_second; });
  EXPECT_EQ(run.breaker_states.count("open"), 1u);
  EXPECT_NE(run.last.gate.breaker, "closed");
  EXPECT_EQ(run.last.run.session_errors, 0);
  EXPECT_GT(run.last.run.days_left + run.last.run.horses_left, 0);
  EXPECT_TRUE(run.run());
  EXPECT_GT(run.age(), 600 * one_second);
  expect_whole(run);
  EXPECT_TRUE(run.ears.files->errors.empty());
}

TEST(flow_test, full_plan_of_eleven_years_in_virtual_time) {
  flow_plan plan;
  plan.days = 3'942;
  plan.races_a_day = 9;
  plan.runners_a_race = 10;
  plan.horses = 86'000;
  plan.before_history = 0;
  plan.limit = 100 * 60 * one_minute;
  plan.mailbox_look = 101; // Millions of messages: a sample.
  const auto start = std::chrono::steady_clock::now();
  flow_run run{plan};
  EXPECT_TRUE(run.run());
  const std::chrono::duration<double> took = std::chrono::steady_clock::now()
                                             - start;
  expect_whole(run);
  EXPECT_EQ(run.world->sent, run.world->requests_needed());
  std::cout << run.world->seen.size() << " horses, " << run.world->sent
            << " requests, " << run.age() / one_minute / 60
            << " virtual hours in " << took.count() << " s\n";
}

} // namespace
} // namespace racefill::test
