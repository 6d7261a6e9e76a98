/// The gate against a network that jitters, reorders, loses and stalls, and a
/// server that counts: whatever the seed, no window holds more than N.
#include <cstdio>
#include <functional>
#include <memory>
#include <queue>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "infra/pure/gate.hpp"
#include "infra/pure/verify_gate.hpp"

namespace racefill::test {
namespace {

constexpr nanos ms = one_millisecond;

// A network and what goes wrong on it.
struct world {
  nanos base = 20 * ms;      // One way, least.
  nanos jitter = 10 * ms;    // On top, evenly spread; each leg its own.
  nanos work_max = 300 * ms; // The server's time for a reply.
  double lost_request = 0;
  double lost_reply = 0;
  double lost_ack = 0;
  double stalled = 0; // Arrives about when its connection is given up.
  nanos deadline = 5 * one_second;
  int process_restarts = 0; // Every connection dies with the process.
  int gate_restarts = 0;    // The transports live on.
};

class recorder final : public gate_log {
public:
  void record(const gate_log_line& line) override {
    lines.push_back(line);
  }

  std::vector<gate_log_line> lines;
};

class simulation {
public:
  simulation(std::uint64_t seed, world w, gate_mode mode, int requests)
    : random_(seed), world_(w), left_(requests) {
    settings_.limits.mode = mode;
    settings_.log = log;
    now_ = one_second;
    doors_ = std::make_unique<gate>(settings_, now_);
    const auto restarts = w.process_restarts + w.gate_restarts;
    for (int i = 0; i < restarts; ++i)
      restart_at_.push_back(requests - requests * (i + 1) / (restarts + 1));
  }

  void run() {
    serve();
    while (!events_.empty() && now_ < 1'000'000 * one_second) {
      now_ = std::max(now_, events_.top().at);
      auto act = events_.top().act;
      events_.pop();
      act();
      serve();
    }
    ASSERT_EQ(left_, 0) << "the gate came to a stand";
  }

  std::shared_ptr<recorder> log = std::make_shared<recorder>();
  std::vector<nanos> arrivals;
  std::vector<nanos> sends;
  nanos floor = 0;
  gatekeeper_settings settings_;

private:
  struct event {
    nanos at;
    std::uint64_t order;
    std::function<void()> act;

    bool operator<(const event& other) const { // Earliest on top.
      return at != other.at ? at > other.at : order > other.order;
    }
  };

  void at(nanos when, std::function<void()> act) {
    events_.push({when, ++order_, std::move(act)});
  }

  nanos pick(nanos least, nanos most) {
    return std::uniform_int_distribution<nanos>(least, most)(random_);
  }

  bool chance(double p) {
    return std::bernoulli_distribution(p)(random_);
  }

  nanos leg() {
    return world_.base + pick(0, world_.jitter);
  }

  void serve() {
    while (left_ > 0 && free_workers_ > 0) {
      const auto kind = left_ % 9 == 0 ? call_kind::racecards
                                       : call_kind::horse;
      doors_->expire(now_);
      const auto ready = std::min(doors_->ready_at(kind, false, now_),
                                  doors_->next_expiry());
      if (doors_->ready_at(kind, false, now_) > now_) {
        if (ready != never && (wake_ <= now_ || ready < wake_)) {
          wake_ = ready;
          at(ready, [] {});
        }
        return;
      }
      if (!restart_at_.empty() && left_ <= restart_at_.front()) {
        restart_at_.erase(restart_at_.begin());
        restart();
        continue;
      }
      send(doors_->grant({kind, 1, 0}, now_));
    }
  }

  void restart() {
    if (world_.process_restarts > 0)
      ++epoch_; // Nobody is left to report.
    free_workers_ = 10;
    floor = doors_->rule(now_).floor;
    doors_ = std::make_unique<gate>(settings_, now_);
  }

  // Events of a dead process reach nobody.
  void tell(nanos when, std::uint64_t serial, call_step step,
            std::int32_t status = 0) {
    at(when + pick(0, ms), [=, this, epoch = epoch_] {
      if (epoch != epoch_)
        return;
      call_event x{serial, step, when, status, -1, fault::none};
      if (step == call_step::closed && status == 0)
        x.failure = fault::timed_out;
      doors_->report(x, now_);
      floor = doors_->rule(now_).floor;
      if (step == call_step::closed && free_workers_ < 10)
        ++free_workers_;
    });
  }

  void send(permit x) {
    --left_;
    --free_workers_;
    const auto sent = now_ + pick(0, ms / 5);
    sends.push_back(sent);
    tell(sent, x.serial, call_step::sent);
    const auto given_up = sent + world_.deadline;
    auto arrival = sent + leg();
    if (chance(world_.stalled))
      arrival = given_up + pick(-one_second, 9 * one_second / 10);
    if (chance(world_.lost_request))
      return tell(given_up, x.serial, call_step::closed);
    arrivals.push_back(arrival);
    const auto acknowledged = arrival + leg();
    if (!chance(world_.lost_ack) && acknowledged < given_up)
      tell(acknowledged, x.serial, call_step::acknowledged);
    const auto replied = arrival + pick(ms, world_.work_max) + leg();
    if (chance(world_.lost_reply) || replied >= given_up)
      return tell(given_up, x.serial, call_step::closed);
    tell(replied, x.serial, call_step::replied);
    tell(replied + pick(0, 5 * ms), x.serial, call_step::closed, 200);
  }

  std::mt19937_64 random_;
  world world_;
  int left_;
  nanos now_ = 0;
  nanos wake_ = 0;
  int free_workers_ = 10;
  int epoch_ = 0;
  std::uint64_t order_ = 0;
  std::vector<int> restart_at_; // When so many are left.
  std::priority_queue<event> events_;
  std::unique_ptr<gate> doors_;
};

double utilisation(const simulation& x) {
  const auto took = static_cast<double>(x.sends.back() - x.sends.front())
                    / static_cast<double>(one_second);
  return static_cast<double>(x.sends.size() - 2) / (2 * took);
}

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

// The simulation itself must be able to tell a gate that is too fast.
TEST(gate_utilisation_test, even_spacing_is_too_fast_under_jitter) {
  simulation run(1, link_of(1), gate_mode::paced, 1'000);
  run.run();
  EXPECT_GT(verify_arrivals(run.arrivals, 2, one_second).largest, 2);
}

} // namespace
} // namespace racefill::test
