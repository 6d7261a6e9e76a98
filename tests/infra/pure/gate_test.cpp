/// What the gate learns from refusals and acknowledgements. Queue, timers and
/// outcomes are the subject of tests/actors/gatekeeper_test.cpp.
#include "infra/pure/gate.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace racefill::test {
namespace {

constexpr nanos ms = one_millisecond;
constexpr nanos s = one_second;

class gate_test : public ::testing::Test {
protected:
  gate_test() {
    settings.limits.mode = gate_mode::ack;
    settings.limits.ip_requests = 0;
  }

  gate born() {
    now = 10 * s;
    return gate{settings, now};
  }

  // Waits for the next permit and sends its request.
  permit send(gate& x, call_kind kind = call_kind::horse) {
    now = std::max(now, x.ready_at(kind, false, now));
    EXPECT_NE(now, never);
    auto given = x.grant({kind, 1, 0}, now);
    tell(x, given, call_step::sent);
    return given;
  }

  void tell(gate& x, permit given, call_step step, std::int32_t status = 0,
            std::int64_t retry_after_ms = -1) {
    x.report({given.serial, step, now, status, retry_after_ms, fault::none},
             now);
  }

  // A whole exchange whose acknowledgement takes `round_trip`.
  void exchange(gate& x, nanos round_trip, std::int32_t status = 200) {
    const auto given = send(x);
    now += round_trip;
    tell(x, given, call_step::acknowledged);
    tell(x, given, call_step::closed, status);
  }

  // A request that goes as soon as two acknowledgements let it, before their
  // replies are there, and is refused.
  void refuse(gate& x) {
    std::vector<permit> before;
    for (int i = 0; i < 2; ++i) {
      before.push_back(send(x));
      tell(x, before.back(), call_step::acknowledged);
    }
    const auto given = send(x);
    for (const auto& each : before)
      tell(x, each, call_step::closed, 200);
    tell(x, given, call_step::closed, 429);
  }

  gatekeeper_settings settings;
  nanos now = 0;
};

TEST_F(gate_test, subtracts_a_floor_after_50_acknowledgements) {
  auto x = born();
  for (int i = 0; i < 49; ++i)
    exchange(x, 64 * ms);
  EXPECT_EQ(x.rule(now).floor, 0);
  exchange(x, 64 * ms);
  const auto floor = x.rule(now).floor;
  EXPECT_GT(floor, 60 * ms);
  EXPECT_LE(floor, 64 * ms);
  now += 60 * s;
  const auto first = send(x);
  send(x);
  now += 64 * ms;
  tell(x, first, call_step::acknowledged);
  EXPECT_EQ(x.ready_at(call_kind::horse, false, now),
            now + s + 5 * ms - x.rule(now).floor);
}

TEST_F(gate_test, an_unexplained_429_widens_the_guard) {
  auto x = born();
  refuse(x);
  EXPECT_EQ(x.status(now).guard_us, 20'000);
  refuse(x);
  EXPECT_EQ(x.status(now).guard_us, 30'000);
  EXPECT_EQ(x.status(now).mode, "ack");
  refuse(x);
  EXPECT_EQ(x.status(now).mode, "reply");
  EXPECT_EQ(x.status(now).guard_us, 5'000); // A reply needs no more.
}

TEST_F(gate_test, a_429_that_replies_left_room_for_is_explained) {
  auto x = born();
  // Both earlier ones were answered a window before: no queue of this
  // connection's makes three of them.
  exchange(x, 0);
  exchange(x, 0);
  exchange(x, 0, 429);
  EXPECT_EQ(x.status(now).guard_us, 5'000);
  EXPECT_EQ(x.status(now).rate_limited, 1);
  // A reply too late to leave room does not explain it.
  const auto first = send(x);
  tell(x, first, call_step::acknowledged);
  const auto second = send(x);
  tell(x, second, call_step::acknowledged);
  now += ms;
  tell(x, first, call_step::closed, 200);
  tell(x, second, call_step::closed, 200);
  now += 1'004 * ms;
  const auto third = send(x); // Free by the acknowledgements alone.
  tell(x, third, call_step::closed, 429);
  EXPECT_EQ(x.status(now).guard_us, 20'000);
}

TEST_F(gate_test, a_timed_out_request_holds_its_slot_though_acknowledged) {
  settings.limits.requests = 1;
  auto x = born();
  const auto given = send(x);
  tell(x, given, call_step::acknowledged);
  EXPECT_EQ(x.ready_at(call_kind::horse, false, now), now + s + 5 * ms);
  now += 30 * s;
  x.report({given.serial, call_step::closed, now, 0, -1, fault::timed_out},
           now);
  // Its connection's silence, then a window.
  EXPECT_EQ(x.ready_at(call_kind::horse, false, now), now + 1'905 * ms);
}

TEST_F(gate_test, a_lost_connection_leaves_the_acknowledgement_its_credit) {
  settings.limits.requests = 1;
  auto x = born();
  const auto given = send(x);
  tell(x, given, call_step::acknowledged);
  const auto acknowledged = now;
  now += 10 * ms;
  x.report({given.serial, call_step::closed, now, 0, -1, fault::unreachable},
           now);
  EXPECT_EQ(x.ready_at(call_kind::horse, false, now),
            acknowledged + s + 5 * ms);
}

TEST_F(gate_test, takes_over_mode_and_guard_while_requests_are_out) {
  settings.limits.requests = 1;
  auto x = born();
  const auto given = send(x);
  tell(x, given, call_step::acknowledged);
  auto limits = settings.limits;
  limits.mode = gate_mode::reply;
  x.configure(limits);
  EXPECT_EQ(x.ready_at(call_kind::horse, false, now), never);
  limits.mode = gate_mode::ack;
  limits.guard_us = 7'000;
  x.configure(limits);
  EXPECT_EQ(x.ready_at(call_kind::horse, false, now), now + s + 7 * ms);
}

TEST_F(gate_test, a_429_beside_a_stranger_is_explained) {
  auto x = born();
  const auto given = send(x);
  permit stranger;
  stranger.serial = 3;
  tell(x, stranger, call_step::sent);
  tell(x, given, call_step::closed, 429);
  EXPECT_EQ(x.status(now).guard_us, 5'000);
}

TEST_F(gate_test, switches_back_after_a_quiet_spell) {
  auto x = born();
  for (int i = 0; i < 3; ++i)
    refuse(x);
  EXPECT_EQ(x.rule(now + one_minute - 1).mode, gate_mode::reply);
  EXPECT_EQ(x.rule(now + one_minute).mode, gate_mode::ack);
}

TEST_F(gate_test, what_was_under_way_at_a_429_arrives_at_the_pauses_end) {
  auto x = born();
  const permit before[] = {send(x), send(x)};
  for (const auto& each : before)
    tell(x, each, call_step::acknowledged);
  const auto refused = send(x);
  const auto other = send(x);
  for (const auto& each : before)
    tell(x, each, call_step::closed, 200);
  now += 10 * ms;
  tell(x, other, call_step::acknowledged);
  now += 10 * ms;
  tell(x, refused, call_step::closed, 429, 3'000);
  const auto end = now + 3 * s;
  EXPECT_EQ(x.ready_at(call_kind::horse, false, now), end);
  now = end;
  send(x); // The slot of the refused one.
  EXPECT_EQ(x.ready_at(call_kind::horse, false, now), end + s + 20 * ms);
  now += ms;
  tell(x, other, call_step::closed, 200); // A reply proves better.
  EXPECT_EQ(x.ready_at(call_kind::horse, false, now), end + ms + s + 5 * ms);
}

TEST_F(gate_test, impossible_times_count_as_now) {
  for (nanos lie : {nanos{-7}, nanos{0}, never}) {
    settings.limits.requests = 1;
    auto x = born();
    const auto given = send(x);
    now += 100 * ms;
    x.report({given.serial, call_step::replied, lie, 0, -1, fault::none}, now);
    EXPECT_EQ(x.ready_at(call_kind::horse, false, now), now + 1'005 * ms);
  }
}

TEST_F(gate_test, senseless_limits_do_no_harm) {
  settings.limits.window_us = 0;
  settings.limits.ip_window_us = -5;
  settings.limits.guard_us = -1;
  settings.limits.reserve = -3;
  auto x = born();
  send(x);
  send(x);
  EXPECT_EQ(x.ready_at(call_kind::horse, false, now), never);
  EXPECT_DOUBLE_EQ(x.status(now).limit_per_second, 2.0);
}

TEST_F(gate_test, all_reserved_for_others_grants_nothing) {
  settings.limits.reserve = 2;
  const auto x = born();
  EXPECT_EQ(x.ready_at(call_kind::horse, false, 100 * s), never);
}

TEST_F(gate_test, a_reserve_leaves_each_kind_one_request) {
  settings.limits.requests = 5;
  settings.limits.reserve = 1;
  settings.limits.courses_requests = 1;
  auto x = born();
  send(x, call_kind::courses);
  EXPECT_EQ(x.ready_at(call_kind::courses, false, now), never);
}

TEST_F(gate_test, a_permit_used_after_it_was_given_up_counts_again) {
  settings.limits.requests = 1;
  auto x = born();
  now = x.ready_at(call_kind::horse, false, now);
  const auto given = x.grant({call_kind::horse, 1, 0}, now);
  now += 60 * s;
  x.expire(now);
  EXPECT_LE(x.ready_at(call_kind::horse, false, now), now);
  tell(x, given, call_step::sent);
  EXPECT_EQ(x.ready_at(call_kind::horse, false, now), never);
  tell(x, given, call_step::replied);
  EXPECT_EQ(x.ready_at(call_kind::horse, false, now), now + 1'005 * ms);
}

TEST_F(gate_test, a_503_with_retry_after_is_waited_for) {
  auto x = born();
  const auto given = send(x);
  tell(x, given, call_step::closed, 503, 20'000);
  EXPECT_EQ(x.ready_at(call_kind::horse, false, now), now + 20 * s);
}

} // namespace
} // namespace racefill::test
