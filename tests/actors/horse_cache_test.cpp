#include "actors/horse_cache.hpp"

#include "tests/actors/neighbours.hpp"

namespace racefill::test {
namespace {

using namespace std::chrono_literals;
using ids = std::vector<std::string>;

class horse_cache_test : public neighbours_fixture {
protected:
  void start() {
    cache = track(spawn_horse_cache(sys, settings));
    handle = track(store.spawn(sys));
    tell(cache, meet_atom_v, handle);
  }

  void enter(const ids& all) {
    for (const auto& id : all)
      store.database->enter_horse(id, horse_state::done);
  }

  auto look_up(const ids& asked) {
    return ask<ids>(cache, lookup_atom_v, asked);
  }

  horse_cache_settings settings;
  session_double store;
  store_session_actor handle;
  horse_cache_actor cache;
};

TEST_F(horse_cache_test, answers_what_the_ledger_does_not_know) {
  settings.page_rows = 2;
  enter({"a", "b", "c", "d"});
  start();
  EXPECT_EQ(look_up({"a", "x", "d"})->value, ids{"x"});
  EXPECT_EQ(stage(cache).credit, 4);
}

TEST_F(horse_cache_test, makes_look_ups_wait_for_the_first_load) {
  enter({"a"});
  store.counts.hold = true;
  start();
  const auto first = look_up({"a", "b"});
  const auto second = look_up({"b"});
  EXPECT_EQ(first->answers + second->answers, 0);
  EXPECT_EQ(stage(cache).backlog, 2);
  store.counts.release();
  drain();
  EXPECT_EQ(first->value, ids{"b"});
  EXPECT_EQ(second->value, ids{"b"});
  EXPECT_EQ(stage(cache).backlog, 0);
}

TEST_F(horse_cache_test, learns_between_and_after_the_pages) {
  store.counts.hold = true;
  start();
  tell(cache, learn_atom_v, ids{"a"});
  store.counts.release();
  drain();
  tell(cache, learn_atom_v, ids{"b"});
  EXPECT_EQ(look_up({"a", "b", "c"})->value, ids{"c"});
}

TEST_F(horse_cache_test, loads_again_after_a_fault) {
  enter({"a"});
  store.counts.faults.fail(fault::store_down);
  store.horse_loads.faults.fail(fault::store_busy);
  start();
  const auto found = look_up({"a"});
  advance(500ms);
  EXPECT_EQ(found->answers, 0);
  advance(500ms);
  EXPECT_TRUE(found->ok());
  EXPECT_TRUE(found->value.empty());
}

TEST_F(horse_cache_test, does_not_believe_a_load_that_lost_a_page) {
  enter({"a", "b"});
  store.counts.hold = true;
  start();
  const auto found = look_up({"a", "b"});
  store.database->horses.clear(); // So that the page comes empty.
  store.counts.hold = false;
  store.counts.release();
  drain();
  EXPECT_EQ(found->answers, 0);
  enter({"a", "b"});
  advance(500ms);
  EXPECT_TRUE(found->ok());
  EXPECT_TRUE(found->value.empty());
}

TEST_F(horse_cache_test, goes_on_with_a_new_session) {
  enter({"a"});
  store.counts.hold = true;
  start();
  const auto found = look_up({"a"});
  kill(handle);
  store.counts.hold = false;
  store.counts.refuse(fault::absent);
  tell(cache, meet_atom_v, track(store.spawn(sys)));
  advance(500ms);
  EXPECT_TRUE(found->ok());
}

TEST_F(horse_cache_test, answers_everyone_when_it_dies) {
  store.counts.hold = true;
  start();
  const auto found = look_up({"a"});
  kill(cache);
  EXPECT_EQ(found->answers, 1);
  EXPECT_EQ(found->refusal, fault::absent);
}

} // namespace
} // namespace racefill::test
