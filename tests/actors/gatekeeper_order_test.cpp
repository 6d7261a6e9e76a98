/// Whom the GATEKEEPER serves when many wait for long.
#include "tests/actors/gatekeeper_fixture.hpp"

namespace racefill::test {
namespace {

// Keeps `n` callers of a kind waiting, as that many workers would.
class gatekeeper_order_test : public gatekeeper_test {
protected:
  void work(call_kind kind, int n, const std::string& name) {
    for (int i = 0; i < n; ++i)
      ask(name, kind);
  }

  // Ends the exchanges of whoever has been answered since the last time, and
  // tells who that was.
  std::vector<std::string> serve_all() {
    std::vector<std::string> result;
    for (; served < answers.size(); ++served) {
      result.push_back(answers[served].who);
      exchange(answers[served].given);
    }
    return result;
  }

  std::size_t served = 0;
};

TEST_F(gatekeeper_order_test, horses_wait_for_racecards_and_not_longer) {
  start();
  work(call_kind::horse, 4, "horse");
  work(call_kind::racecards, 5, "card");
  advance(first_grant);
  EXPECT_EQ(serve_all(), (strings{"card", "card"}));
  advance(1'005ms);
  EXPECT_EQ(serve_all(), (strings{"card", "card"}));
  advance(1'005ms);
  // The last day leaves a slot, and it goes to a horse at once.
  EXPECT_EQ(serve_all(), (strings{"card", "horse"}));
  advance(1'005ms);
  EXPECT_EQ(serve_all(), (strings{"horse", "horse"}));
}

TEST_F(gatekeeper_order_test, an_early_caller_is_not_passed_within_its_kind) {
  start();
  ask("first", call_kind::horse);
  advance(first_grant - 1ns);
  work(call_kind::horse, 5, "later");
  advance(1ns);
  EXPECT_EQ(serve_all(), (strings{"first", "later"}));
}

TEST_F(gatekeeper_order_test, a_retry_waits_its_turn_and_gets_it) {
  settings.retry_budget_floor = 100;
  start();
  ask("retry", call_kind::horse, 2);
  work(call_kind::horse, 3, "horse");
  advance(first_grant);
  EXPECT_EQ(serve_all(), (strings{"retry", "horse"}));
}

TEST_F(gatekeeper_order_test, a_lost_reply_keeps_one_slot_and_not_the_gate) {
  settings.limits.mode = gate_mode::ack;
  start_and_wait_out_the_silence();
  work(call_kind::horse, 5, "horse");
  ASSERT_EQ(answers.size(), 2u);
  // One request was heard of by nobody, the other is answered.
  tell(answers[0].given, call_step::sent);
  exchange(answers[1].given);
  served = 2;
  advance(1'005ms);
  EXPECT_EQ(serve_all().size(), 1u);
  advance(1'005ms);
  EXPECT_EQ(serve_all().size(), 1u);
  tell(answers[0].given, call_step::closed, 0, fault::timed_out);
  advance(1'005ms);
  EXPECT_EQ(serve_all().size(), 1u); // The lost one may still arrive.
  advance(999ms);
  EXPECT_EQ(answers.size(), served);
  ask("last", call_kind::horse);
  advance(1ms); // Its silence and a window.
  EXPECT_EQ(answers.size(), served + 1);
}

} // namespace
} // namespace racefill::test
