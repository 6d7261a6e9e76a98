#include "actors/date_scheduler.hpp"

#include "tests/actors/neighbours.hpp"

namespace racefill::test {
namespace {

using namespace std::chrono_literals;
using days = std::vector<date>;

class date_scheduler_test : public neighbours_fixture {
protected:
  void start() {
    settings.not_offered_run = 3;
    scheduler = track(spawn_date_scheduler(sys, settings));
    writer_handle = track(writer.spawn(sys));
    tell(scheduler, meet_atom_v, writer_handle);
  }

  // The days from `first` back to `last`, newest first.
  static std::vector<day_task> tasks(date first, date last,
                                     bool before_history) {
    std::vector<day_task> all;
    for (auto x = first; x >= last; x = x + -1)
      all.push_back({x, before_history, false, {}});
    return all;
  }

  void plan(const std::vector<day_task>& x) {
    tell(scheduler, plan_atom_v, x);
  }

  // Takes the next day; unknown when there is none.
  date next() {
    auto got = std::make_shared<date>();
    auto worker = sys.spawn([this, got](caf::event_based_actor* me) {
      me->request(scheduler, caf::infinite, next_atom_v)
        .then([got](const day_task& x) { *got = x.day; },
              [](const caf::error&) {});
      return caf::behavior{[](flush_atom) {}};
    });
    track(worker);
    drain();
    if (!got->known())
      kill(worker);
    last_worker = worker;
    return *got;
  }

  void settle(date x, day_state state) {
    tell(scheduler, settle_atom_v, x, state);
  }

  // Takes days until there is none and settles each as not_offered.
  days take_all_without_racing() {
    days taken;
    for (auto x = next(); x.known(); x = next()) {
      taken.push_back(x);
      settle(x, day_state::not_offered);
    }
    return taken;
  }

  date_scheduler_settings settings;
  writer_double writer;
  db_writer_actor writer_handle;
  date_scheduler_actor scheduler;
  caf::actor last_worker;
  const date new_year{day(2024, 1, 1)};
};

TEST_F(date_scheduler_test, hands_the_days_out_in_the_order_of_the_plan) {
  start();
  plan(tasks(new_year, new_year + -2, false));
  EXPECT_EQ(next(), new_year);
  EXPECT_EQ(next(), new_year + -1);
  EXPECT_EQ(stage(scheduler).backlog, 1);
  EXPECT_EQ(stage(scheduler).credit, 2);
}

TEST_F(date_scheduler_test, leaves_days_it_knows_alone) {
  start();
  plan(tasks(new_year, new_year, false));
  next();
  plan(tasks(new_year, new_year + -1, false));
  EXPECT_EQ(next(), new_year + -1);
  EXPECT_FALSE(next().known());
}

TEST_F(date_scheduler_test, takes_the_day_of_a_dead_fetcher_back_first) {
  start();
  plan(tasks(new_year, new_year + -2, false));
  next();
  kill(last_worker);
  EXPECT_EQ(next(), new_year);
}

TEST_F(date_scheduler_test, hands_nothing_out_once_it_drains) {
  start();
  tell(scheduler, drain_atom_v);
  plan(tasks(new_year, new_year, false));
  EXPECT_FALSE(next().known());
  EXPECT_EQ(stage(scheduler).backlog, 1);
}

TEST_F(date_scheduler_test, settles_a_day_that_nobody_has_asked_yet) {
  start();
  plan(tasks(new_year, new_year, false));
  settle(new_year, day_state::done);
  EXPECT_FALSE(next().known());
}

TEST_F(date_scheduler_test, probes_a_july_saturday_of_each_year_and_settles) {
  start();
  plan(tasks(day(2016, 12, 31), day(2015, 1, 1), true));
  const auto asked = take_all_without_racing();
  // Three in a row, then one probe a year.
  ASSERT_EQ(asked.size(), 5u);
  EXPECT_EQ(asked[3], day(2015, 7, 4));
  EXPECT_EQ(asked[4], day(2016, 7, 9));
  ASSERT_EQ(writer.unasked.size(), 1u);
  EXPECT_EQ(writer.unasked[0].size(), 731u - 5u);
  EXPECT_EQ(writer.unasked[0].front(), day(2015, 1, 1));
  EXPECT_EQ(stage(scheduler).backlog, 0);
}

TEST_F(date_scheduler_test, a_set_aside_day_may_be_settled_by_others) {
  start();
  plan(tasks(day(2016, 12, 31), day(2015, 1, 1), true));
  for (int i = 0; i < 3; ++i)
    settle(next(), day_state::not_offered);
  settle(day(2015, 3, 3), day_state::not_offered); // Its receipt came late.
  EXPECT_EQ(take_all_without_racing().size(), 2u);
  ASSERT_EQ(writer.unasked.size(), 1u);
  EXPECT_EQ(writer.unasked[0].size(), 731u - 5u - 1u);
  EXPECT_EQ(stage(scheduler).backlog, 0);
}

TEST_F(date_scheduler_test, one_racing_day_ends_the_rule) {
  start();
  plan(tasks(new_year, new_year + -9, true));
  settle(next(), day_state::not_offered);
  settle(next(), day_state::done);
  EXPECT_EQ(take_all_without_racing().size(), 8u);
  EXPECT_TRUE(writer.unasked.empty());
}

TEST_F(date_scheduler_test, a_probe_with_racing_has_everything_asked) {
  start();
  plan(tasks(new_year + -1, new_year + -20, true));
  for (int i = 0; i < 3; ++i)
    settle(next(), day_state::not_offered);
  settle(next(), day_state::done);
  EXPECT_EQ(take_all_without_racing().size(), 16u);
  EXPECT_TRUE(writer.unasked.empty());
}

TEST_F(date_scheduler_test, a_failed_probe_proves_nothing) {
  start();
  plan(tasks(new_year + -1, new_year + -20, true));
  for (int i = 0; i < 3; ++i)
    settle(next(), day_state::not_offered);
  settle(next(), day_state::failed);
  EXPECT_EQ(take_all_without_racing().size(), 16u);
  EXPECT_TRUE(writer.unasked.empty());
}

TEST_F(date_scheduler_test, asks_all_when_told_to_ask_before_the_history) {
  settings.ask_before_history = true;
  start();
  plan(tasks(new_year, new_year + -19, true));
  EXPECT_EQ(take_all_without_racing().size(), 20u);
}

TEST_F(date_scheduler_test, waits_for_days_in_flight_before_it_settles_any) {
  start();
  plan(tasks(new_year + -1, new_year + -20, true));
  const auto in_flight = next();
  for (int i = 0; i < 3; ++i)
    settle(next(), day_state::not_offered);
  settle(next(), day_state::not_offered); // The probe.
  EXPECT_TRUE(writer.unasked.empty());
  settle(in_flight, day_state::done);
  EXPECT_TRUE(writer.unasked.empty());
  EXPECT_EQ(take_all_without_racing().size(), 15u);
}

TEST_F(date_scheduler_test, a_plan_sent_again_does_not_bring_set_aside_days) {
  start();
  const auto all = tasks(new_year + -1, new_year + -20, true);
  plan(all);
  for (int i = 0; i < 3; ++i)
    settle(next(), day_state::not_offered);
  const auto probe = next();
  plan({all.begin() + 3, all.end()}); // The CHECKPOINT was restarted.
  EXPECT_FALSE(next().known());
  writer.others.hold = true;
  settle(probe, day_state::not_offered);
  EXPECT_EQ(writer.unasked.size(), 1u);
  auto rest = all;
  std::erase_if(rest, [&](const day_task& x) {
    return x.day == probe || x.day > new_year + -4;
  });
  plan(rest); // Not committed yet.
  EXPECT_FALSE(next().known());
  writer.others.release();
  drain();
  EXPECT_FALSE(next().known());
}

TEST_F(date_scheduler_test, asks_the_writer_again_until_it_has_them) {
  writer.others.faults.fail(fault::store_down, 2);
  start();
  plan(tasks(new_year + -1, new_year + -20, true));
  take_all_without_racing();
  advance(500ms);
  advance(500ms);
  EXPECT_EQ(writer.unasked.size(), 3u);
  advance(10s);
  EXPECT_EQ(writer.unasked.size(), 3u);
}

TEST_F(date_scheduler_test, a_reopened_day_is_handed_out_again) {
  start();
  plan(tasks(new_year, new_year, false));
  settle(next(), day_state::failed);
  plan(tasks(new_year, new_year, false));
  EXPECT_EQ(next(), new_year);
}

TEST_F(date_scheduler_test, answers_everyone_when_it_dies) {
  start();
  const auto waiting = ask<day_task>(scheduler, next_atom_v);
  kill(scheduler);
  EXPECT_EQ(waiting->answers, 1);
  EXPECT_EQ(waiting->refusal, fault::absent);
}

} // namespace
} // namespace racefill::test
