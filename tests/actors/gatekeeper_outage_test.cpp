/// What the GATEKEEPER does about a provider out of reach.
#include "tests/actors/gatekeeper_fixture.hpp"

namespace racefill::test {
namespace {

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

  gatekeeper_outage_test() {
    settings.limits.requests = 0;
    settings.limits.ip_requests = 0;
  }

  // One call, at once.
  void call(std::int32_t status, fault why = fault::none) {
    ask("caller");
    exchange(answers.back().given, status, why);
  }

  // So many in a row as open the breaker.
  void fail(std::int32_t status, fault why = fault::none) {
    for (int i = 0; i < settings.breaker_failures; ++i)
      call(status, why);
  }

  std::vector<caf::error> halts;
};

TEST_F(gatekeeper_outage_test, halts_once_when_no_reply_ever_comes) {
  start_and_wait_out_the_silence();
  introduce_run_control();
  fail(0, fault::unreachable);
  ask_many(2);
  advance(45s - 1ns);
  EXPECT_EQ(halts.size(), 0u);
  advance(1ns);
  ASSERT_EQ(halts.size(), 1u);
  EXPECT_EQ(fault_of(halts[0]), fault::unreachable);
  EXPECT_NE(describe(halts[0]).find("45 s (last: unreachable); check the net"),
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
  call(200);
  advance(1h); // Idle time is no outage.
  fail(0, fault::timed_out);
  ask_many(40);
  advance(15min - 1ns);
  EXPECT_EQ(halts.size(), 0u);
  advance(1ns);
  EXPECT_EQ(halts.size(), 1u);
}

TEST_F(gatekeeper_outage_test, a_useful_reply_ends_the_outage) {
  start_and_wait_out_the_silence();
  introduce_run_control();
  fail(0, fault::unreachable);
  ask_many(1);
  advance(44s);
  exchange(answers.back().given, 404);
  ask_many(40);
  advance(20min);
  EXPECT_EQ(halts.size(), 0u);
}

TEST_F(gatekeeper_outage_test, errors_of_the_server_do_not_end_it) {
  start_and_wait_out_the_silence();
  introduce_run_control();
  fail(0, fault::unreachable);
  ask_many(1);
  advance(40s);
  exchange(answers.back().given, 503);
  ask_many(40);
  advance(20min);
  ASSERT_EQ(halts.size(), 1u);
  EXPECT_NE(describe(halts[0]).find("in trouble"), std::string::npos);
}

TEST_F(gatekeeper_outage_test, two_failures_prove_nothing) {
  settings.breaker_failures = 2;
  start_and_wait_out_the_silence();
  introduce_run_control();
  call(200);
  fail(503);
  ask_many(40); // Permits of which nothing is heard.
  advance(20min);
  EXPECT_EQ(halts.size(), 0u);
}

TEST_F(gatekeeper_outage_test, a_pause_by_hand_is_no_outage) {
  start_and_wait_out_the_silence();
  introduce_run_control();
  call(200);
  fail(503);
  self->send(gate, pause_atom_v);
  ask_many(40);
  advance(1h);
  EXPECT_EQ(halts.size(), 0u);
  self->send(gate, resume_atom_v);
  drain();
  advance(15min - 1ns); // It counts from here.
  EXPECT_EQ(halts.size(), 0u);
  advance(1ns);
  EXPECT_EQ(halts.size(), 1u);
}

TEST_F(gatekeeper_outage_test, a_retry_after_is_no_outage) {
  start_and_wait_out_the_silence();
  introduce_run_control();
  call(200);
  ask_many(4);
  for (std::size_t i = 1; i < 5; ++i)
    exchange(answers.at(i).given, 503, fault::none, 900'000);
  ask_many(40);
  advance(920s);
  EXPECT_EQ(halts.size(), 0u);
  ASSERT_EQ(answers.size(), 45u); // It asks again.
}

TEST_F(gatekeeper_outage_test, time_in_which_nobody_asks_is_no_outage) {
  start_and_wait_out_the_silence();
  introduce_run_control();
  call(200);
  fail(503);
  advance(16min); // The database is away, say.
  ask_many(40);
  EXPECT_EQ(halts.size(), 0u);
  advance(14min);
  EXPECT_EQ(halts.size(), 0u);
}

} // namespace
} // namespace racefill::test
