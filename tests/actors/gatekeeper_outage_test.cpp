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

} // namespace
} // namespace racefill::test
