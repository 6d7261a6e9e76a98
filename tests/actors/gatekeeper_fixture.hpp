/// The GATEKEEPER with callers and a transport's words, for its tests.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include <caf/event_based_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include "actors/gatekeeper.hpp"
#include "tests/actor_fixture.hpp"

namespace racefill::test {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

/// An answer that a caller got.
struct answer {
  std::string who;
  nanoseconds at{}; // Since the gate's birth.
  permit given;
  fault refusal = fault::none;
};

/// A gate and its callers under virtual time.
class gatekeeper_test : public actor_fixture {
protected:
  gatekeeper_test() {
    settings.silence = 1s;
  }

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

} // namespace racefill::test
