// A crash of each actor in turn, once and twice in a row, while work is held.
#include "tests/flow/flow_run.hpp"

namespace racefill::test {
namespace {

using namespace std::chrono_literals;

std::vector<std::string> everybody() {
  return {"run_control",
          "state_files",
          "store_session/reader",
          "store_session/writer-1",
          "db_writer",
          "checkpoint",
          "horse_cache",
          "enrichment_queue",
          "extractor",
          "date_scheduler",
          "gatekeeper",
          "api_transport/references",
          "reference_fetcher",
          "metrics_reporter",
          "front_desk",
          "api_transport/racecards-1",
          "racecard_fetcher/1",
          "api_transport/horses-1",
          "enricher/1"};
}

// Work is at its holders: days at fetchers, horses at enrichers, a batch open.
bool holds_work(const flow_run& run) {
  std::int64_t held = 0;
  for (const auto& x : run.last.stages)
    if (x.name == "date_scheduler" || x.name == "enrichment_queue")
      held += x.credit > 0;
  return held == 2;
}

class crash_test : public testing::TestWithParam<std::string> {};

TEST_P(crash_test, once_while_work_is_held_changes_nothing) {
  flow_run run{{}};
  run.run_until([&] { return holds_work(run); });
  ASSERT_EQ(run.ears.finished, 0);
  const auto before = run.ears.alive;
  run.kill(GetParam());
  const auto has_finished = run.run();
  EXPECT_EQ(wrongs_at_end(run, has_finished), "");
  // That child alone is another one now.
  for (const auto& [name, hdl] : before)
    EXPECT_EQ(run.ears.alive.at(name) != hdl, name == GetParam()) << name;
}

TEST_P(crash_test, twice_in_a_row_while_work_is_held_changes_nothing) {
  flow_run run{{}};
  run.run_until([&] { return holds_work(run); });
  const auto first = run.ears.alive.at(GetParam());
  run.kill(GetParam());
  run.run_until([&] { return run.ears.alive.at(GetParam()) != first; });
  ASSERT_EQ(run.ears.finished, 0);
  run.kill(GetParam()); // Hardly born.
  const auto has_finished = run.run();
  EXPECT_EQ(wrongs_at_end(run, has_finished), "");
}

TEST_P(crash_test, again_and_again_ends_the_run_once) {
  flow_run run{{}};
  caf::strong_actor_ptr last;
  const bool finished = run.run_until([&] {
    if (run.ears.alive.at(GetParam()) != last && run.age() > 3 * one_second) {
      last = run.ears.alive.at(GetParam());
      run.kill(GetParam());
    }
    return false;
  });
  EXPECT_FALSE(finished);
  ASSERT_EQ(run.ears.gave_up.size(), 1u);
  EXPECT_EQ(run.ears.gave_up[0].rfind(GetParam() + ":", 0), 0u);
  // What main does next: a drain that asks nobody to wait.
  if (GetParam() == "front_desk")
    return; // Nobody is left to ask: main leaves without a drain.
  run.world->armed = false;
  const auto began = run.age();
  run.ask<std::int64_t>("front_desk", drain_atom_v, false);
  // At the latest after the desk's flush_timeout and save_timeout.
  EXPECT_LT(run.age() - began, 46 * one_second);
  // Nothing is called done that is not there.
  std::set<std::string> with_profile = run.world->database->profiles;
  for (const auto& [id, state] : run.world->database->horses)
    EXPECT_EQ(state == horse_state::done, with_profile.count(id) == 1) << id;
}

std::string word_of(const testing::TestParamInfo<std::string>& info) {
  auto text = info.param;
  for (auto& c : text)
    if (c == '/' || c == '-')
      c = '_';
  return text;
}

INSTANTIATE_TEST_SUITE_P(of, crash_test, testing::ValuesIn(everybody()),
                         word_of);

TEST(supervision_test, the_list_above_has_every_kind_of_actor) {
  flow_run run{{}};
  auto kind = [](const std::string& name) {
    return name.rfind("api_transport/", 0) == 0
             ? name.substr(0, name.find('-'))
             : name.substr(0, name.find('/'));
  };
  std::set<std::string> known;
  for (const auto& name : everybody())
    known.insert(kind(name));
  for (const auto& [name, hdl] : run.ears.alive)
    EXPECT_EQ(known.count(kind(name)), 1u) << name;
}

TEST(supervision_test, a_halt_reaches_a_run_control_that_was_dead) {
  flow_plan plan;
  plan.outage_from = 0;
  plan.outage_until = never;
  flow_run run{plan};
  // Dead at the instant of the halt, which is 45 s after the first request.
  caf::strong_actor_ptr seen;
  for (int i = 0; i < 3; ++i) {
    run.run_until([&] { return run.ears.alive.at("run_control") != seen; });
    seen = run.ears.alive.at("run_control");
    run.kill("run_control");
  }
  EXPECT_FALSE(run.run());
  ASSERT_EQ(run.ears.halts.size(), 1u);
  EXPECT_EQ(fault_of(run.ears.halts[0]), fault::unreachable);
}

} // namespace
} // namespace racefill::test
