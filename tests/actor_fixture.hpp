/// Runs actors on the calling thread under virtual time.
#pragma once

#include <vector>

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/exit_reason.hpp>
#include <caf/scheduler/test_coordinator.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>
#include <gtest/gtest.h>

#include "messages/actors.hpp"

namespace racefill::test {

struct test_config : caf::actor_system_config {
  test_config() {
    add_message_types<caf::id_block::racefill>();
    add_message_types<caf::id_block::racefill_handles>();
    set("scheduler.policy", caf::atom("testing"));
  }
};

class actor_fixture : public ::testing::Test {
protected:
  actor_fixture()
    : sys(cfg),
      self(sys, true),
      sched(dynamic_cast<caf::scheduler::test_coordinator&>(sys.scheduler())) {
    // nop
  }

  // Not in the destructor: callbacks may still touch members of the subclass.
  void TearDown() override {
    for (auto& actor : tracked)
      caf::anon_send_exit(actor, caf::exit_reason::kill);
    tracked.clear();
    // Fire what is left (request timeouts), but never spin on a periodic tick.
    for (int round = 0; round < 10'000; ++round) {
      drain();
      if (!sched.trigger_timeout())
        return;
    }
    ADD_FAILURE() << "an untracked actor keeps a timer alive";
  }

  /// Marks an actor for killing at the end of the test.
  template <class Handle>
  Handle track(Handle hdl) {
    tracked.push_back(caf::actor_cast<caf::strong_actor_ptr>(hdl));
    return hdl;
  }

  /// Delivers every message that is due now; fires no timer.
  void drain() {
    while (sched.try_run_once()) {
      // nop
    }
  }

  /// Moves the clock and delivers what falls due.
  void advance(caf::timespan step) {
    sched.advance_time(step);
    drain();
  }

  test_config cfg;
  caf::actor_system sys;
  caf::scoped_actor self;
  caf::scheduler::test_coordinator& sched;
  std::vector<caf::strong_actor_ptr> tracked;
};

} // namespace racefill::test
