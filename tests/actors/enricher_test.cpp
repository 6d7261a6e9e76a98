#include "actors/data_guard.hpp"
#include "actors/enricher.hpp"

#include "tests/actors/neighbours.hpp"

namespace racefill::test {
namespace {

using namespace std::chrono_literals;

class enricher_test : public neighbours_fixture {
protected:
  void start() {
    settings.api = std::make_shared<fake_provider>();
    settings.clock = standing_clock();
    enricher = track(spawn_enricher(sys, settings));
    transport.usual = [](const api_request& x) {
      return reply_of(200, "horse " + split(x.target, '/').back());
    };
    tell(enricher, meet_atom_v, track(gate.spawn(sys)));
    tell(enricher, meet_atom_v, track(transport.spawn(sys)));
    writer_handle = track(writer.spawn(sys));
    tell(enricher, meet_atom_v, writer_handle);
    tell(enricher, meet_atom_v, track(control.spawn(sys)));
    queue_handle = track(queue.spawn(sys));
    tell(enricher, meet_atom_v, queue_handle);
  }

  void give(const std::string& id) {
    queue.horses.push_back({id, {}});
    queue.serve();
    drain();
  }

  enricher_settings settings;
  gate_double gate;
  transport_double transport;
  writer_double writer;
  control_double control;
  queue_double queue;
  db_writer_actor writer_handle;
  enrichment_queue_actor queue_handle;
  enricher_actor enricher;
};

TEST_F(enricher_test, fetches_a_profile_and_hands_it_to_the_writer) {
  start();
  give("h1");
  ASSERT_EQ(writer.horse_units.size(), 1u);
  EXPECT_EQ(writer.horse_units[0].horse_id, "h1");
  EXPECT_EQ(writer.horse_units[0].state, horse_state::done);
  EXPECT_EQ(writer.horse_units[0].attempts, 1);
  EXPECT_EQ(gate.wishes.at(0).kind, call_kind::horse);
}

TEST_F(enricher_test, tells_the_queue_of_the_receipt) {
  start();
  give("h1");
  ASSERT_EQ(queue.settled.size(), 1u);
  EXPECT_EQ(queue.settled[0].first, "h1");
}

TEST_F(enricher_test, holds_no_more_than_its_bound_without_receipts) {
  settings.awaiting_max = 2;
  start();
  writer.horses.hold = true;
  give("h1");
  give("h2");
  EXPECT_EQ(queue.asking.size(), 0u);
  EXPECT_EQ(stage(enricher).credit, 0);
  writer.horses.release();
  drain();
  EXPECT_EQ(queue.asking.size(), 1u);
}

TEST_F(enricher_test, a_404_is_remembered_as_not_found) {
  start();
  transport.script = {reply_of(404)};
  give("h1");
  ASSERT_EQ(writer.horse_units.size(), 1u);
  EXPECT_EQ(writer.horse_units[0].state, horse_state::not_found);
  EXPECT_TRUE(writer.horse_units[0].horses.empty());
}

TEST_F(enricher_test, parks_a_horse_after_its_last_attempt) {
  start();
  transport.usual = [](const api_request&) { return reply_of(200, "trash"); };
  give("h1");
  for (int i = 0; i < 5; ++i)
    advance(60s);
  ASSERT_EQ(writer.horse_units.size(), 1u);
  EXPECT_EQ(writer.horse_units[0].state, horse_state::failed);
  EXPECT_EQ(writer.horse_units[0].attempts, 5);
}

TEST_F(enricher_test, gives_a_horse_back_and_takes_another) {
  start();
  transport.script = {reply_of(500)};
  queue.horses.push_back({"h1", {}});
  queue.horses.push_back({"h2", {}});
  queue.serve();
  drain();
  // Without a moment's wait.
  EXPECT_EQ(transport.targets, (std::vector<std::string>{
                                 "/horses/h1", "/horses/h2", "/horses/h1"}));
  ASSERT_EQ(queue.given_back.size(), 1u);
  EXPECT_EQ(queue.given_back[0].first.tries.requests, 1);
  EXPECT_LE(queue.given_back[0].second, 1'000);
  EXPECT_EQ(writer.horse_units.size(), 2u);
  EXPECT_EQ(writer.horse_units.at(1).responses, "500, 200");
}

TEST_F(enricher_test, says_when_the_gate_wants_no_retries) {
  start();
  gate.no_retries_ms = 4'000;
  queue.horses.push_back({"h1", {1, 5, 0, "500"}});
  queue.serve();
  drain();
  EXPECT_EQ(queue.no_retries, (std::vector<std::int64_t>{4'000}));
  ASSERT_EQ(queue.given_back.size(), 1u);
  EXPECT_EQ(queue.given_back[0].second, 4'000);
  EXPECT_EQ(queue.given_back[0].first.tries.responses, "500");
}

TEST_F(enricher_test, halts_the_run_on_a_401) {
  start();
  transport.script = {reply_of(401)};
  give("h1");
  ASSERT_EQ(control.halts.size(), 1u);
  EXPECT_TRUE(writer.horse_units.empty());
  EXPECT_EQ(stage(enricher).backlog, 0);
  // The one it told may have died over it: the next one hears it too.
  tell(enricher, meet_atom_v, track(control.spawn(sys)));
  EXPECT_EQ(control.halts.size(), 2u);
}

TEST_F(enricher_test, hands_over_again_when_the_writer_was_full_or_away) {
  start();
  writer.horses.faults.fail(fault::queue_full);
  give("h1");
  kill(writer_handle);
  advance(300ms);
  tell(enricher, meet_atom_v, track(writer.spawn(sys)));
  advance(300ms);
  EXPECT_EQ(writer.horse_units.size(), 2u);
  EXPECT_EQ(transport.targets.size(), 1u);
  EXPECT_EQ(stage(enricher).backlog, 0);
}

TEST_F(enricher_test, lets_go_of_a_horse_when_the_writer_has_halted) {
  start();
  writer.horses.faults.fail(fault::stopping);
  give("h1");
  EXPECT_EQ(stage(enricher).backlog, 0);
  EXPECT_TRUE(queue.settled.empty());
}

TEST_F(enricher_test, asks_a_new_queue) {
  start();
  kill(queue_handle);
  queue.leave();
  tell(enricher, meet_atom_v, track(queue.spawn(sys)));
  advance(1s);
  give("h1");
  EXPECT_EQ(writer.horse_units.size(), 1u);
}

TEST_F(enricher_test, retires_after_the_horse_in_hand) {
  start();
  writer.horses.hold = true;
  give("h1");
  tell(enricher, retire_atom_v);
  EXPECT_EQ(stage(enricher).backlog, 1);
  writer.horses.release();
  drain();
  EXPECT_EQ(ask<stage_status>(enricher, status_atom_v)->refusal, fault::absent);
}

TEST_F(enricher_test, tells_the_guard_of_a_401_and_leaves_the_horse_pending) {
  settings.guarded = true;
  start();
  sink_double checkpoint;
  auto guardian = track(spawn_data_guard(sys, {}));
  tell(guardian, meet_atom_v, track(checkpoint.spawn(sys)));
  tell(enricher, meet_atom_v, guardian);
  transport.script = {reply_of(401)};
  give("h1");
  EXPECT_TRUE(control.halts.empty());
  EXPECT_TRUE(writer.horse_units.empty());
  ASSERT_EQ(checkpoint.halts.size(), 1u);
  EXPECT_EQ(checkpoint.halts[0].first, call_kind::horse);
  EXPECT_EQ(fault_of(checkpoint.halts[0].second), fault::unauthorized);
  EXPECT_EQ(stage(enricher).backlog, 0);
}

} // namespace
} // namespace racefill::test
