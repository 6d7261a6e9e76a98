#include "actors/enrichment_queue.hpp"

#include "tests/actors/neighbours.hpp"

namespace racefill::test {
namespace {

using namespace std::chrono_literals;
using ids = std::vector<std::string>;

class enrichment_queue_test : public neighbours_fixture {
protected:
  void start() {
    queue = track(spawn_enrichment_queue(sys, settings));
    handle = track(store.spawn(sys));
    tell(queue, meet_atom_v, handle);
  }

  auto next() {
    return ask<horse_task>(queue, next_atom_v);
  }

  // A worker of its own that asks once and lives on.
  caf::actor worker(const std::shared_ptr<ids>& into) {
    auto hdl = sys.spawn([this, into](caf::event_based_actor* me) {
      me->request(queue, caf::infinite, next_atom_v)
        .then([into](const horse_task& x) { into->push_back(x.horse_id); },
              [](const caf::error&) {});
      return caf::behavior{[](flush_atom) {}};
    });
    track(hdl);
    drain();
    return hdl;
  }

  enrichment_queue_settings settings;
  session_double store;
  store_session_actor handle;
  enrichment_queue_actor queue;
  std::shared_ptr<ids> got = std::make_shared<ids>();
};

TEST_F(enrichment_queue_test, fills_itself_with_the_pending_of_the_ledger) {
  settings.page_rows = 2;
  for (const auto* id : {"a", "c", "d"})
    store.database->enter_horse(id, horse_state::pending);
  store.database->enter_horse("b", horse_state::done);
  start();
  EXPECT_EQ(stage(queue).backlog, 3);
  EXPECT_EQ(next()->value.horse_id, "a");
}

TEST_F(enrichment_queue_test, makes_a_worker_wait_until_there_is_a_horse) {
  start();
  worker(got);
  EXPECT_TRUE(got->empty());
  tell(queue, put_atom_v, ids{"a", "a"});
  EXPECT_EQ(*got, ids{"a"});
  EXPECT_EQ(stage(queue).backlog, 0);
  EXPECT_EQ(stage(queue).credit, 1);
}

TEST_F(enrichment_queue_test, forgets_a_settled_horse_and_may_take_it_again) {
  start();
  worker(got);
  tell(queue, put_atom_v, ids{"a"});
  tell(queue, settle_atom_v, std::string("a"), horse_state::done);
  EXPECT_EQ(stage(queue).credit, 0);
  tell(queue, put_atom_v, ids{"a"});
  EXPECT_EQ(stage(queue).backlog, 1);
  tell(queue, settle_atom_v, std::string("a"), horse_state::done);
  EXPECT_EQ(stage(queue).backlog, 0);
}

TEST_F(enrichment_queue_test, takes_the_horse_of_a_dead_worker_back) {
  start();
  auto first = worker(got);
  tell(queue, put_atom_v, ids{"a", "b"});
  kill(first);
  EXPECT_EQ(stage(queue).backlog, 2);
  worker(got);
  EXPECT_EQ(*got, (ids{"a", "a"}));
}

TEST_F(enrichment_queue_test, gives_nothing_to_a_worker_that_died_waiting) {
  start();
  kill(worker(got));
  tell(queue, put_atom_v, ids{"a"});
  EXPECT_EQ(stage(queue).backlog, 1);
  EXPECT_EQ(stage(queue).credit, 0);
}

TEST_F(enrichment_queue_test, leaves_the_horses_alone_when_disabled) {
  settings.enabled = false;
  store.database->enter_horse("a", horse_state::pending);
  start();
  tell(queue, put_atom_v, ids{"b"});
  tell(queue, load_atom_v);
  EXPECT_EQ(stage(queue).backlog, 0);
}

TEST_F(enrichment_queue_test, hands_nothing_out_once_it_drains) {
  start();
  tell(queue, drain_atom_v);
  worker(got);
  tell(queue, put_atom_v, ids{"a"});
  EXPECT_TRUE(got->empty());
  EXPECT_EQ(stage(queue).backlog, 1);
}

// A worker that gives its first horse back.
caf::actor giver(caf::actor_system& sys, enrichment_queue_actor queue,
                 std::shared_ptr<ids> into, std::int64_t wait_ms,
                 std::int64_t no_retries_ms) {
  return sys.spawn([=](caf::event_based_actor* me) {
    me->request(queue, caf::infinite, next_atom_v)
      .then(
        [=](const horse_task& x) {
          into->push_back(x.horse_id);
          me->send(queue, release_atom_v, no_retries_ms);
          me->send(queue, release_atom_v, x, wait_ms);
          me->request(queue, caf::infinite, next_atom_v)
            .then([=](const horse_task& y) { into->push_back(y.horse_id); },
                  [](const caf::error&) {});
        },
        [](const caf::error&) {});
    return caf::behavior{[](flush_atom) {}};
  });
}

TEST_F(enrichment_queue_test, a_horse_given_back_rests_and_others_pass) {
  start();
  tell(queue, put_atom_v, ids{"a", "b"});
  track(giver(sys, queue, got, 2'000, 0));
  drain();
  EXPECT_EQ(*got, (ids{"a", "b"}));
  EXPECT_EQ(stage(queue).backlog, 1);
  EXPECT_EQ(stage(queue).credit, 1);
  worker(got);
  advance(1'999ms);
  EXPECT_EQ(got->size(), 2u);
  advance(1ms);
  EXPECT_EQ(*got, (ids{"a", "b", "a"}));
}

TEST_F(enrichment_queue_test, what_rests_waits_for_the_budget_of_all) {
  start();
  tell(queue, put_atom_v, ids{"a"});
  track(giver(sys, queue, got, 0, 5'000));
  drain();
  advance(4'999ms);
  EXPECT_EQ(got->size(), 1u);
  tell(queue, put_atom_v, ids{"b"}); // A fresh one need not.
  EXPECT_EQ(*got, (ids{"a", "b"}));
  worker(got);
  advance(1ms);
  EXPECT_EQ(*got, (ids{"a", "b", "a"}));
}

TEST_F(enrichment_queue_test, loads_again_after_a_fault) {
  store.database->enter_horse("a", horse_state::pending);
  store.horse_loads.faults.fail(fault::store_down, 2);
  start();
  EXPECT_EQ(stage(queue).backlog, 0);
  advance(500ms);
  advance(500ms);
  EXPECT_EQ(stage(queue).backlog, 1);
}

TEST_F(enrichment_queue_test, reads_the_ledger_again_when_told) {
  start();
  worker(got);
  tell(queue, put_atom_v, ids{"a"});
  store.database->enter_horse("a", horse_state::pending);
  store.database->enter_horse("b", horse_state::pending);
  tell(queue, load_atom_v);
  EXPECT_EQ(stage(queue).backlog, 1);
}

TEST_F(enrichment_queue_test, asks_no_horse_twice_that_settles_while_it_loads) {
  start();
  worker(got);
  tell(queue, put_atom_v, ids{"a"});
  store.database->enter_horse("a", horse_state::pending);
  store.horse_loads.hold = true;
  tell(queue, load_atom_v); // Reads: a is pending.
  tell(queue, settle_atom_v, std::string("a"), horse_state::done);
  store.horse_loads.release();
  drain();
  EXPECT_EQ(stage(queue).backlog, 0);
}

TEST_F(enrichment_queue_test, answers_everyone_when_it_dies) {
  start();
  const auto waiting = next();
  kill(queue);
  EXPECT_EQ(waiting->answers, 1);
  EXPECT_EQ(waiting->refusal, fault::absent);
}

} // namespace
} // namespace racefill::test
