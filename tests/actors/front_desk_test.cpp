#include "actors/front_desk.hpp"

#include "tests/actors/neighbours.hpp"

namespace racefill::test {
namespace {

using namespace std::chrono_literals;

class front_desk_test : public neighbours_fixture {
protected:
  void start() {
    desk = track(spawn_front_desk(sys, {}));
    gate_handle = track(gate.spawn(sys));
    tell(desk, meet_atom_v, gate_handle);
    tell(desk, meet_atom_v, track(scheduler.spawn(sys)));
    tell(desk, meet_atom_v, track(queue.spawn(sys)));
    tell(desk, meet_atom_v, track(writer.spawn(sys)));
    tell(desk, meet_atom_v, track(checkpoint.spawn(sys)));
    auto references = sys.spawn([this](reference_fetcher_actor::pointer)
                                  -> reference_fetcher_actor::behavior_type {
      return {
        [](meet_atom, const gatekeeper_actor&) {},
        [](meet_atom, const api_transport_actor&) {},
        [](meet_atom, const db_writer_actor&) {},
        [](meet_atom, const run_control_actor&) {},
        [this](status_atom) { return reference_status; },
      };
    });
    tell(desk, meet_atom_v, track(references));
  }

  auto drain_desk(bool wait) {
    return ask<std::int64_t>(desk, drain_atom_v, wait);
  }

  gate_double gate;
  scheduler_double scheduler;
  queue_double queue;
  writer_double writer;
  checkpoint_double checkpoint;
  stage_status reference_status;
  gatekeeper_actor gate_handle;
  front_desk_actor desk;
};

TEST_F(front_desk_test, passes_the_calendar_on_once_there_is_one) {
  desk = track(spawn_front_desk(sys, {}));
  const auto early = ask<std::vector<day_record>>(desk, calendar_atom_v);
  drain();
  EXPECT_EQ(early->refusal, fault::absent);
  tell(desk, meet_atom_v, track(checkpoint.spawn(sys)));
  const auto late = ask<std::vector<day_record>>(desk, calendar_atom_v);
  drain();
  ASSERT_EQ(late->value.size(), 1u);
  EXPECT_EQ(late->value[0].runners, 3);
}

TEST_F(front_desk_test, drains_holders_then_writer_then_saves) {
  start();
  scheduler.status.credit = 1;
  queue.status.credit = 1;
  reference_status.backlog = 1;
  const auto done = drain_desk(true);
  EXPECT_EQ(scheduler.drains + queue.drains, 2);
  advance(1s);
  EXPECT_EQ(writer.flushes, 0);
  scheduler.status.credit = 0;
  advance(50ms);
  queue.status.credit = 0;
  advance(50ms);
  EXPECT_EQ(writer.flushes, 0);
  writer.status.backlog = 3;
  reference_status.backlog = 0;
  advance(50ms);
  advance(50ms);
  EXPECT_GE(writer.flushes, 1);
  EXPECT_TRUE(done->ok());
}

TEST_F(front_desk_test, does_not_wait_for_holders_when_told_not_to) {
  start();
  scheduler.status.credit = 5;
  EXPECT_TRUE(drain_desk(false)->ok());
}

TEST_F(front_desk_test, does_not_wait_for_holders_while_the_provider_is_away) {
  start();
  scheduler.status.credit = 5;
  gate.status.breaker = "open";
  const auto done = drain_desk(true);
  advance(1s);
  EXPECT_TRUE(done->ok());
}

TEST_F(front_desk_test, an_impatient_second_drain_is_not_held_up) {
  start();
  scheduler.status.credit = 5;
  const auto first = drain_desk(true);
  advance(1s);
  const auto second = drain_desk(false);
  advance(100ms);
  EXPECT_TRUE(second->ok());
  EXPECT_TRUE(first->ok());
}

TEST_F(front_desk_test, drains_neighbours_that_restart_meanwhile) {
  start();
  scheduler.status.credit = 1;
  drain_desk(true);
  tell(desk, meet_atom_v, track(scheduler.spawn(sys)));
  tell(desk, meet_atom_v, track(queue.spawn(sys)));
  EXPECT_EQ(scheduler.drains, 2);
  EXPECT_EQ(queue.drains, 2);
}

TEST_F(front_desk_test, answers_a_drain_with_the_fault_of_the_file) {
  start();
  checkpoint.saves.faults.fail(fault::disk_full);
  EXPECT_EQ(drain_desk(true)->refusal, fault::disk_full);
}

TEST_F(front_desk_test, waits_for_a_checkpoint_that_is_being_restarted) {
  start();
  checkpoint.saves.faults.fail(fault::absent, 2);
  const auto done = drain_desk(true);
  advance(50ms);
  advance(50ms);
  EXPECT_TRUE(done->ok());
}

TEST_F(front_desk_test, waits_not_for_ever_for_a_checkpoint) {
  start();
  checkpoint.saves.faults.fail(fault::absent, 100'000);
  const auto done = drain_desk(true);
  for (int i = 0; i < 700; ++i)
    advance(50ms);
  EXPECT_EQ(done->refusal, fault::absent);
}

TEST_F(front_desk_test, passes_words_on_to_who_does_it) {
  start();
  tell(desk, pause_atom_v);
  tell(desk, resume_atom_v);
  tell(desk, configure_atom_v, gate_limits{});
  tell(desk, configure_atom_v, writer_limits{7, 8});
  EXPECT_EQ(gate.switches, "pr");
  EXPECT_EQ(gate.limits.size(), 1u);
  EXPECT_EQ(writer.limits.size(), 1u);
  const auto count = ask<std::int64_t>(desk, reopen_atom_v,
                                       std::vector{day(2024, 1, 1)});
  EXPECT_EQ(count->value, 1);
}

TEST_F(front_desk_test, tells_a_new_gate_and_writer_what_was_set_by_hand) {
  start();
  gate_limits slower;
  slower.requests = 1;
  tell(desk, configure_atom_v, slower);
  tell(desk, configure_atom_v, writer_limits{7, 8});
  tell(desk, pause_atom_v);
  tell(desk, meet_atom_v, track(gate.spawn(sys)));
  tell(desk, meet_atom_v, track(writer.spawn(sys)));
  ASSERT_EQ(gate.limits.size(), 2u);
  EXPECT_EQ(gate.limits[1].requests, 1);
  EXPECT_EQ(gate.switches, "pp");
  EXPECT_EQ(writer.limits.size(), 2u);
  tell(desk, resume_atom_v);
  tell(desk, meet_atom_v, track(gate.spawn(sys)));
  EXPECT_EQ(gate.switches, "ppr");
}

TEST_F(front_desk_test, is_absent_for_what_nobody_can_answer_yet) {
  desk = track(spawn_front_desk(sys, {}));
  EXPECT_EQ(ask<snapshot>(desk, status_atom_v)->refusal, fault::absent);
  EXPECT_EQ(ask<std::int64_t>(desk, scale_atom_v, std::string("enricher"),
                              std::int32_t{1})
              ->refusal,
            fault::absent);
  EXPECT_EQ(
    ask<std::int64_t>(desk, reopen_atom_v, std::vector<date>{})->refusal,
    fault::absent);
}

TEST_F(front_desk_test, answers_a_drain_when_it_dies) {
  start();
  scheduler.status.credit = 5;
  const auto done = drain_desk(true);
  kill(desk);
  EXPECT_EQ(done->answers, 1);
  EXPECT_EQ(done->refusal, fault::absent);
}

TEST_F(front_desk_test, an_impatient_drain_ends_without_a_writer) {
  desk = track(spawn_front_desk(sys, {})); // It keeps dying.
  tell(desk, meet_atom_v, track(checkpoint.spawn(sys)));
  const auto done = drain_desk(false);
  advance(15s - 1ms);
  EXPECT_EQ(done->answers, 0);
  advance(1ms);
  EXPECT_TRUE(done->ok());
}

TEST_F(front_desk_test, a_new_desk_knows_what_was_ordered) {
  front_desk_settings settings;
  settings.orders = std::make_shared<standing_orders>();
  desk = track(spawn_front_desk(sys, settings));
  gate_limits limits;
  limits.requests = 7;
  tell(desk, configure_atom_v, limits);
  tell(desk, pause_atom_v);
  kill(desk);
  desk = track(spawn_front_desk(sys, settings));
  tell(desk, meet_atom_v, track(gate.spawn(sys)));
  EXPECT_EQ(gate.switches, "p");
  ASSERT_EQ(gate.limits.size(), 1u);
  EXPECT_EQ(gate.limits[0].requests, 7);
}

} // namespace
} // namespace racefill::test
