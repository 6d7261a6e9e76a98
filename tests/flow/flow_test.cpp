// The whole service under virtual time, over a simulated world.
#include <cstdlib>
#include <iostream>

#include "infra/log.hpp"
#include "infra/pure/verify_gate.hpp"
#include "tests/actor_fixture.hpp"
#include "tests/flow/flow_system.hpp"

namespace racefill::test {
namespace {

using namespace std::chrono_literals;

// One run from start to end.
class flow_run {
public:
  explicit flow_run(const flow_plan& plan)
    : world(std::make_shared<flow_world>(plan)),
      sys(cfg),
      sched(dynamic_cast<caf::scheduler::test_coordinator&>(sys.scheduler())),
      wiring(sys, world, ears) {
    log_set_level(log_level::off);
    born = now();
    plan_crashes();
    supervisor = spawn_supervisor(sys, wiring.settings());
    deliver();
  }

  flow_run(const flow_run&) = delete;
  flow_run& operator=(const flow_run&) = delete;

  ~flow_run() {
    world->armed = false;
    for (const auto& [name, hdl] : ears.alive)
      caf::anon_send_exit(hdl, caf::exit_reason::kill);
    caf::anon_send_exit(supervisor, caf::exit_reason::kill);
    // A child that the supervisor was about to start is not: it is dead too.
    for (int round = 0; round < 100'000; ++round) {
      deliver();
      if (!sched.trigger_timeout())
        return;
    }
  }

  nanos now() const {
    return sched.clock().now().time_since_epoch().count();
  }

  nanos age() const {
    return now() - born;
  }

  /// Runs until the service says that it has finished, cannot, or the time is
  /// over; returns whether it has finished.
  bool run() {
    return run_until([] { return false; });
  }

  template <class Predicate>
  bool run_until(Predicate is_enough) {
    while (ears.finished == 0 && ears.halts.empty() && ears.gave_up.empty()
           && age() < world->plan.limit && !is_enough()) {
      crash_what_is_due();
      if (!sched.trigger_timeout())
        break; // Nobody waits for anything: it hangs.
      deliver();
      look_at_bounds();
    }
    world->note("end", now());
    return ears.finished > 0;
  }

  /// Lets so much time pass.
  void wait(nanos length) {
    sched.advance_time(caf::timespan{length});
    deliver();
  }

  /// Asks an actor and runs until it has answered.
  template <class T, class... Ts>
  caf::expected<T> ask(const std::string& whom, Ts... words) {
    auto result = std::make_shared<caf::expected<T>>(
      caf::make_error(fault::late, "no answer"));
    auto is_there = std::make_shared<bool>(false);
    ask_any<T>(ears.alive.at(whom), result, is_there, words...);
    deliver();
    const auto until = age() + 600 * one_second;
    while (!*is_there && age() < until && sched.trigger_timeout())
      deliver();
    return *result;
  }

  world_ptr world;
  flow_ears ears;
  test_config cfg;
  caf::actor_system sys;
  caf::scheduler::test_coordinator& sched;
  supervisor_actor supervisor;
  snapshot last; // Of the last look.
  std::set<std::string> breaker_states;
  std::string over_bound;

private:
  struct crash {
    nanos at;
    bool twice; // The restarted one at once too.
  };

  template <class T, class... Ts>
  void ask_any(const caf::strong_actor_ptr& whom,
               const std::shared_ptr<caf::expected<T>>& result,
               const std::shared_ptr<bool>& is_there, Ts... words) {
    sys.spawn([=](caf::event_based_actor* self) {
      self->request(caf::actor_cast<caf::actor>(whom), caf::infinite, words...)
        .then(
          [=](const T& x) {
            *result = x;
            *is_there = true;
          },
          [=](const caf::error& err) {
            *result = err;
            *is_there = true;
          });
    });
  }

  void deliver() {
    while (sched.try_run_once()) {
      // nop
    }
  }

  void plan_crashes() {
    for (std::int32_t i = 0; i < world->plan.crashes; ++i)
      crashes.push_back(
        {born + world->pick(world->plan.crashes_within), world->chance(30)});
    std::sort(crashes.begin(), crashes.end(),
              [](const crash& a, const crash& b) { return a.at < b.at; });
  }

  void crash_what_is_due() {
    while (!crashes.empty() && crashes.front().at <= now()) {
      const auto twice = crashes.front().twice;
      crashes.erase(crashes.begin());
      auto it = ears.alive.begin();
      std::advance(it,
                   world->pick(static_cast<std::int64_t>(ears.alive.size())));
      // A child may die no more than its budget allows.
      if (killed[it->first] + (twice ? 2 : 1) > 3)
        continue;
      kill(it->first);
      if (twice)
        again = it->first;
      return;
    }
    if (again.empty())
      return;
    // Lives again? Then once more.
    auto name = again;
    if (ears.alive.at(name) == last_killed)
      return;
    again.clear();
    kill(name);
  }

  void kill(const std::string& name) {
    ++killed[name];
    ++world->crashed;
    world->note("kill " + name, now());
    last_killed = ears.alive.at(name);
    caf::anon_send_exit(last_killed, caf::exit_reason::kill);
    deliver();
  }

  // Once a virtual second: nobody holds more than its bound.
  void look_at_bounds() {
    if (age() < next_look)
      return;
    next_look = age() + one_second;
    auto result
      = std::make_shared<caf::expected<snapshot>>(caf::make_error(fault::late));
    ask_any<snapshot>(ears.alive.at("metrics_reporter"), result,
                      std::make_shared<bool>(false), status_atom_v);
    deliver();
    if (!*result)
      return;
    last = **result;
    breaker_states.insert(last.gate.breaker);
    for (const auto& x : last.stages) {
      const auto limit = x.name == "db_writer" || x.name == "extractor"
                           ? x.backlog + x.credit
                           : std::int64_t{1'000'000};
      if (x.credit < 0 || x.backlog < 0 || x.backlog > limit)
        over_bound = x.name + " holds " + std::to_string(x.backlog);
    }
    if (last.gate.waiting > 64)
      over_bound = "the gate holds " + std::to_string(last.gate.waiting);
  }

  flow_wiring wiring;
  nanos born = 0;
  nanos next_look = 0;
  std::vector<crash> crashes;
  std::map<std::string, int> killed;
  caf::strong_actor_ptr last_killed;
  std::string again;
};

gate_verdict verdict_of(const flow_run& run) {
  return verify_arrivals(run.world->arrivals, 2, one_second);
}

// Everything that must hold at the end of a run that finished.
void expect_whole(flow_run& run) {
  EXPECT_EQ(run.world->difference(), "");
  EXPECT_EQ(run.over_bound, "");
  EXPECT_LE(verdict_of(run).largest, 2);
  EXPECT_EQ(run.world->database->courses.size(), 3u);
  // Nobody keeps anything for ever: the drain ends too.
  run.world->armed = false;
  auto drained = run.ask<std::int64_t>("front_desk", drain_atom_v, true);
  for (int i = 0; i < 3 && !drained; ++i) {
    run.wait(one_second); // The desk itself may just be dead.
    drained = run.ask<std::int64_t>("front_desk", drain_atom_v, true);
  }
  EXPECT_TRUE(drained) << describe(drained.error());
}

flow_plan small_plan() {
  return {};
}

TEST(flow_test, a_clean_run_makes_the_tables_true_with_fewest_requests) {
  auto plan = small_plan();
  plan.page_limit = 1;
  flow_run run{plan};
  EXPECT_TRUE(run.run());
  EXPECT_EQ(run.world->sent, run.world->requests_needed());
  for (const auto& [target, count] : run.world->requests)
    EXPECT_EQ(count, 1) << target;
  expect_whole(run);
  EXPECT_EQ(run.ears.finished, 1);
  EXPECT_TRUE(run.ears.halts.empty());
  // N requests take N / 2 seconds, and the start-up silence.
  EXPECT_LT(run.age(), (run.world->sent / 2 + 10) * one_second
                         + run.world->sent * 100 * one_millisecond);
}

TEST(flow_test, days_before_the_history_are_probed_and_settled) {
  auto plan = small_plan();
  plan.days = 500;
  plan.before_history = 450;
  flow_run run{plan};
  EXPECT_TRUE(run.run());
  expect_whole(run);
  std::int64_t asked = 0;
  for (std::int32_t i = 0; i < plan.before_history; ++i)
    asked += static_cast<std::int64_t>(run.world->requests.count(
      "/racecards/" + to_string(plan.first + i) + "/0"));
  // The run, a probe a year, and what each fetcher held when the run was full.
  EXPECT_LE(asked, 30 + 2 + 4 * 2);
}

// A plan with faults of every kind, by its seed.
flow_plan faulty_plan(std::uint64_t seed) {
  std::mt19937_64 pick{seed};
  flow_plan plan;
  plan.seed = seed;
  plan.page_limit = 1 + static_cast<std::int32_t>(pick() % 3);
  plan.api_faults = static_cast<std::int32_t>(pick() % 25);
  plan.store_faults = static_cast<std::int32_t>(pick() % 12);
  plan.lost_answers = static_cast<std::int32_t>(pick() % 6);
  plan.crashes = static_cast<std::int32_t>(pick() % 14);
  plan.exceptions = static_cast<std::int32_t>(pick() % 4);
  plan.writers = 1 + static_cast<std::int32_t>(pick() % 2);
  plan.mode = pick() % 2 == 0 ? gate_mode::reply : gate_mode::ack;
  if (pick() % 4 == 0) {
    plan.days = 120;
    plan.before_history = 90;
  }
  return plan;
}

void run_seed(std::uint64_t seed) {
  SCOPED_TRACE("replay: FLOW_SEED=" + std::to_string(seed)
               + " build/flow_test --gtest_filter=flow_test.a_seed_*");
  flow_run run{faulty_plan(seed)};
  EXPECT_TRUE(run.run()) << "after " << run.age() / one_second << " s; "
                         << run.world->difference();
  for (const auto& err : run.ears.halts)
    ADD_FAILURE() << describe(err);
  for (const auto& who : run.ears.gave_up)
    ADD_FAILURE() << who;
  expect_whole(run);
}

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text ? std::stoull(text) : otherwise;
}

TEST(flow_test, many_seeds_of_faults_change_nothing_in_the_tables) {
  const auto count = from_environment("FLOW_SEEDS", 200);
  for (std::uint64_t seed = 1; seed <= count && !HasFailure(); ++seed)
    run_seed(seed);
}

TEST(flow_test, a_seed_from_the_environment_is_replayed) {
  const auto seed = from_environment("FLOW_SEED", 1);
  run_seed(seed);
}

TEST(flow_test, the_same_seed_gives_the_same_trace) {
  auto hash = [](std::uint64_t seed) {
    flow_run run{faulty_plan(seed)};
    run.run();
    return run.world->hash;
  };
  EXPECT_EQ(hash(7), hash(7));
  EXPECT_NE(hash(7), hash(8));
}

TEST(flow_test, a_child_that_keeps_dying_ends_the_run_once) {
  flow_run run{small_plan()};
  caf::strong_actor_ptr last;
  const bool finished = run.run_until([&] {
    auto& now = run.ears.alive.at("extractor");
    if (now != last && run.age() > 3 * one_second) {
      last = now;
      caf::anon_send_exit(now, caf::exit_reason::kill);
    }
    return false;
  });
  EXPECT_FALSE(finished);
  ASSERT_EQ(run.ears.gave_up.size(), 1u);
  EXPECT_EQ(run.ears.gave_up[0].rfind("extractor", 0), 0u);
}

TEST(flow_test, ten_minutes_without_provider_lose_and_park_nothing) {
  auto plan = small_plan();
  plan.outage_from = 20 * one_second;
  plan.outage_until = 620 * one_second;
  flow_run run{plan};
  run.run_until([&] { return run.age() > 500 * one_second; });
  EXPECT_EQ(run.breaker_states.count("open"), 1u);
  EXPECT_NE(run.last.gate.breaker, "closed");
  EXPECT_EQ(run.last.run.session_errors, 0);
  EXPECT_GT(run.last.run.days_left + run.last.run.horses_left, 0);
  EXPECT_TRUE(run.run());
  EXPECT_GT(run.age(), 600 * one_second);
  expect_whole(run);
  EXPECT_TRUE(run.ears.files->errors.empty());
}

TEST(flow_test, full_plan_of_eleven_years_in_virtual_time) {
  flow_plan plan;
  plan.days = 3'942;
  plan.races_a_day = 9;
  plan.runners_a_race = 10;
  plan.horses = 86'000;
  plan.before_history = 0;
  plan.limit = 100 * 60 * one_minute;
  const auto start = std::chrono::steady_clock::now();
  flow_run run{plan};
  EXPECT_TRUE(run.run());
  const std::chrono::duration<double> took = std::chrono::steady_clock::now()
                                             - start;
  expect_whole(run);
  EXPECT_EQ(run.world->sent, run.world->requests_needed());
  std::cout << run.world->seen.size() << " horses, " << run.world->sent
            << " requests, " << run.age() / one_minute / 60
            << " virtual hours in " << took.count() << " s\n";
}

} // namespace
} // namespace racefill::test
