/// The GATEKEEPER's limits beside the one over everything, and their change.
#include "tests/actors/gatekeeper_fixture.hpp"

namespace racefill::test {
namespace {

TEST_F(gatekeeper_test, limits_of_a_kind_hold_back_that_kind_alone) {
  settings.limits.requests = 5;
  settings.limits.racecards_requests = 1;
  start_and_wait_out_the_silence();
  ask("card 1");
  ask("card 2");
  ask("horse", call_kind::horse);
  EXPECT_EQ(names(), (strings{"card 1", "horse"}));
  exchange(answers[0].given);
  advance(1'005ms);
  EXPECT_EQ(names(), (strings{"card 1", "horse", "card 2"}));
}

TEST_F(gatekeeper_test, leaves_the_reserve_to_others) {
  settings.limits.requests = 3;
  settings.limits.reserve = 2;
  start_and_wait_out_the_silence();
  ask_many(2);
  EXPECT_EQ(answers.size(), 1u);
  EXPECT_DOUBLE_EQ(status().limit_per_second, 1.0);
}

TEST_F(gatekeeper_test, keeps_the_ip_budget) {
  settings.limits.requests = 0;
  settings.limits.ip_requests = 4;
  start();
  advance(11'005ms); // Without a limit an earlier life may have spent it all.
  ask_many(5);
  ASSERT_EQ(answers.size(), 4u);
  for (const auto& x : std::vector<answer>(answers))
    exchange(x.given);
  advance(10'005ms - 1ns);
  EXPECT_EQ(answers.size(), 4u);
  advance(1ns);
  EXPECT_EQ(answers.size(), 5u);
}

TEST_F(gatekeeper_test, tightened_limits_count_past_requests) {
  settings.limits.requests = 4;
  start_and_wait_out_the_silence();
  ask_many(3);
  ASSERT_EQ(answers.size(), 3u);
  for (const auto& x : std::vector<answer>(answers))
    exchange(x.given);
  auto tight = settings.limits;
  tight.requests = 2;
  tight.window_us = 3'000'000;
  self->send(gate, configure_atom_v, tight);
  ask_many(1);
  EXPECT_EQ(answers.size(), 3u);
  advance(3'005ms - 1ns);
  EXPECT_EQ(answers.size(), 3u);
  advance(1ns);
  EXPECT_EQ(answers.size(), 4u);
}

TEST_F(gatekeeper_test, loosened_limits_serve_waiters_at_once) {
  start_and_wait_out_the_silence();
  ask_many(5);
  EXPECT_EQ(answers.size(), 2u);
  auto loose = settings.limits;
  loose.requests = 5;
  self->send(gate, configure_atom_v, loose);
  drain();
  EXPECT_EQ(answers.size(), 5u);
}

TEST_F(gatekeeper_test, takes_over_another_mode_and_guard) {
  settings.limits.mode = gate_mode::ack;
  start_and_wait_out_the_silence();
  ask_many(3);
  for (std::size_t i = 0; i < 2; ++i) {
    tell(answers[i].given, call_step::sent);
    tell(answers[i].given, call_step::acknowledged);
  }
  auto limits = settings.limits;
  limits.mode = gate_mode::reply;
  self->send(gate, configure_atom_v, limits);
  advance(30s);
  EXPECT_EQ(answers.size(), 2u); // An acknowledgement proves nothing now.
  EXPECT_EQ(status().mode, "reply");
  limits.mode = gate_mode::ack;
  limits.guard_us = 60'000'000;
  self->send(gate, configure_atom_v, limits);
  advance(31s - 1ns);
  EXPECT_EQ(answers.size(), 2u);
  advance(1ns);
  EXPECT_EQ(answers.size(), 3u);
}

TEST_F(gatekeeper_test, a_leap_of_the_clock_grants_no_more_than_a_window) {
  settings.limits.mode = gate_mode::ack;
  start_and_wait_out_the_silence();
  ask_many(9);
  for (std::size_t i = 0; i < 2; ++i)
    exchange(answers[i].given);
  advance(1h); // As after a machine's sleep.
  EXPECT_EQ(answers.size(), 4u);
}

} // namespace
} // namespace racefill::test
