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

TEST_F(data_guard_test, refuses_a_day_that_is_not_over_alone) {
  start();
  day_sample x;
  x.day = day(2024, 3, 4);
  x.state = day_state::provisional;
  x.races = 20;
  x.fields = {{"dob", 100, 0}};
  EXPECT_EQ(ask<std::int64_t>(guardian, put_atom_v, x)->refusal,
            fault::guard_tripped);
  EXPECT_TRUE(control.halts.empty());
  EXPECT_TRUE(put(day(2024, 3, 3), day_state::done)->ok());
  EXPECT_TRUE(ask<std::int64_t>(guardian, put_atom_v, profile_sample{})->ok());
}

TEST_F(data_guard_test, stops_the_kind_of_call_that_is_refused_alone) {
  start();
  sink_double checkpoint;
  tell(guardian, meet_atom_v, track(checkpoint.spawn(sys)));
  profile_sample x;
  x.horse.horse_id = "hrs_1";
  x.refusal = "invalid_request, status 422";
  x.error = "invalid_request: horse hrs_1, status 422: no such thing";
  for (int i = 0; i < 4; ++i)
    EXPECT_TRUE(ask<std::int64_t>(guardian, put_atom_v, x)->ok());
  EXPECT_EQ(ask<std::int64_t>(guardian, put_atom_v, x)->refusal,
            fault::guard_tripped);
  ASSERT_EQ(checkpoint.halts.size(), 1u);
  EXPECT_EQ(checkpoint.halts[0].first, call_kind::horse);
  EXPECT_NE(describe(checkpoint.halts[0].second).find("no such thing"),
            std::string::npos);
  EXPECT_TRUE(control.halts.empty());
  EXPECT_TRUE(put(day(2024, 3, 4), day_state::done)->ok());
  // What was on its way is still good, and a restarted CHECKPOINT hears of it.
  EXPECT_TRUE(ask<std::int64_t>(guardian, put_atom_v, profile_sample{})->ok());
  tell(guardian, meet_atom_v, track(checkpoint.spawn(sys)));
  EXPECT_EQ(checkpoint.halts.size(), 2u);
}

TEST_F(data_guard_test, one_401_stops_the_profiles) {
  start();
  sink_double checkpoint;
  tell(guardian, meet_atom_v, track(checkpoint.spawn(sys)));
  profile_sample x;
  x.is_final = true;
  x.error = "unauthorized: horse hrs_1, status 401: Pro Plan required";
  EXPECT_FALSE(ask<std::int64_t>(guardian, put_atom_v, x)->ok());
  ASSERT_EQ(checkpoint.halts.size(), 1u);
  EXPECT_EQ(fault_of(checkpoint.halts[0].second), fault::guard_tripped);
  EXPECT_FALSE(ask<std::int64_t>(guardian, put_atom_v, x)->ok());
  EXPECT_EQ(checkpoint.halts.size(), 1u);
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
