/// The gate against a network that jitters, reorders, loses and stalls, and a
/// server that counts: whatever the seed, no window holds more than N.
#include <cstdio>

#include <gtest/gtest.h>

#include "infra/pure/verify_gate.hpp"
#include "tests/infra/pure/gate_simulation.hpp"

namespace racefill::test {
namespace {

constexpr nanos ms = one_millisecond;

// Calm, WAN and bad, as the figures for other gates were taken.
world link_of(std::uint64_t seed) {
  world w;
  constexpr nanos jitters[] = {10 * ms, 80 * ms, 400 * ms};
  w.jitter = jitters[seed % 3];
  return w;
}

void expect_never_too_fast(std::uint64_t seed, const world& w, gate_mode mode,
                           int requests) {
  simulation run(seed, w, mode, requests);
  run.run();
  const auto truth = verify_arrivals(run.arrivals, 2, one_second);
  EXPECT_LE(truth.largest, 2) << "seed " << seed;
  const auto proof = verify_gate(run.log->lines, 2, one_second, mode);
  EXPECT_LE(proof.largest, 2) << "seed " << seed;
  EXPECT_GE(proof.largest, truth.largest) << "seed " << seed;
  // A killed process takes its last words with it.
  EXPECT_GE(proof.requests, requests - w.process_restarts);
  EXPECT_LE(proof.requests, requests);
}

class gate_property_test : public ::testing::TestWithParam<gate_mode> {};

TEST_P(gate_property_test, never_too_fast_on_a_sound_network) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed)
    expect_never_too_fast(seed, link_of(seed), GetParam(), 5'000);
}

TEST_P(gate_property_test, never_too_fast_where_things_get_lost_and_stall) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    auto w = link_of(seed);
    w.lost_request = w.lost_reply = w.lost_ack = w.stalled = 0.01;
    expect_never_too_fast(seed, w, GetParam(), 5'000);
  }
}

TEST_P(gate_property_test, never_too_fast_when_the_process_is_killed) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    auto w = link_of(seed);
    w.lost_reply = w.lost_ack = 0.01;
    w.process_restarts = 50;
    expect_never_too_fast(seed, w, GetParam(), 5'000);
  }
}

TEST_P(gate_property_test, never_too_fast_when_the_gate_alone_is_restarted) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    auto w = link_of(seed);
    w.lost_reply = w.lost_ack = 0.01;
    w.gate_restarts = 50;
    expect_never_too_fast(seed, w, GetParam(), 5'000);
  }
}

INSTANTIATE_TEST_SUITE_P(modes, gate_property_test,
                         ::testing::Values(gate_mode::ack, gate_mode::reply),
                         [](const auto& x) { return to_string(x.param); });

TEST(gate_utilisation_test, reaches_93_percent_at_40_ms_each_way) {
  world w;
  w.base = 25 * ms;
  w.jitter = 30 * ms;
  double least = 1;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    simulation run(seed, w, gate_mode::ack, 1'200);
    run.run();
    EXPECT_LE(verify_arrivals(run.arrivals, 2, one_second).largest, 2);
    EXPECT_LT(run.floor, 50 * ms) << "above the true floor";
    EXPECT_GE(utilisation(run), 0.93) << "seed " << seed;
    least = std::min(least, utilisation(run));
  }
  std::printf("least utilisation of 20 seeds, 40 +- 15 ms each way: %.4f\n",
              least);
}

// Behind a relay that ends TCP the acknowledgement proves too little: the gate
// learns from refusals, and refuses to pay for them twice.
TEST(gate_relay_test, learns_a_guard_that_covers_the_relay) {
  constexpr std::int64_t first = 120 * one_second;
  constexpr std::int64_t ten = 10 * one_minute;
  std::ptrdiff_t most_first = 0;
  std::ptrdiff_t most_later = 0;
  double least = 1;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    world w;
    w.base = w.jitter = one_millisecond / 20;
    w.work_min = 100 * ms;
    w.work_max = 101 * ms;
    w.relay_max = 30 * ms;
    w.refuses = true;
    simulation run(seed, w, gate_mode::ack, 7'000);
    run.run();
    const auto begin = run.sends.front();
    auto within = [&](nanos from, nanos to) {
      return std::count_if(run.refusals.begin(), run.refusals.end(),
                           [&](nanos x) { return x >= from && x < to; });
    };
    most_first = std::max(most_first, within(begin, begin + first));
    for (auto from = begin + first; from < run.sends.back(); from += ten)
      most_later = std::max(most_later, within(from, from + ten));
    least = std::min(least, utilisation(run));
  }
  std::printf("behind a relay, 20 seeds: at most %td refusals in the first two "
              "minutes, %td in any ten after; least utilisation %.4f\n",
              most_first, most_later, least);
  EXPECT_LE(most_first, 5);
  EXPECT_LE(most_later, 1);
  EXPECT_GE(least, 0.93);
}

// The simulation itself must be able to tell a gate that is too fast.
TEST(gate_utilisation_test, even_spacing_is_too_fast_under_jitter) {
  simulation run(1, link_of(1), gate_mode::paced, 1'000);
  run.run();
  EXPECT_GT(verify_arrivals(run.arrivals, 2, one_second).largest, 2);
}

} // namespace
} // namespace racefill::test
