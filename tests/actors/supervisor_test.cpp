#include "actors/supervisor.hpp"

#include "actors/common/guard.hpp"

#include "tests/actors/neighbours.hpp"

namespace racefill::test {
namespace {

using namespace std::chrono_literals;

// A child that may be told to throw, to quit, and that counts its births.
struct brood {
  std::map<std::string, int> births;
  std::map<std::string, caf::actor> alive;
  std::map<std::string, std::vector<std::string>> met; // By whom it met.
  std::map<std::string, int> retired;
};

class supervisor_test : public neighbours_fixture {
protected:
  child_spec child(const std::string& name,
                   std::vector<std::string> neighbours = {}) {
    child_spec spec;
    spec.name = name;
    spec.start = [this, name] {
      ++seen.births[name];
      auto hdl = sys.spawn([this, name](caf::event_based_actor* me) {
        guard(me);
        return caf::behavior{
          [](flush_atom) { throw std::runtime_error("what it said"); },
          [me](halt_atom) { me->quit(); },
          [this, name](retire_atom) { ++seen.retired[name]; },
          [this, name](meet_atom, const std::string& other) {
            seen.met[name].push_back(other);
          },
        };
      });
      seen.alive[name] = hdl;
      return caf::actor_cast<caf::strong_actor_ptr>(hdl);
    };
    for (const auto& each : neighbours)
      spec.meets.push_back({each, [each](const caf::strong_actor_ptr& who,
                                         const caf::strong_actor_ptr&) {
                              caf::anon_send(caf::actor_cast<caf::actor>(who),
                                             meet_atom_v, each);
                            }});
    return spec;
  }

  void start() {
    settings.gave_up = [this](const std::string& name, const std::string& why) {
      gave_up.push_back(name + ": " + why);
    };
    supervisor = track(spawn_supervisor(sys, settings));
    drain();
  }

  void add_pool() {
    pool_spec pool;
    pool.name = "worker";
    pool.count = 2;
    pool.count_max = 4;
    pool.make = [this](std::int32_t index) {
      const auto number = std::to_string(index);
      return std::vector{child("edge/" + number),
                         child("worker/" + number, {"edge/" + number})};
    };
    settings.pools.push_back(pool);
  }

  void crash(const std::string& name) {
    caf::anon_send(seen.alive.at(name), flush_atom_v);
    drain();
  }

  void quit(const std::string& name) {
    caf::anon_send(seen.alive.at(name), halt_atom_v);
    drain();
  }

  std::int64_t scale(std::int32_t count) {
    return ask<std::int64_t>(supervisor, scale_atom_v, std::string("worker"),
                             count)
      ->value;
  }

  std::vector<child_status> report() {
    return ask<std::vector<child_status>>(supervisor, status_atom_v)->value;
  }

  std::vector<std::string> names() {
    std::vector<std::string> all;
    for (const auto& x : report())
      if (x.alive)
        all.push_back(x.name);
    return all;
  }

  supervisor_settings settings;
  brood seen;
  std::vector<std::string> gave_up;
  supervisor_actor supervisor;
};

using names_list = std::vector<std::string>;

TEST_F(supervisor_test, introduces_neighbours_in_either_order_of_birth) {
  settings.children = {child("a", {"b"}), child("b", {"a", "supervisor"})};
  start();
  EXPECT_EQ(seen.met["a"], names_list{"b"});
  EXPECT_EQ(seen.met["b"], (names_list{"a", "supervisor"}));
}

TEST_F(supervisor_test, restarts_the_dead_child_alone_and_introduces_it) {
  settings.children = {child("a", {"b"}), child("b", {"a"})};
  start();
  crash("b");
  EXPECT_EQ(names(), names_list{"a"});
  advance(20ms);
  EXPECT_EQ(seen.births["a"], 1);
  EXPECT_EQ(seen.births["b"], 2);
  EXPECT_EQ(seen.met["a"], (names_list{"b", "b"}));
  const auto x = report();
  EXPECT_EQ(x[1].restarts, 1);
  EXPECT_NE(x[1].last_error.find("what it said"), std::string::npos);
}

TEST_F(supervisor_test, pauses_longer_each_time) {
  settings.children = {child("a")};
  start();
  crash("a");
  advance(20ms);
  crash("a");
  advance(20ms);
  EXPECT_EQ(seen.births["a"], 2);
  advance(20ms);
  EXPECT_EQ(seen.births["a"], 3);
}

TEST_F(supervisor_test, gives_up_once_when_a_child_keeps_dying) {
  settings.children = {child("a"), child("b")};
  start();
  for (int i = 0; i < 6; ++i) {
    crash("a");
    advance(5s);
  }
  ASSERT_EQ(gave_up.size(), 1u);
  EXPECT_EQ(gave_up[0].rfind("a: ", 0), 0u);
  EXPECT_EQ(seen.births["a"], 6);
  crash("b");
  advance(5s);
  EXPECT_EQ(gave_up.size(), 1u);
  EXPECT_EQ(seen.births["b"], 1);
}

TEST_F(supervisor_test, forgives_deaths_outside_the_window) {
  settings.children = {child("a")};
  start();
  for (int i = 0; i < 20; ++i) {
    crash("a");
    advance(20s);
  }
  EXPECT_TRUE(gave_up.empty());
  EXPECT_EQ(seen.births["a"], 21);
}

TEST_F(supervisor_test, drains_every_child_and_answers_when_none_is_left) {
  settings.children = {child("a"), child("b")};
  start();
  EXPECT_TRUE(ask<std::int64_t>(supervisor, drain_atom_v)->ok());
  EXPECT_TRUE(names().empty());
  advance(60s);
  EXPECT_EQ(seen.births["a"], 1);
}

TEST_F(supervisor_test, restarts_nobody_who_died_before_the_drain) {
  settings.children = {child("a")};
  start();
  crash("a");
  EXPECT_TRUE(ask<std::int64_t>(supervisor, drain_atom_v)->ok());
  advance(60s);
  EXPECT_EQ(seen.births["a"], 1);
}

TEST_F(supervisor_test, grows_and_shrinks_a_pool_within_its_bounds) {
  add_pool();
  start();
  EXPECT_EQ(names(), (names_list{"edge/1", "worker/1", "edge/2", "worker/2"}));
  EXPECT_EQ(scale(9), 4);
  EXPECT_EQ(names().size(), 8u);
  EXPECT_EQ(scale(0), 1);
  EXPECT_EQ(seen.retired.size(), 3u);
  EXPECT_EQ(names().size(), 8u); // They have work in hand.
  for (const auto* name : {"worker/2", "worker/3", "worker/4"})
    quit(name);
  EXPECT_EQ(names(), (names_list{"edge/1", "worker/1"}));
  EXPECT_EQ(report().size(), 2u);
  EXPECT_EQ(ask<std::int64_t>(supervisor, scale_atom_v, std::string("nobody"),
                              std::int32_t{3})
              ->value,
            0);
}

TEST_F(supervisor_test, gives_the_names_of_those_who_left_to_newcomers) {
  add_pool();
  start();
  scale(1);
  scale(2);
  EXPECT_EQ(names(), (names_list{"edge/1", "worker/1", "edge/2", "worker/2",
                                 "edge/3", "worker/3"}))
    << "the second has work in hand";
  quit("worker/2");
  scale(3);
  EXPECT_EQ(names(), (names_list{"edge/1", "worker/1", "edge/3", "worker/3",
                                 "edge/2", "worker/2"}));
}

TEST_F(supervisor_test, sends_a_worker_away_as_its_pool_wants) {
  add_pool();
  std::vector<caf::strong_actor_ptr> sent_away;
  settings.pools[0].retire = [&](const caf::strong_actor_ptr& x) {
    sent_away.push_back(x);
  };
  start();
  scale(1);
  EXPECT_EQ(sent_away.size(), 1u);
  EXPECT_TRUE(seen.retired.empty());
}

TEST_F(supervisor_test, does_not_restart_a_worker_that_was_to_retire) {
  add_pool();
  start();
  scale(1);
  crash("worker/2");
  advance(60s);
  EXPECT_EQ(names(), (names_list{"edge/1", "worker/1"}));
}

TEST_F(supervisor_test, retires_a_worker_that_is_dead_at_the_moment) {
  add_pool();
  start();
  crash("worker/2");
  scale(1);
  advance(60s);
  EXPECT_EQ(names(), (names_list{"edge/1", "worker/1"}));
  EXPECT_EQ(report().size(), 2u);
}

TEST_F(supervisor_test, a_retiring_worker_keeps_its_edge_until_it_is_done) {
  add_pool();
  start();
  scale(1);
  crash("edge/2");
  advance(60s);
  EXPECT_EQ(names(), (names_list{"edge/1", "worker/1", "edge/2", "worker/2"}));
  quit("worker/2");
  EXPECT_EQ(names(), (names_list{"edge/1", "worker/1"}));
}

TEST_F(supervisor_test, starts_no_worker_once_it_stops) {
  add_pool();
  start();
  ask<std::int64_t>(supervisor, drain_atom_v);
  scale(4);
  EXPECT_TRUE(names().empty());
}

} // namespace
} // namespace racefill::test
