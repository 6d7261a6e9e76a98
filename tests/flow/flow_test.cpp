// The whole service under virtual time, over a simulated world.
#include <algorithm>
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

// From then on there are but retries.
nanos last_first_attempt(const flow_run& run) {
  nanos last = 0;
  for (const auto& [at, is_retry] : run.world->attempts)
    if (!is_retry)
      last = at;
  return last;
}

// The good answers a second while first attempts are left to make, as a share
// of the limit; and how long the rest took.
struct bad_hour {
  double useful = 0;
  double minutes_after = 0;
};

bad_hour run_through(flow_run& run) {
  EXPECT_TRUE(run.run());
  const auto& all = run.world->attempts;
  const auto last_first = last_first_attempt(run);
  const auto begin = all.front().first;
  const auto good = std::count_if(run.world->useful.begin(),
                                  run.world->useful.end(),
                                  [&](nanos x) { return x <= last_first; });
  bad_hour x;
  x.useful = static_cast<double>(good) * one_second
             / static_cast<double>(last_first - begin) / 2;
  x.minutes_after = static_cast<double>(all.back().first - last_first)
                    / one_minute;
  return x;
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
  nanos last_first = 0;
  std::int64_t retries = 0;
  double fullest = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (!all[i].second) {
      last_first = all[i].first;
      continue;
    }
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
    auto allowed = 20 + 0.1 * static_cast<double>(recent);
    if (all[i].first - last_first > 1'500 * one_millisecond) // They are alone.
      allowed
        += 2.0
           * static_cast<double>(std::count_if(
             run.world->useful.begin(), run.world->useful.end(), [&](nanos x) {
               return x <= all[i].first && all[i].first - x < 302 * one_second;
             }));
    EXPECT_LE(static_cast<double>(recent_retries), allowed + 1) << i;
    fullest = std::max(fullest, static_cast<double>(recent_retries) / allowed);
  }
  // The budget was what held them back.
  EXPECT_GT(retries, 100);
  EXPECT_GT(fullest, 0.95);
}

TEST(flow_test, a_bad_hour_costs_no_more_than_its_bad_answers) {
  for (const std::int32_t percent : {5, 20, 50}) {
    flow_plan plan;
    plan.days = 60;
    plan.races_a_day = 4;
    plan.horses = 900;
    plan.only_500s = true;
    plan.api_faults = 1'000'000;
    plan.api_faults_an_item = 4; // The fifth attempt would park it.
    plan.api_fault_percent = percent;
    plan.mode = gate_mode::ack;
    flow_run run{plan};
    const auto x = run_through(run);
    expect_whole(run);
    std::cout << percent << " %: " << x.useful << " of the limit, the rest "
              << x.minutes_after << " minutes\n";
    EXPECT_GE(x.useful, 0.9 * (1 - percent / 100.0)) << percent << " %";
    EXPECT_LE(x.minutes_after, 10) << percent << " %";
  }
}

// Three dates and three horses that never work, beside many that do.
TEST(flow_test, what_always_answers_500_is_parked_and_the_rest_goes_on) {
  flow_plan plan;
  plan.always_500 = {"/horses/h3",
                     "/horses/h7",
                     "/horses/h11",
                     "/racecards/2015-01-03/0",
                     "/racecards/2015-01-04/0",
                     "/racecards/2015-01-05/0"};
  flow_run run{plan};
  EXPECT_TRUE(run.run());
  EXPECT_TRUE(run.ears.halts.empty());
  EXPECT_EQ(run.world->database->totals().horses_pending, 0);
  for (const char* day : {"2015-01-03", "2015-01-04", "2015-01-05"})
    EXPECT_EQ(run.world->database->days.at(*parse_date(day)).state,
              day_state::failed);
  EXPECT_LT(run.age(), 15 * one_minute);
}

TEST(flow_test, what_breaks_its_decoder_is_parked_and_the_rest_goes_on) {
  flow_plan plan;
  plan.poison = {"2015-01-03", "2015-01-17", "h3", "h20"};
  flow_run run{plan};
  EXPECT_TRUE(run.run());
  EXPECT_TRUE(run.ears.gave_up.empty());
  const auto& found = *run.world->database;
  EXPECT_EQ(found.totals().horses_pending, 0);
  EXPECT_EQ(found.totals().horses_failed, 2);
  EXPECT_EQ(found.horses.at("h20"), horse_state::failed);
  std::vector<std::string> reasons;
  for (const auto& each : run.ears.files->errors)
    reasons.push_back(each.key);
  std::sort(reasons.begin(), reasons.end());
  EXPECT_EQ(reasons, (std::vector<std::string>{"2015-01-03", "2015-01-17",
                                               "h20", "h3"}));
  for (const auto& [day, record] : found.days)
    EXPECT_EQ(record.state == day_state::failed,
              plan.poison.count(to_string(day)) != 0)
      << to_string(day);
}

// Nothing else is left, as in every later run of theirs.
TEST(flow_test, a_run_of_nothing_but_bad_days_parks_them) {
  flow_plan plan;
  plan.days = 9;
  for (std::int32_t i = 0; i < plan.days; ++i)
    plan.always_500.insert("/racecards/" + to_string(plan.first + i) + "/0");
  flow_run run{plan};
  EXPECT_TRUE(run.run());
  EXPECT_TRUE(run.ears.halts.empty());
  for (const auto& [day, record] : run.world->database->days)
    EXPECT_EQ(record.state, day_state::failed) << to_string(day);
  EXPECT_EQ(run.world->database->days.size(), 9u);
  EXPECT_LT(run.age(), 15 * one_minute);
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
