/// FLOW RUN: one run of the whole service under virtual time, and the verdict.
#pragma once

#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <caf/event_based_actor.hpp>
#include <caf/scheduled_actor.hpp>

#include "infra/log/log.hpp"
#include "infra/pure/verify_gate.hpp"
#include "tests/actor_fixture.hpp"
#include "tests/flow/flow_system.hpp"

namespace racefill::test {

/// One run from start to end.
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

  /// Ends an actor as a crash would, whatever it holds.
  void kill(const std::string& name) {
    ++killed[name];
    ++world->crashed;
    world->note("kill " + name, now());
    last_killed = ears.alive.at(name);
    caf::anon_send_exit(last_killed, caf::exit_reason::kill);
    deliver();
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
  std::map<std::string, std::size_t> mailbox_most; // By kind of actor.
  std::map<std::string, int> killed;

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
    do {
      if (++looks % world->plan.mailbox_look == 0)
        look_at_mailboxes();
    } while (sched.try_run_once());
  }

  // How much the runnable have waiting; a blocked one has nothing, and must not
  // be looked into.
  void look_at_mailboxes() {
    for (const auto& [name, hdl] : ears.alive) {
      auto* who = dynamic_cast<caf::scheduled_actor*>(
        caf::actor_cast<caf::abstract_actor*>(hdl));
      if (!who || who->mailbox().blocked() || who->mailbox().closed())
        continue;
      auto& most = mailbox_most[name.substr(0, name.find('/'))];
      most = std::max(most, who->mailbox().size());
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
  std::uint64_t looks = 0;
  caf::strong_actor_ptr last_killed;
  std::string again;
};

/// The most messages that may wait at any actor. Four fetchers hold up to three
/// pieces each, six enrichers up to 17, and a permit is told of five times.
constexpr std::size_t mailbox_bound = 4 * 3 + 6 * 17 + 11 * 5;

/// Requests that the death of one actor can cost: what it holds or knows of.
inline std::int64_t cost_of_death(const flow_plan& plan,
                                  const std::string& name) {
  const std::int64_t day = (plan.races_a_day + plan.page_limit - 1)
                           / plan.page_limit;
  if (name.rfind("racecard_fetcher/", 0) == 0)
    return 3 * day;
  if (name.rfind("enricher/", 0) == 0)
    return 17;
  if (name == "date_scheduler") // All fetchers let go of what they hold.
    return 4 * 3 * day;
  if (name == "enrichment_queue")
    return 6 * 17;
  return name.rfind("api_transport/", 0) == 0 || name == "reference_fetcher";
}

/// The most requests that the run may have made.
inline std::int64_t requests_allowed(const flow_run& run) {
  const auto& plan = run.world->plan;
  auto sum = run.world->requests_needed();
  sum += plan.api_faults - run.world->api_faults + run.world->probes;
  // A bug may end any of those who call the provider.
  sum += 17 * (plan.exceptions - run.world->exceptions);
  for (const auto& [name, times] : run.killed)
    sum += times * cost_of_death(plan, name);
  return sum;
}

/// All that does not hold at the end of a run that finished; "" when all does.
inline std::string wrongs_of(flow_run& run) {
  auto wrongs = run.world->difference();
  auto add = [&wrongs](const std::string& text) {
    wrongs += (wrongs.empty() ? "" : "; ") + text;
  };
  if (!run.over_bound.empty())
    add(run.over_bound);
  for (const auto& [name, most] : run.mailbox_most)
    if (most > mailbox_bound)
      add(std::to_string(most) + " messages waited at " + name);
  const auto gate = verify_arrivals(run.world->arrivals, 2, one_second);
  if (gate.largest > 2)
    add(std::to_string(gate.largest) + " requests arrived in one second");
  if (run.world->database->courses.size() != 3u)
    add("courses are missing");
  if (run.world->sent > requests_allowed(run))
    add(std::to_string(run.world->sent) + " requests where "
        + std::to_string(requests_allowed(run)) + " may be needed");
  // Nobody keeps anything for ever: the drain ends too.
  run.world->armed = false;
  auto drained = run.ask<std::int64_t>("front_desk", drain_atom_v, true);
  for (int i = 0; i < 3 && !drained; ++i) {
    run.wait(one_second); // The desk itself may just be dead.
    drained = run.ask<std::int64_t>("front_desk", drain_atom_v, true);
  }
  if (!drained)
    add("it does not drain: " + describe(drained.error()));
  return wrongs;
}

/// A plan with faults of every kind, by its seed.
inline flow_plan faulty_plan(std::uint64_t seed) {
  std::mt19937_64 pick{seed};
  flow_plan plan;
  plan.seed = seed;
  plan.page_limit = 1 + static_cast<std::int32_t>(pick() % 3);
  plan.api_faults = static_cast<std::int32_t>(pick() % 25);
  plan.store_faults = static_cast<std::int32_t>(pick() % 12);
  plan.lost_answers = static_cast<std::int32_t>(pick() % 6);
  plan.crashes = static_cast<std::int32_t>(pick() % 14);
  // A bug in a decoder costs the item a try: with two faults of the API three
  // of them might park it.
  plan.exceptions = static_cast<std::int32_t>(pick() % 3);
  plan.writers = 1 + static_cast<std::int32_t>(pick() % 2);
  plan.mode = pick() % 2 == 0 ? gate_mode::reply : gate_mode::ack;
  if (pick() % 4 == 0) {
    plan.days = 120;
    plan.before_history = 90;
  }
  return plan;
}

/// What is wrong with a run that should have reached its end by itself.
inline std::string wrongs_at_end(flow_run& run, bool has_finished) {
  std::string wrongs;
  if (!has_finished)
    wrongs = "not finished after " + std::to_string(run.age() / one_second)
             + " s; ";
  for (const auto& err : run.ears.halts)
    wrongs += "halted: " + describe(err) + "; ";
  for (const auto& who : run.ears.gave_up)
    wrongs += "gave up: " + who + "; ";
  for (const auto& each : run.ears.files->errors)
    wrongs += "parked " + each.key + ": " + each.error + "; ";
  return wrongs + wrongs_of(run);
}

} // namespace racefill::test
