#include "actors/gatekeeper.hpp"

#include <chrono>
#include <string>
#include <vector>

#include <caf/event_based_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include "tests/actor_fixture.hpp"

namespace racefill::test {
namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

// An answer that a caller got.
struct answer {
  std::string who;
  nanoseconds at{}; // Since the gate's birth.
  permit given;
  fault refusal = fault::none;
};

class gatekeeper_test : public actor_fixture {
protected:
  // Starts the gate; its silence ends `first_grant` later.
  void start() {
    born = sched.clock().now();
    gate = track(spawn_gatekeeper(sys, settings));
    drain();
  }

  void start_and_wait_out_the_silence() {
    start();
    advance(first_grant);
  }

  nanoseconds age() const {
    return sched_clock_now() - born;
  }

  caf::actor_clock::time_point sched_clock_now() const {
    return sched.clock().now();
  }

  void advance_to(nanoseconds when) {
    ASSERT_GE(when, age());
    advance(when - age());
  }

  // A caller of its own actor asks; its answer lands in `answers`.
  caf::actor ask(const std::string& who, call_kind kind = call_kind::racecards,
                 std::int32_t attempt = 1,
                 std::chrono::milliseconds patience = 0ms) {
    permit_request wish{kind, attempt, patience.count()};
    auto caller = sys.spawn([this, who, wish](caf::event_based_actor* me) {
      me->request(gate, caf::infinite, acquire_atom_v, wish)
        .then(
          [this, who](const permit& x) {
            answers.push_back({who, age(), x, fault::none});
          },
          [this, who](const caf::error& err) {
            answers.push_back({who, age(), {}, fault_of(err)});
          });
    });
    drain();
    return caller;
  }

  void ask_many(int n, call_kind kind = call_kind::racecards) {
    for (int i = 0; i < n; ++i)
      ask(std::to_string(i), kind);
  }

  // The transport's word on a permit, as of now.
  void tell(const permit& x, call_step step, std::int32_t status = 0,
            fault failure = fault::none, std::int64_t retry_after_ms = -1) {
    call_event event;
    event.serial = x.serial;
    event.step = step;
    event.at_ns = nanoseconds(sched.clock().now().time_since_epoch()).count();
    event.status = status;
    event.failure = failure;
    event.retry_after_ms = retry_after_ms;
    self->send(gate, report_atom_v, event);
    drain();
  }

  // A whole exchange in no time.
  void exchange(const permit& x, std::int32_t status = 200,
                fault failure = fault::none, std::int64_t retry_after_ms = -1) {
    tell(x, call_step::sent);
    if (status != 0)
      tell(x, call_step::replied);
    tell(x, call_step::closed, status, failure, retry_after_ms);
  }

  gate_status status() {
    gate_status result;
    auto waiting = self->request(gate, caf::infinite, status_atom_v);
    drain();
    waiting.receive([&result](const gate_status& x) { result = x; },
                    [](const caf::error& err) {
                      ADD_FAILURE() << describe(err);
                    });
    return result;
  }

  std::vector<std::string> names() const {
    std::vector<std::string> result;
    for (const auto& x : answers)
      result.push_back(x.who);
    return result;
  }

  std::int64_t tally_of(const std::string& name) {
    for (const auto& x : status().statuses)
      if (x.name == name)
        return x.count;
    return 0;
  }

  static constexpr nanoseconds first_grant = 2'005ms; // Silence, window, guard.

  gatekeeper_settings settings;
  gatekeeper_actor gate;
  caf::actor_clock::time_point born;
  std::vector<answer> answers;
};

using strings = std::vector<std::string>;

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

TEST_F(gatekeeper_test, retries_beyond_their_budget_wait_and_others_pass) {
  settings.limits.requests = 0;
  settings.limits.ip_requests = 0;
  settings.retry_budget_floor = 2;
  settings.retry_budget_share = 0.1;
  start_and_wait_out_the_silence();
  ask("retry 1", call_kind::racecards, 2);
  ask("retry 2", call_kind::racecards, 2);
  ask("retry 3", call_kind::racecards, 3);
  ask("first", call_kind::racecards, 1);
  EXPECT_EQ(names(), (strings{"retry 1", "retry 2", "first"}));
  for (int i = 0; i < 7; ++i) // Ten requests pay for a third retry.
    ask("more", call_kind::horse, 1);
  ASSERT_EQ(answers.size(), 11u);
  EXPECT_EQ(answers.back().who, "retry 3");
  ask("retry 4", call_kind::racecards, 2);
  EXPECT_EQ(answers.size(), 11u);
  advance(5min - 1ns);
  EXPECT_EQ(answers.size(), 11u);
  advance(2s); // Five minutes later the first ones are forgotten.
  EXPECT_EQ(answers.size(), 12u);
}

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

// Hears the gate's last word.
class gatekeeper_outage_test : public gatekeeper_test {
protected:
  void introduce_run_control() {
    auto control = track(sys.spawn(
      [this](run_control_actor::pointer) -> run_control_actor::behavior_type {
        return {
          [this](halt_atom, const caf::error& err) { halts.push_back(err); },
          [](finish_atom) {
            // nop
          },
        };
      }));
    self->send(gate, meet_atom_v, control);
    drain();
  }

  std::vector<caf::error> halts;
};

TEST_F(gatekeeper_outage_test, halts_once_when_no_reply_ever_comes) {
  start_and_wait_out_the_silence();
  introduce_run_control();
  ask_many(2);
  exchange(answers[0].given, 0, fault::unreachable);
  ask_many(1);
  advance(45s - 1ns);
  EXPECT_EQ(halts.size(), 0u);
  advance(1ns);
  ASSERT_EQ(halts.size(), 1u);
  EXPECT_EQ(fault_of(halts[0]), fault::unreachable);
  EXPECT_NE(describe(halts[0]).find("45 s (last: unreachable)"),
            std::string::npos)
    << describe(halts[0]);
  advance(10min);
  EXPECT_EQ(halts.size(), 1u);
  introduce_run_control(); // The one before may have died over it.
  EXPECT_EQ(halts.size(), 2u);
}

TEST_F(gatekeeper_outage_test, waits_longer_once_the_provider_has_answered) {
  start_and_wait_out_the_silence();
  introduce_run_control();
  ask_many(1);
  exchange(answers[0].given, 200);
  advance(1h); // Idle time is no outage.
  ask_many(1);
  exchange(answers[1].given, 0, fault::timed_out);
  ask_many(4);
  advance(15min - 1ns);
  EXPECT_EQ(halts.size(), 0u);
  advance(1ns);
  EXPECT_EQ(halts.size(), 1u);
}

TEST_F(gatekeeper_outage_test, a_useful_reply_ends_the_outage) {
  start_and_wait_out_the_silence();
  introduce_run_control();
  ask_many(2);
  exchange(answers[0].given, 0, fault::unreachable);
  advance(44s);
  exchange(answers[1].given, 404);
  ask_many(1);
  advance(20min);
  EXPECT_EQ(halts.size(), 0u);
}

TEST_F(gatekeeper_outage_test, errors_of_the_server_do_not_end_it) {
  start_and_wait_out_the_silence();
  introduce_run_control();
  ask_many(2);
  exchange(answers[0].given, 0, fault::unreachable);
  advance(40s);
  exchange(answers[1].given, 503);
  ask_many(1);
  advance(20min);
  EXPECT_EQ(halts.size(), 1u);
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
