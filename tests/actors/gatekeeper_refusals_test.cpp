/// The GATEKEEPER after 429s, blocks and failures: pauses, breaker, retries.
#include "infra/log/log.hpp"
#include "tests/actors/gatekeeper_fixture.hpp"

namespace racefill::test {
namespace {

TEST_F(gatekeeper_test, pauses_and_resumes_by_message) {
  start_and_wait_out_the_silence();
  self->send(gate, pause_atom_v);
  ask_many(1);
  advance(1min);
  EXPECT_EQ(answers.size(), 0u);
  EXPECT_TRUE(status().paused);
  self->send(gate, resume_atom_v);
  drain();
  EXPECT_EQ(answers.size(), 1u);
  EXPECT_FALSE(status().paused);
}

TEST_F(gatekeeper_test, a_429_pauses_the_whole_gate_for_its_retry_after) {
  start_and_wait_out_the_silence();
  ask_many(1);
  exchange(answers[0].given, 429, fault::none, 7'000);
  ask_many(1, call_kind::courses);
  EXPECT_EQ(status().paused_for_ms, 7'000);
  EXPECT_EQ(status().rate_limited, 1);
  advance(7s - 1ns);
  EXPECT_EQ(answers.size(), 1u);
  advance(1ns);
  EXPECT_EQ(answers.size(), 2u);
}

TEST_F(gatekeeper_test, an_absurd_retry_after_is_capped) {
  for (auto absurd : {std::int64_t{86'400'000}, INT64_MAX}) {
    answers.clear();
    start_and_wait_out_the_silence();
    ask_many(1);
    exchange(answers[0].given, 429, fault::none, absurd);
    EXPECT_EQ(status().paused_for_ms, 900'000);
  }
}

TEST_F(gatekeeper_test, a_429_without_retry_after_pauses_one_second_growing) {
  start_and_wait_out_the_silence();
  std::vector<std::int64_t> pauses;
  for (auto code : {429, 429, 429, 200, 429}) {
    ask_many(1);
    exchange(answers.back().given, code);
    const auto pause = status().paused_for_ms;
    pauses.push_back(pause);
    advance(std::chrono::milliseconds(pause) + 2s);
  }
  // Never less than a window and its guard, for servers with fixed windows.
  EXPECT_EQ(pauses, (std::vector<std::int64_t>{1'005, 2'000, 4'000, 0, 1'005}));
}

TEST_F(gatekeeper_test, a_block_cools_off_for_five_minutes) {
  start_and_wait_out_the_silence();
  ask_many(1);
  exchange(answers[0].given, 403, fault::blocked);
  ask_many(1);
  advance(5min - 1ns);
  EXPECT_EQ(answers.size(), 1u);
  advance(1ns);
  EXPECT_EQ(answers.size(), 2u);
  EXPECT_EQ(tally_of("blocked"), 1);
}

TEST_F(gatekeeper_test, the_breaker_opens_probes_and_closes) {
  settings.limits.requests = 100;
  settings.limits.ip_requests = 0;
  settings.breaker_failures = 3;
  start_and_wait_out_the_silence();
  ask_many(4);
  for (int i = 0; i < 3; ++i)
    exchange(answers[static_cast<std::size_t>(i)].given, 0, fault::unreachable);
  EXPECT_EQ(status().breaker, "open");
  // What was under way before tells nothing new.
  exchange(answers[3].given, 503);
  answers.clear();
  ask_many(3);
  auto wait = 5s;
  for (int i = 0; i < 5; ++i) { // 5, 10, 20, 40, 60 seconds.
    advance(wait - 1ns);
    EXPECT_EQ(answers.size(), 0u) << wait.count();
    advance(1ns);
    ASSERT_EQ(answers.size(), 1u) << wait.count();
    EXPECT_TRUE(answers[0].given.probe);
    EXPECT_EQ(status().breaker, "probing");
    exchange(answers[0].given, 0, fault::unreachable);
    answers.clear();
    ask_many(1);
    wait = std::min<std::chrono::seconds>(2 * wait, 60s);
  }
  advance(60s);
  ASSERT_EQ(answers.size(), 1u);
  exchange(answers[0].given, 200);
  EXPECT_EQ(status().breaker, "closed");
  EXPECT_EQ(answers.size(), 3u) << "all others go";
  EXPECT_FALSE(answers[1].given.probe);
}

TEST_F(gatekeeper_test, a_released_probe_is_given_to_the_next) {
  settings.breaker_failures = 1;
  start_and_wait_out_the_silence();
  ask_many(1);
  exchange(answers[0].given, 500);
  ask_many(2);
  advance(5s);
  ASSERT_EQ(answers.size(), 2u);
  self->send(gate, release_atom_v, answers[1].given);
  drain();
  ASSERT_EQ(answers.size(), 3u);
  EXPECT_TRUE(answers[2].given.probe);
}

TEST_F(gatekeeper_test, sends_retries_beyond_their_budget_away) {
  settings.limits.requests = 0;
  settings.limits.ip_requests = 0;
  settings.retry_budget_floor = 2;
  settings.retry_budget_share = 0.1;
  start_and_wait_out_the_silence();
  ask("retry 1", call_kind::racecards, 2);
  ask("retry 2", call_kind::racecards, 2);
  ask("retry 3", call_kind::racecards, 3);
  ask("first", call_kind::racecards, 1);
  EXPECT_EQ(names(), (strings{"retry 1", "retry 2", "retry 3", "first"}));
  EXPECT_EQ(answers.at(2).refusal, fault::late);
  EXPECT_EQ(answers.at(3).refusal, fault::none);
  for (int i = 0; i < 7; ++i) // Ten requests pay for a third retry.
    ask("more", call_kind::horse, 1);
  ask("retry 3", call_kind::racecards, 3);
  EXPECT_EQ(answers.back().refusal, fault::none);
  ask("retry 4", call_kind::racecards, 2);
  EXPECT_EQ(answers.back().refusal, fault::late);
  advance(5min + 2s); // Five minutes later the first ones are forgotten.
  ask("retry 4", call_kind::racecards, 2);
  EXPECT_EQ(answers.back().refusal, fault::none);
}

TEST_F(gatekeeper_test, retries_alone_live_on_good_answers) {
  settings.limits.requests = 0;
  settings.limits.ip_requests = 0;
  settings.retry_budget_floor = 0;
  settings.retry_budget_share = 0;
  start_and_wait_out_the_silence();
  ask("first", call_kind::racecards, 1);
  exchange(answers.back().given, 200);
  ask("retry", call_kind::racecards, 2);
  EXPECT_EQ(answers.back().refusal, fault::late); // More may come.
  advance(2s);
  for (const auto expected : {fault::none, fault::none, fault::late}) {
    ask("retry", call_kind::racecards, 2);
    EXPECT_EQ(answers.back().refusal, expected);
  }
}

TEST_F(gatekeeper_test, an_open_breaker_asks_for_no_budget) {
  settings.limits.requests = 0;
  settings.limits.ip_requests = 0;
  settings.retry_budget_floor = 0;
  settings.retry_budget_share = 0;
  settings.breaker_failures = 1;
  start_and_wait_out_the_silence();
  ask("first", call_kind::racecards, 1);
  exchange(answers.back().given, 500);
  ask("retry 1", call_kind::racecards, 2);
  ask("retry 2", call_kind::racecards, 2);
  EXPECT_EQ(answers.size(), 1u);
  advance(5s);
  ASSERT_EQ(answers.size(), 2u);
  EXPECT_TRUE(answers.back().given.probe);
  // It works, and so proves that retries are worth their while.
  exchange(answers.back().given, 200);
  ASSERT_EQ(answers.size(), 3u);
  EXPECT_EQ(answers.back().refusal, fault::none);
}

} // namespace
} // namespace racefill::test
