/// A network and a server under virtual time, and ten workers that ask the gate
/// and send. Everything is drawn from a seed.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <queue>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "infra/pure/gate.hpp"

namespace racefill::test {

/// A network and what goes wrong on it.
struct world {
  nanos base = 20 * one_millisecond;   // One way, least.
  nanos jitter = 10 * one_millisecond; // On top, evenly; each leg its own.
  nanos work_min = one_millisecond;    // The server's time for a reply.
  nanos work_max = 300 * one_millisecond;
  nanos relay_max = 0;  // Kept back so long at most after the acknowledgement.
  bool refuses = false; // The server answers 429 beyond two in a second.
  double lost_request = 0;
  double lost_reply = 0;
  double lost_ack = 0;
  double stalled = 0; // Arrives about when its connection is given up.
  nanos deadline = 5 * one_second;
  int process_restarts = 0; // Every connection dies with the process.
  int gate_restarts = 0;    // The transports live on.
};

/// Keeps the gate's log.
class recorder final : public gate_log {
public:
  void record(const gate_log_line& line) override {
    lines.push_back(line);
  }

  std::vector<gate_log_line> lines;
};

/// One run.
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
  std::vector<nanos> refusals;
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
    at(when + pick(0, one_millisecond), [=, this, epoch = epoch_] {
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
    const auto sent = now_ + pick(0, one_millisecond / 5);
    sends.push_back(sent);
    tell(sent, x.serial, call_step::sent);
    const auto given_up = sent + world_.deadline;
    auto arrival = sent + leg();
    if (chance(world_.stalled))
      arrival = given_up + pick(-one_second, 9 * one_second / 10);
    if (chance(world_.lost_request))
      return tell(given_up, x.serial, call_step::closed);
    const auto acknowledged = arrival + leg();
    if (world_.relay_max > 0)
      arrival += pick(0, world_.relay_max);
    if (!chance(world_.lost_ack) && acknowledged < given_up)
      tell(acknowledged, x.serial, call_step::acknowledged);
    at(arrival, [=, this, serial = x.serial] { arrive(serial, given_up); });
  }

  void arrive(std::uint64_t serial, nanos given_up) {
    arrivals.push_back(now_);
    const auto before = std::lower_bound(arrivals.begin(), arrivals.end(),
                                         now_ - one_second + 1);
    const auto refused = world_.refuses && arrivals.end() - before > 2;
    if (refused)
      refusals.push_back(now_);
    const auto work = refused ? one_millisecond
                              : pick(world_.work_min, world_.work_max);
    const auto replied = now_ + work + leg();
    if (chance(world_.lost_reply) || replied >= given_up)
      return tell(std::max(given_up, now_), serial, call_step::closed);
    tell(replied, serial, call_step::replied);
    tell(replied + pick(0, 5 * one_millisecond), serial, call_step::closed,
         refused ? 429 : 200);
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

/// The share of two a second that was used.
inline double utilisation(const simulation& x) {
  const auto took = static_cast<double>(x.sends.back() - x.sends.front())
                    / static_cast<double>(one_second);
  return static_cast<double>(x.sends.size() - 2) / (2 * took);
}

} // namespace racefill::test
