#include "infra/pure/verify_gate.hpp"

#include <gtest/gtest.h>

namespace racefill::test {
namespace {

constexpr nanos ms = one_millisecond;
constexpr nanos s = one_second;

gate_log_line line(nanos at, gate_step step, std::uint64_t serial,
                   std::int32_t status = 0, nanos span = 0) {
  return {at, step, serial, call_kind::horse, status, span};
}

// A request with its reply, as a gate writes it.
std::vector<gate_log_line>
calls(const std::vector<std::pair<nanos, nanos>>& x) {
  std::vector<gate_log_line> result{line(0, gate_step::born, 0)};
  std::uint64_t serial = 0;
  for (const auto& [sent, replied] : x) {
    result.push_back(line(sent, gate_step::granted, ++serial));
    result.push_back(line(sent, gate_step::sent, serial));
    result.push_back(line(replied, gate_step::replied, serial));
    result.push_back(line(replied, gate_step::closed, serial, 200));
  }
  return result;
}

TEST(verify_gate_test, an_empty_log_is_sound) {
  const auto x = verify_gate({}, 2, s, gate_mode::reply);
  EXPECT_EQ(x.requests, 0);
  EXPECT_EQ(x.largest, 0);
  EXPECT_TRUE(x.breaches.empty());
}

TEST(verify_gate_test, a_reply_exactly_a_window_before_is_sound) {
  const auto lines = calls({{0, 300 * ms}, {0, 400 * ms}, {1'300 * ms, 2 * s}});
  const auto x = verify_gate(lines, 2, s, gate_mode::reply);
  EXPECT_EQ(x.largest, 2);
  EXPECT_TRUE(x.breaches.empty());
  EXPECT_EQ(x.unproven, 0);
}

TEST(verify_gate_test, a_nanosecond_too_early_is_a_breach) {
  const auto lines
    = calls({{0, 300 * ms}, {0, 400 * ms}, {1'300 * ms - 1, 2 * s}});
  const auto x = verify_gate(lines, 2, s, gate_mode::reply);
  EXPECT_EQ(x.largest, 3);
  ASSERT_EQ(x.breaches.size(), 1u);
  EXPECT_EQ(x.breaches[0].from, 300 * ms - 1);
  EXPECT_EQ(x.breaches[0].count, 3);
  EXPECT_EQ(x.breaches[0].serials, (std::vector<std::uint64_t>{1, 2, 3}));
}

TEST(verify_gate_test, acknowledgements_prove_in_ack_mode_only) {
  std::vector<gate_log_line> lines;
  for (std::uint64_t i = 1; i <= 3; ++i) {
    const auto at = i == 3 ? 1'100 * ms : 0;
    lines.push_back(line(at, gate_step::sent, i));
    lines.push_back(line(at + 100 * ms, gate_step::acknowledged, i));
  }
  EXPECT_EQ(verify_gate(lines, 2, s, gate_mode::ack).largest, 2);
  const auto strict = verify_gate(lines, 2, s, gate_mode::reply);
  EXPECT_EQ(strict.largest, 3);
  EXPECT_EQ(strict.unproven, 3);
}

TEST(verify_gate_test, the_floor_that_the_gate_used_is_allowed_for) {
  std::vector<gate_log_line> lines;
  for (std::uint64_t i = 1; i <= 3; ++i) {
    const auto at = i == 3 ? 1'060 * ms : 0;
    lines.push_back(line(at, gate_step::granted, i, 0, 40 * ms));
    lines.push_back(line(at, gate_step::sent, i));
    lines.push_back(line(at + 100 * ms, gate_step::acknowledged, i));
  }
  EXPECT_EQ(verify_gate(lines, 2, s, gate_mode::ack).largest, 2);
  lines[6].span_ns = 39 * ms;
  EXPECT_EQ(verify_gate(lines, 2, s, gate_mode::ack).largest, 3);
}

TEST(verify_gate_test, a_timed_out_request_may_arrive_until_its_bound) {
  std::vector<gate_log_line> lines{
    line(0, gate_step::sent, 1),
    line(5 * s, gate_step::closed, 1, 0, s),
    line(6'900 * ms, gate_step::sent, 2),
    line(6'900 * ms, gate_step::replied, 2),
  };
  EXPECT_EQ(verify_gate(lines, 1, s, gate_mode::ack).largest, 2);
  lines[2].at_ns = lines[3].at_ns = 7 * s;
  EXPECT_EQ(verify_gate(lines, 1, s, gate_mode::ack).largest, 1);
}

TEST(verify_gate_test, a_new_life_ends_what_was_open) {
  const std::vector<gate_log_line> lines{
    line(0, gate_step::sent, 1),
    line(3 * s, gate_step::born, 0, 0, s),
    line(5 * s, gate_step::sent, 2),
    line(5 * s, gate_step::replied, 2),
  };
  const auto x = verify_gate(lines, 1, s, gate_mode::reply);
  EXPECT_EQ(x.largest, 1);
  EXPECT_EQ(x.unproven, 0);
}

TEST(verify_gate_test, released_permits_are_no_requests) {
  const std::vector<gate_log_line> lines{
    line(0, gate_step::granted, 1),
    line(0, gate_step::released, 1),
  };
  EXPECT_EQ(verify_gate(lines, 2, s, gate_mode::reply).requests, 0);
}

TEST(verify_gate_test, a_permit_of_a_dead_gate_may_have_been_a_request) {
  std::vector<gate_log_line> lines{
    line(0, gate_step::born, 0),
    line(0, gate_step::granted, 1),
    line(0, gate_step::sent, 1),
    line(ms, gate_step::granted, 2), // Killed before it was told.
    line(500 * ms, gate_step::born, 0, 0, s),
    line(2'500 * ms, gate_step::granted, 3),
    line(2'500 * ms, gate_step::sent, 3),
    line(2'500 * ms, gate_step::replied, 3),
  };
  const auto sound = verify_gate(lines, 2, s, gate_mode::reply);
  EXPECT_EQ(sound.requests, 2);
  EXPECT_EQ(sound.maybe, 1);
  EXPECT_EQ(sound.unproven, 0);
  EXPECT_EQ(sound.largest, 2);
  EXPECT_DOUBLE_EQ(sound.utilisation, 0);
  // Both may arrive until 1.5 s.
  for (auto i : {5u, 6u, 7u})
    lines[i].at_ns = 2'499 * ms;
  EXPECT_EQ(verify_gate(lines, 2, s, gate_mode::reply).largest, 3);
  // Its transport lived on: one request, not two.
  lines.push_back(line(2'600 * ms, gate_step::sent, 2));
  const auto told = verify_gate(lines, 2, s, gate_mode::reply);
  EXPECT_EQ(told.requests, 3);
  EXPECT_EQ(told.maybe, 0);
}

TEST(verify_gate_test, a_permit_closed_unsent_is_no_request) {
  const std::vector<gate_log_line> lines{
    line(0, gate_step::granted, 1),
    line(5, gate_step::closed, 1),
    line(9, gate_step::born, 0, 0, s),
  };
  const auto x = verify_gate(lines, 2, s, gate_mode::reply);
  EXPECT_EQ(x.requests, 0);
  EXPECT_EQ(x.maybe, 0);
}

TEST(verify_gate_test, tells_the_utilisation) {
  std::vector<std::pair<nanos, nanos>> sends;
  for (int i = 0; i < 20; ++i)
    sends.emplace_back(i / 2 * s, i / 2 * s);
  const auto x = verify_gate(calls(sends), 2, s, gate_mode::reply);
  EXPECT_DOUBLE_EQ(x.utilisation, 1.0);
}

TEST(verify_gate_test, lists_no_more_breaches_than_asked_for) {
  const auto x = verify_arrivals(std::vector<nanos>(50, 7), 2, s, 0);
  EXPECT_EQ(x.largest, 50);
  EXPECT_TRUE(x.breaches.empty());
  EXPECT_EQ(x.breaches_total, 1); // All at one instant: one window.
}

TEST(verify_arrivals_test, counts_in_any_order) {
  EXPECT_EQ(verify_arrivals({2 * s, 0, s}, 1, s).largest, 1);
  EXPECT_EQ(verify_arrivals({2 * s, 0, s + 1}, 1, s).largest, 2);
}

} // namespace
} // namespace racefill::test
