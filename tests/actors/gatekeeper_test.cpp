#include "tests/actors/gatekeeper_fixture.hpp"

namespace racefill::test {
namespace {

TEST_F(gatekeeper_test, starts_silent_for_a_window_and_the_silence) {
  start();
  ask_many(1);
  advance(first_grant - 1ns);
  EXPECT_EQ(answers.size(), 0u);
  EXPECT_EQ(status().paused_for_ms, 1);
  advance(1ns);
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_EQ(answers[0].at, first_grant);
}

TEST_F(gatekeeper_test, counts_its_silence_from_when_it_was_alone) {
  advance(1s);
  settings.alone_since = sched_clock_now() - 300ms;
  start();
  ask_many(1);
  advance(first_grant - 300ms - 1ns);
  EXPECT_EQ(answers.size(), 0u);
  advance(1ns);
  EXPECT_EQ(answers.size(), 1u);
}

TEST_F(gatekeeper_test, counts_no_silence_from_the_future) {
  settings.alone_since = sched_clock_now() + 1h;
  start();
  ask_many(1);
  advance(first_grant);
  EXPECT_EQ(answers.size(), 1u);
}

TEST_F(gatekeeper_test, grants_n_at_once_and_the_next_a_window_after_a_reply) {
  start_and_wait_out_the_silence();
  ask_many(4);
  ASSERT_EQ(answers.size(), 2u);
  advance(300ms);
  exchange(answers[0].given);
  advance(1s); // The reply proves it, but the guard is not over.
  advance(5ms - 1ns);
  EXPECT_EQ(answers.size(), 2u);
  advance(1ns);
  ASSERT_EQ(answers.size(), 3u);
  EXPECT_EQ(answers[2].at, first_grant + 1'305ms);
  advance(10s); // The second permit still holds its slot.
  EXPECT_EQ(answers.size(), 3u);
}

TEST_F(gatekeeper_test, an_acknowledgement_frees_a_slot_in_ack_mode) {
  settings.limits.mode = gate_mode::ack;
  start_and_wait_out_the_silence();
  ask_many(3);
  tell(answers[0].given, call_step::sent);
  advance(80ms);
  tell(answers[0].given, call_step::acknowledged);
  advance(1'005ms - 1ns);
  EXPECT_EQ(answers.size(), 2u);
  advance(1ns);
  EXPECT_EQ(answers.size(), 3u);
}

TEST_F(gatekeeper_test, an_acknowledgement_proves_nothing_in_reply_mode) {
  start_and_wait_out_the_silence();
  ask_many(3);
  tell(answers[0].given, call_step::sent);
  tell(answers[0].given, call_step::acknowledged);
  advance(10s);
  EXPECT_EQ(answers.size(), 2u);
  tell(answers[0].given, call_step::replied);
  advance(1'005ms);
  EXPECT_EQ(answers.size(), 3u);
}

TEST_F(gatekeeper_test, without_acknowledgement_the_reply_serves_in_ack_mode) {
  settings.limits.mode = gate_mode::ack;
  start_and_wait_out_the_silence();
  ask_many(3);
  exchange(answers[0].given);
  advance(1'005ms - 1ns);
  EXPECT_EQ(answers.size(), 2u);
  advance(1ns);
  EXPECT_EQ(answers.size(), 3u);
}

TEST_F(gatekeeper_test, a_request_sent_twice_counts_twice) {
  start_and_wait_out_the_silence();
  ask_many(2);
  exchange(answers[0].given);
  exchange(answers[1].given);
  tell(answers[1].given, call_step::sent);
  ask_many(2);
  advance(1'005ms);
  EXPECT_EQ(answers.size(), 3u);
  EXPECT_EQ(status().requests, 3);
}

TEST_F(gatekeeper_test, paces_evenly_in_paced_mode) {
  settings.limits.mode = gate_mode::paced;
  start_and_wait_out_the_silence();
  ask_many(3);
  ASSERT_EQ(answers.size(), 1u);
  advance(505ms - 1ns);
  EXPECT_EQ(answers.size(), 1u);
  advance(1ns);
  EXPECT_EQ(answers.size(), 2u);
  advance(505ms);
  EXPECT_EQ(answers.size(), 3u);
}

TEST_F(gatekeeper_test, serves_courses_then_racecards_then_horses) {
  start();
  ask("horse 1", call_kind::horse);
  ask("horse 2", call_kind::horse);
  ask("card 1", call_kind::racecards);
  ask("courses", call_kind::courses);
  ask("card 2", call_kind::racecards);
  advance(first_grant);
  for (int i = 0; i < 5 && answers.size() < 5; ++i) {
    for (const auto& x : std::vector<answer>(answers))
      exchange(x.given);
    advance(1'005ms);
  }
  EXPECT_EQ(names(),
            (strings{"courses", "card 1", "card 2", "horse 1", "horse 2"}));
}

TEST_F(gatekeeper_test, refuses_callers_beyond_the_bound) {
  settings.waiting_max = 2;
  start();
  ask_many(3);
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_EQ(answers[0].who, "2");
  EXPECT_EQ(answers[0].refusal, fault::queue_full);
  EXPECT_EQ(status().waiting, 2);
}

TEST_F(gatekeeper_test, drops_a_waiter_whose_patience_ends) {
  start();
  ask("impatient", call_kind::racecards, 1, 500ms);
  ask("patient", call_kind::racecards, 1, 5s);
  advance(500ms - 1ns);
  EXPECT_EQ(answers.size(), 0u);
  advance(1ns);
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_EQ(answers[0].refusal, fault::late);
  advance_to(first_grant);
  ASSERT_EQ(answers.size(), 2u);
  EXPECT_EQ(answers[1].who, "patient");
  EXPECT_EQ(answers[1].refusal, fault::none);
}

TEST_F(gatekeeper_test, tells_waiters_that_it_stops_when_told_to) {
  start();
  ask_many(2);
  caf::anon_send_exit(gate, caf::exit_reason::user_shutdown);
  drain();
  ASSERT_EQ(answers.size(), 2u);
  EXPECT_EQ(answers[0].refusal, fault::stopping);
  EXPECT_EQ(answers[1].refusal, fault::stopping);
}

// It will be restarted, so they shall ask again: not `stopping`.
TEST_F(gatekeeper_test, answers_waiters_when_it_is_killed) {
  start();
  ask_many(2);
  caf::anon_send_exit(gate, caf::exit_reason::kill);
  drain();
  ASSERT_EQ(answers.size(), 2u);
  EXPECT_EQ(answers[0].refusal, fault::absent);
  EXPECT_EQ(answers[1].refusal, fault::absent);
}

TEST_F(gatekeeper_test, gives_no_permit_to_a_caller_that_died_waiting) {
  start();
  auto doomed = ask("doomed");
  ask("next");
  caf::anon_send_exit(doomed, caf::exit_reason::kill);
  drain();
  EXPECT_EQ(status().waiting, 1);
  advance(first_grant);
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_EQ(answers[0].who, "next");
  EXPECT_EQ(status().in_flight, 1);
}

TEST_F(gatekeeper_test, rests_while_nobody_waits) {
  start_and_wait_out_the_silence();
  ask_many(2);
  exchange(answers[0].given);
  EXPECT_FALSE(sched.trigger_timeout()) << "no timer without a waiter";
}

TEST_F(gatekeeper_test, a_released_permit_frees_its_slot_at_once) {
  start_and_wait_out_the_silence();
  ask_many(3);
  ASSERT_EQ(answers.size(), 2u);
  self->send(gate, release_atom_v, answers[0].given);
  drain();
  ASSERT_EQ(answers.size(), 3u);
  EXPECT_EQ(answers[2].at, first_grant);
  EXPECT_GT(answers[2].given.serial, answers[1].given.serial);
  // A permit that was used cannot be given back.
  ask("late");
  tell(answers[1].given, call_step::sent);
  self->send(gate, release_atom_v, answers[1].given);
  drain();
  EXPECT_EQ(answers.size(), 3u);
}

TEST_F(gatekeeper_test, gives_a_silent_permit_up_after_its_lifetime) {
  start_and_wait_out_the_silence();
  ask_many(3);
  ASSERT_EQ(answers.size(), 2u);
  advance(45s);
  EXPECT_EQ(answers.size(), 2u);
  advance(1'005ms - 1ns);
  EXPECT_EQ(answers.size(), 2u);
  advance(1ns);
  EXPECT_EQ(answers.size(), 3u);
  EXPECT_EQ(tally_of("unreported"), 2);
}

TEST_F(gatekeeper_test, a_timed_out_request_holds_its_slot_beyond_its_close) {
  settings.limits.requests = 1;
  start_and_wait_out_the_silence();
  ask_many(2);
  tell(answers[0].given, call_step::sent);
  advance(30s);
  tell(answers[0].given, call_step::closed, 0, fault::timed_out);
  // Its last bytes may be on the wire for the silence, then a window.
  advance(2'005ms - 1ns);
  EXPECT_EQ(answers.size(), 1u);
  advance(1ns);
  EXPECT_EQ(answers.size(), 2u);
  EXPECT_EQ(tally_of("timed_out"), 1);
}

TEST_F(gatekeeper_test, counts_permits_of_an_earlier_life) {
  start_and_wait_out_the_silence();
  permit old;
  old.serial = 1;
  tell(old, call_step::sent);
  ask_many(2);
  EXPECT_EQ(answers.size(), 1u) << "the stranger holds a slot";
  tell(old, call_step::closed, 200);
  advance(1'005ms - 1ns);
  EXPECT_EQ(answers.size(), 1u);
  advance(1ns);
  EXPECT_EQ(answers.size(), 2u);
}

TEST_F(gatekeeper_test, never_gives_a_serial_twice_over_restarts) {
  start_and_wait_out_the_silence();
  ask_many(2);
  const auto last = answers[1].given.serial;
  caf::anon_send_exit(gate, caf::exit_reason::kill);
  drain();
  answers.clear();
  start_and_wait_out_the_silence();
  ask_many(1);
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_GT(answers[0].given.serial, last);
}

TEST_F(gatekeeper_test, tells_of_itself) {
  start_and_wait_out_the_silence();
  ask("a", call_kind::racecards, 1);
  ask("b", call_kind::horse, 2);
  ask("c", call_kind::horse, 1);
  for (const auto& x : std::vector<answer>(answers))
    tell(x.given, call_step::sent);
  advance(200ms);
  tell(answers[0].given, call_step::replied);
  advance(100ms);
  tell(answers[0].given, call_step::closed, 200);
  tell(answers[1].given, call_step::closed, 404);
  const auto x = status();
  EXPECT_EQ(x.mode, "reply");
  EXPECT_EQ(x.requests, 2);
  EXPECT_EQ(x.retries, 1);
  EXPECT_EQ(x.replies, 2);
  EXPECT_EQ(x.waiting, 1);
  EXPECT_EQ(x.in_flight, 2);
  EXPECT_DOUBLE_EQ(x.limit_per_second, 2.0);
  EXPECT_GT(x.rate_per_second, 0);
  EXPECT_LE(x.rate_per_second, x.limit_per_second);
  EXPECT_EQ(x.paused_for_ms, 0);
  EXPECT_EQ(x.breaker, "closed");
  EXPECT_GE(x.latency_ms_p50, 300);
  EXPECT_LE(x.latency_ms_p99, 310);
  EXPECT_EQ(x.guard_us, 5'000);
  ASSERT_EQ(x.statuses.size(), 2u);
  EXPECT_EQ(x.statuses[0].name, "200");
  EXPECT_EQ(x.statuses[1].count, 1);
}

} // namespace
} // namespace racefill::test
