#include "actors/data_guard.hpp"

#include "actors/enricher.hpp"
#include "actors/extractor.hpp"
#include "tests/actors/neighbours.hpp"

namespace racefill::test {
namespace {

class data_guard_test : public neighbours_fixture {
protected:
  void start() {
    guardian = track(spawn_data_guard(sys, limits));
    control_handle = track(control.spawn(sys));
    tell(guardian, meet_atom_v, control_handle);
  }

  auto put(date day, day_state state) {
    day_sample x;
    x.day = day;
    x.state = state;
    x.races = state == day_state::empty ? 0 : 3;
    return ask<std::int64_t>(guardian, put_atom_v, x);
  }

  guard_limits limits;
  control_double control;
  run_control_actor control_handle;
  data_guard_actor guardian;
};

TEST_F(data_guard_test, lets_ordinary_days_pass) {
  start();
  EXPECT_TRUE(put(day(2024, 3, 4), day_state::done)->ok());
  EXPECT_TRUE(put(day(2024, 3, 5), day_state::empty)->ok());
  EXPECT_TRUE(put(day(2024, 3, 6), day_state::done)->ok());
  EXPECT_TRUE(control.halts.empty());
}

TEST_F(data_guard_test, halts_the_run_and_lets_nothing_pass_any_more) {
  start();
  EXPECT_TRUE(put(day(2024, 3, 4), day_state::empty)->ok());
  EXPECT_EQ(put(day(2024, 3, 5), day_state::empty)->refusal,
            fault::guard_tripped);
  ASSERT_EQ(control.halts.size(), 1u);
  EXPECT_EQ(fault_of(control.halts[0]), fault::guard_tripped);
  EXPECT_EQ(put(day(2024, 3, 6), day_state::done)->refusal,
            fault::guard_tripped);
  EXPECT_EQ(ask<std::int64_t>(guardian, put_atom_v, profile_sample{})->refusal,
            fault::guard_tripped);
  EXPECT_EQ(control.halts.size(), 1u);
}

TEST_F(data_guard_test, tells_a_restarted_control_what_it_may_have_missed) {
  start();
  put(day(2024, 3, 4), day_state::empty);
  put(day(2024, 3, 5), day_state::empty);
  tell(guardian, meet_atom_v, control_handle);
  EXPECT_EQ(control.halts.size(), 2u);
}

TEST_F(data_guard_test, keeps_a_refused_day_from_the_writer) {
  start();
  writer_double writer;
  cache_double cache;
  extractor_settings settings;
  settings.api = std::make_shared<fake_provider>();
  settings.guarded = true;
  auto extractor = track(spawn_extractor(sys, settings));
  tell(extractor, meet_atom_v, track(writer.spawn(sys)));
  tell(extractor, meet_atom_v, track(cache.spawn(sys)));
  auto put_pages = [&](date when) {
    day_pages pages;
    pages.task.day = when;
    pages.bodies = {"card 0"};
    return ask<day_receipt>(extractor, put_atom_v, pages);
  };
  const auto early = put_pages(day(2024, 3, 4));
  EXPECT_TRUE(writer.day_units.empty()); // It waits for the guard.
  tell(extractor, meet_atom_v, guardian);
  advance(std::chrono::seconds(1));
  EXPECT_TRUE(early->ok());
  EXPECT_EQ(put_pages(day(2024, 3, 5))->refusal, fault::guard_tripped);
  EXPECT_EQ(writer.day_units.size(), 1u);
}

} // namespace
} // namespace racefill::test
