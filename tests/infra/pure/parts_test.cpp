/// The small parts of the gate, each alone.
#include <random>

#include <gtest/gtest.h>

#include "infra/pure/circuit_breaker.hpp"
#include "infra/pure/log_histogram.hpp"
#include "infra/pure/refusals.hpp"
#include "infra/pure/retry_budget.hpp"
#include "infra/pure/rolling_count.hpp"
#include "infra/pure/round_trip_floor.hpp"

namespace racefill::test {
namespace {

constexpr nanos ms = one_millisecond;
constexpr nanos s = one_second;

TEST(nanos_test, adding_to_never_or_beyond_it_stays_never) {
  EXPECT_EQ(plus(never, 5), never);
  EXPECT_EQ(plus(never, -5), never);
  EXPECT_EQ(plus(never - 3, 5), never);
  EXPECT_EQ(plus(5, 7), 12);
}

TEST(rolling_count_test, forgets_slice_by_slice) {
  rolling_count x(s, 3);
  x.add(0);
  x.add(s, 2);
  EXPECT_EQ(x.count(s), 3);
  EXPECT_EQ(x.next_change(s), 3 * s);
  EXPECT_EQ(x.count(3 * s - 1), 3);
  EXPECT_EQ(x.count(3 * s), 2);
  EXPECT_EQ(x.count(4 * s), 0);
  EXPECT_EQ(x.next_change(4 * s), never);
}

TEST(rolling_count_test, a_long_silence_leaves_nothing_behind) {
  rolling_count x(s, 3);
  for (nanos t = 0; t < 3 * s; t += s)
    x.add(t);
  x.add(100 * s);
  EXPECT_EQ(x.count(100 * s), 1);
  EXPECT_EQ(x.count(1'000 * s), 0);
}

TEST(rolling_count_test, takes_back_where_it_counted) {
  rolling_count x(s, 3);
  x.add(0);
  x.add(2 * s);
  x.add(0, -1);
  EXPECT_EQ(x.count(2 * s), 1);
  EXPECT_EQ(x.count(3 * s), 1);
  x.add(50 * s);
  x.add(2 * s, -1); // Long gone.
  EXPECT_EQ(x.count(50 * s), 1);
}

TEST(retry_budget_test, allows_the_floor_and_a_share) {
  retry_budget x(0.1, 2);
  EXPECT_EQ(x.ready_at(s), s);
  x.spend(s, true);
  x.spend(s, true);
  EXPECT_GT(x.ready_at(s), s);
  for (int i = 0; i < 8; ++i)
    x.spend(2 * s, false);
  EXPECT_EQ(x.ready_at(2 * s), 2 * s); // Ten requests: a third retry.
  x.spend(2 * s, true);
  EXPECT_EQ(x.ready_at(2 * s), s + 301 * s); // When the first ones expire.
  x.refund(2 * s, true);
  EXPECT_EQ(x.ready_at(2 * s), 2 * s);
}

TEST(retry_budget_test, without_floor_and_share_never_allows) {
  retry_budget x(0, 0);
  EXPECT_EQ(x.ready_at(s), never);
}

TEST(log_histogram_test, percentiles_are_never_below_and_3_percent_above) {
  log_histogram x;
  EXPECT_EQ(x.percentile(0.5), 0);
  for (nanos i = 1; i <= 10'000; ++i)
    x.add(i * 100'000); // Up to a second.
  for (auto p : {0.01, 0.1, 0.5, 0.9, 0.99, 1.0}) {
    const auto truth = p * 1e9;
    EXPECT_GE(static_cast<double>(x.percentile(p)), truth - 1) << p;
    EXPECT_LE(static_cast<double>(x.percentile(p)), truth * 1.033) << p;
  }
  EXPECT_EQ(x.least(), 100'000);
}

TEST(log_histogram_test, takes_any_value) {
  log_histogram x;
  x.add(-5);
  EXPECT_EQ(x.percentile(1), 0);
  x.add(never - 1'000);
  EXPECT_GT(x.percentile(1), 24 * 60 * one_minute);
}

TEST(round_trip_floor_test, is_zero_until_50_samples) {
  round_trip_floor x;
  for (int i = 0; i < 49; ++i)
    x.add(80 * ms);
  EXPECT_EQ(x.floor(), 0);
  x.add(80 * ms);
  EXPECT_NEAR(static_cast<double>(x.floor()), 80e6, 3e6);
  EXPECT_LE(x.floor(), 80 * ms);
}

TEST(round_trip_floor_test, stays_below_the_sum_of_the_least_legs) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    std::mt19937_64 random(seed);
    std::uniform_int_distribution<nanos> leg(25 * ms, 55 * ms);
    round_trip_floor x;
    for (int i = 0; i < 2'000; ++i) {
      x.add(leg(random) + leg(random));
      EXPECT_LT(x.floor(), 50 * ms) << "seed " << seed << " sample " << i;
    }
    EXPECT_GT(x.floor(), 25 * ms);
  }
}

TEST(round_trip_floor_test, is_never_negative) {
  round_trip_floor x;
  x.add(ms);
  for (int i = 0; i < 60; ++i)
    x.add(400 * ms);
  EXPECT_EQ(x.floor(), 0);
}

TEST(circuit_breaker_test, a_success_between_failures_keeps_it_closed) {
  circuit_breaker x(2, 5 * s, 60 * s);
  x.failed(s, false);
  x.succeeded();
  x.failed(s, false);
  EXPECT_EQ(x.ready_at(), 0);
  EXPECT_FALSE(x.granted());
  x.failed(s, false);
  EXPECT_EQ(x.current(), circuit_breaker::state::open);
  EXPECT_EQ(x.ready_at(), 6 * s);
}

TEST(circuit_breaker_test, one_probe_at_a_time_and_only_it_counts) {
  circuit_breaker x(1, 5 * s, 8 * s);
  x.failed(0, false);
  EXPECT_TRUE(x.granted());
  EXPECT_EQ(x.ready_at(), never);
  x.failed(5 * s, false); // An old call.
  EXPECT_EQ(x.ready_at(), never);
  x.failed(6 * s, true);
  EXPECT_EQ(x.ready_at(), 14 * s); // Doubled, and capped.
  EXPECT_TRUE(x.granted());
  x.probe_lost(15 * s);
  EXPECT_EQ(x.ready_at(), 15 * s);
  x.succeeded();
  EXPECT_EQ(x.ready_at(), 0);
  x.failed(20 * s, false); // The wait starts over.
  EXPECT_EQ(x.ready_at(), 25 * s);
}

TEST(refusals_test, one_incident_teaches_once) {
  refusals x(900 * s, 5 * ms);
  EXPECT_EQ(x.refused(10 * s, 9 * s, -1, gate_mode::ack), s);
  EXPECT_EQ(x.guard(10 * s), 20 * ms);
  // Sent before the first 429 was heard.
  EXPECT_EQ(x.refused(10 * s + ms, 9 * s + ms, -1, gate_mode::ack), 2 * s);
  EXPECT_EQ(x.guard(10 * s), 20 * ms);
  EXPECT_EQ(x.refused(20 * s, 19 * s, -1, gate_mode::ack), 2 * s);
  EXPECT_EQ(x.guard(20 * s), 30 * ms);
}

TEST(refusals_test, the_guard_grows_to_its_cap_and_shrinks_slowly) {
  refusals x(900 * s, 5 * ms);
  nanos now = s;
  for (int i = 0; i < 10; ++i, now += 200 * s)
    x.refused(now, now - 1, -1, gate_mode::ack);
  now -= 200 * s;
  EXPECT_EQ(x.guard(now), 250 * ms);
  EXPECT_EQ(x.guard(now + 10 * one_minute - 1), 250 * ms);
  EXPECT_EQ(x.guard(now + 10 * one_minute), 5 * ms + 245 * ms * 9 / 10);
  EXPECT_EQ(x.guard(now + 10'000 * one_minute), 5 * ms);
}

TEST(refusals_test, a_429_in_reply_mode_widens_nothing) {
  refusals x(900 * s, 5 * ms);
  x.refused(s, 0, -1, gate_mode::reply);
  EXPECT_EQ(x.guard(s), 5 * ms);
}

TEST(refusals_test, three_in_two_minutes_switch_to_reply_for_a_quiet_spell) {
  refusals x(900 * s, 5 * ms);
  x.refused(10 * s, 9 * s, -1, gate_mode::ack);
  x.refused(60 * s, 59 * s, -1, gate_mode::ack);
  EXPECT_EQ(x.mode(60 * s, gate_mode::ack), gate_mode::ack);
  x.refused(130 * s, 129 * s, -1, gate_mode::ack);
  EXPECT_EQ(x.mode(130 * s, gate_mode::ack), gate_mode::reply);
  const auto back = 130 * s + one_minute;
  EXPECT_EQ(x.mode(back - 1, gate_mode::ack), gate_mode::reply);
  EXPECT_EQ(x.mode(back, gate_mode::ack), gate_mode::ack);
  // The relapse lasts longer.
  nanos now = back + s;
  for (int i = 0; i < 3; ++i)
    x.refused(now + i * s, now + i * s - 1, -1, gate_mode::ack);
  now += 2 * s;
  EXPECT_EQ(x.mode(now + 2 * one_minute - 1, gate_mode::ack), gate_mode::reply);
  EXPECT_EQ(x.mode(now + 2 * one_minute, gate_mode::ack), gate_mode::ack);
}

TEST(refusals_test, three_in_more_than_two_minutes_do_not) {
  refusals x(900 * s, 5 * ms);
  for (nanos now : {10 * s, 60 * s, 131 * s})
    x.refused(now, now - 1, -1, gate_mode::ack);
  EXPECT_EQ(x.mode(131 * s, gate_mode::ack), gate_mode::ack);
}

TEST(refusals_test, a_zero_retry_after_is_none) {
  refusals x(900 * s, 5 * ms);
  EXPECT_EQ(x.refused(s, 0, 0, gate_mode::ack), s);
  EXPECT_EQ(x.refused(9 * s, 8 * s, 7, gate_mode::ack), 7);
}

} // namespace
} // namespace racefill::test
