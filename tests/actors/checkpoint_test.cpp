#include "actors/checkpoint.hpp"

#include "tests/actors/neighbours.hpp"

namespace racefill::test {
namespace {

using namespace std::chrono_literals;

class checkpoint_test : public neighbours_fixture {
protected:
  checkpoint_test() {
    settings.run_id = "run-1";
    settings.plan.start = day(2024, 1, 1);
    settings.plan.end = day(2024, 1, 5);
    settings.plan.today = day(2026, 1, 1);
    settings.plan.history_start = day(2023, 1, 23);
    settings.clock = standing_clock();
    settings.every_days = 2;
  }

  void start() {
    checkpoint = track(spawn_checkpoint(sys, settings));
    store_handle = track(store.spawn(sys));
    tell(checkpoint, meet_atom_v, track(control.spawn(sys)));
    tell(checkpoint, meet_atom_v, track(files.spawn(sys)));
    tell(checkpoint, meet_atom_v, track(scheduler.spawn(sys)));
    tell(checkpoint, meet_atom_v, track(queue.spawn(sys)));
    tell(checkpoint, meet_atom_v, track(cache.spawn(sys)));
    tell(checkpoint, meet_atom_v, store_handle);
  }

  static day_unit unit_of(int of_month, std::vector<std::string> horses = {},
                          day_state state = day_state::done) {
    day_unit unit;
    unit.day = day(2024, 1, static_cast<unsigned>(of_month));
    unit.state = state;
    unit.attempts = 1;
    unit.new_horses = std::move(horses);
    return unit;
  }

  // Commits and, unless it is lost, tells the checkpoint.
  void commit(const day_unit& unit, bool is_lost = false) {
    write_batch batch;
    batch.days.push_back(unit);
    const auto receipt = store.database->write(batch);
    if (!is_lost)
      tell(checkpoint, put_atom_v, receipt);
  }

  void commit_horse(const std::string& id,
                    horse_state state = horse_state::done) {
    horse_unit unit;
    unit.horse_id = id;
    unit.state = state;
    unit.error = state == horse_state::failed ? "why" : "";
    write_batch batch;
    batch.horses.push_back(unit);
    tell(checkpoint, put_atom_v, store.database->write(batch));
  }

  progress status() {
    return ask<progress>(checkpoint, status_atom_v)->value;
  }

  checkpoint_settings settings;
  session_double store;
  files_double files;
  scheduler_double scheduler;
  queue_double queue;
  cache_double cache;
  control_double control;
  store_session_actor store_handle;
  checkpoint_actor checkpoint;
};

TEST_F(checkpoint_test, plans_the_days_that_the_ledger_does_not_have) {
  store.database->days[day(2024, 1, 2)]
    = {day(2024, 1, 2), day_state::done, 1, 1, 1, ""};
  start();
  ASSERT_EQ(scheduler.plans.size(), 1u);
  EXPECT_EQ(scheduler.plans[0].size(), 4u);
  EXPECT_EQ(scheduler.plans[0][0].day, day(2024, 1, 5));
  EXPECT_EQ(status().days_left, 4);
}

TEST_F(checkpoint_test, books_receipts_and_tells_who_must_know) {
  start();
  commit(unit_of(3, {"h1", "h2"}));
  EXPECT_EQ(scheduler.settled.size(), 1u);
  EXPECT_EQ(queue.entered.size(), 2u);
  EXPECT_EQ(cache.known.size(), 2u);
  commit_horse("h1");
  ASSERT_EQ(queue.settled.size(), 1u);
  const auto x = status();
  EXPECT_EQ(x.days_left, 4);
  EXPECT_EQ(x.session_new_horses, 2);
  EXPECT_EQ(x.session_horses, 1);
  EXPECT_EQ(x.horses_left, 1);
}

TEST_F(checkpoint_test, shows_the_calendar_and_what_each_table_got) {
  const auto early = track(spawn_checkpoint(sys, settings));
  EXPECT_EQ(ask<std::vector<day_record>>(early, calendar_atom_v)->refusal,
            fault::absent);
  start();
  commit(unit_of(3));
  const auto days = ask<std::vector<day_record>>(checkpoint, calendar_atom_v);
  ASSERT_EQ(days->value.size(), 1u);
  EXPECT_EQ(days->value[0].day, day(2024, 1, 3));
  write_receipt receipt;
  receipt.tables = {{"ra_horses", 3, 2}};
  tell(checkpoint, put_atom_v, receipt);
  tell(checkpoint, put_atom_v, receipt);
  const auto tables = status().tables;
  const auto horses = std::find_if(tables.begin(), tables.end(),
                                   [](const table_change& x) {
                                     return x.table == "ra_horses";
                                   });
  ASSERT_NE(horses, tables.end());
  EXPECT_EQ(horses->rows, 6);
  EXPECT_EQ(horses->changed, 4);
}

TEST_F(checkpoint_test, finishes_once_when_days_and_horses_are_through) {
  start();
  for (int i = 1; i <= 5; ++i)
    commit(unit_of(i, {"h" + std::to_string(i)}));
  EXPECT_EQ(control.finishes, 0);
  for (int i = 1; i <= 5; ++i)
    commit_horse("h" + std::to_string(i));
  EXPECT_EQ(control.finishes, 1);
  advance(60s);
  EXPECT_EQ(control.finishes, 1);
  EXPECT_TRUE(status().finished);
}

TEST_F(checkpoint_test, leaves_the_horses_out_of_a_fast_run) {
  settings.fast = true;
  start();
  for (int i = 1; i <= 5; ++i)
    commit(unit_of(i, {"h" + std::to_string(i)}));
  EXPECT_EQ(control.finishes, 1);
  EXPECT_EQ(status().horses_left, 0);
}

TEST_F(checkpoint_test, finishes_at_once_when_nothing_is_left) {
  for (auto x = settings.plan.start; x <= settings.plan.end; x = x + 1)
    store.database->days[x] = {x, day_state::done, 1, 1, 1, ""};
  start();
  EXPECT_EQ(control.finishes, 1);
}

TEST_F(checkpoint_test, does_not_finish_over_horses_it_never_heard_of) {
  start();
  for (int i = 1; i <= 4; ++i)
    commit(unit_of(i));
  store.database->enter_horse("h9", horse_state::pending); // An answer lost.
  commit(unit_of(5));
  EXPECT_EQ(control.finishes, 0);
  EXPECT_GE(queue.loads, 1);
  commit_horse("h9");
  EXPECT_EQ(control.finishes, 1);
}

TEST_F(checkpoint_test, counts_the_ledger_anew_when_time_stands_still) {
  start();
  for (int i = 1; i <= 4; ++i)
    commit(unit_of(i, {"h" + std::to_string(i)}));
  commit(unit_of(5));
  for (int i = 1; i <= 4; ++i)
    store.database->write([&] {
      write_batch batch;
      batch.horses.emplace_back();
      batch.horses.back().horse_id = "h" + std::to_string(i);
      batch.horses.back().state = horse_state::done;
      return batch;
    }());
  EXPECT_EQ(control.finishes, 0);
  advance(5s);
  advance(5s);
  EXPECT_EQ(control.finishes, 1);
}

TEST_F(checkpoint_test, a_fault_of_the_recount_only_delays_the_end) {
  start();
  for (int i = 1; i <= 4; ++i)
    commit(unit_of(i));
  store.totals.faults.fail(fault::store_down, 2);
  commit(unit_of(5));
  EXPECT_EQ(control.finishes, 0);
  for (int i = 0; i < 4; ++i)
    advance(5s);
  EXPECT_EQ(control.finishes, 1);
}

TEST_F(checkpoint_test, saves_its_file_every_so_many_days) {
  start();
  commit(unit_of(1));
  EXPECT_EQ(files.images.size(), 0u);
  commit(unit_of(2, {}, day_state::empty));
  ASSERT_EQ(files.images.size(), 1u);
  EXPECT_EQ(files.images[0].processed_dates.size(), 2u);
  EXPECT_EQ(files.images[0].empty_dates.size(), 1u);
  EXPECT_EQ(files.images[0].run_id, "run-1");
}

TEST_F(checkpoint_test, saves_when_told_and_passes_the_fault_on) {
  start();
  EXPECT_TRUE(ask<std::int64_t>(checkpoint, save_atom_v)->ok());
  files.saves.faults.fail(fault::disk_full);
  EXPECT_EQ(ask<std::int64_t>(checkpoint, save_atom_v)->refusal,
            fault::disk_full);
}

TEST_F(checkpoint_test, has_nothing_to_save_before_it_is_loaded) {
  store.day_loads.hold = true;
  start();
  EXPECT_EQ(ask<std::int64_t>(checkpoint, save_atom_v)->refusal, fault::absent);
}

TEST_F(checkpoint_test, keeps_the_errors_of_parked_days_and_horses) {
  start();
  auto unit = unit_of(1, {"h1"}, day_state::failed);
  unit.error = "server_error";
  commit(unit);
  commit_horse("h1", horse_state::failed);
  ASSERT_EQ(files.errors.size(), 2u);
  EXPECT_EQ(files.errors[0].key, "2024-01-01");
  EXPECT_EQ(status().session_errors, 2);
  EXPECT_EQ(status().last_errors.size(), 2u);
}

TEST_F(checkpoint_test, opens_failed_days_again) {
  start();
  for (int i = 1; i <= 5; ++i)
    commit(unit_of(i, {}, i == 2 ? day_state::failed : day_state::done));
  EXPECT_EQ(control.finishes, 1);
  const auto count = ask<std::int64_t>(checkpoint, reopen_atom_v,
                                       std::vector<date>{});
  EXPECT_EQ(count->value, 1);
  ASSERT_EQ(scheduler.plans.size(), 2u);
  EXPECT_EQ(scheduler.plans[1].at(0).day, day(2024, 1, 2));
  EXPECT_EQ(status().days_left, 1);
  EXPECT_EQ(status().days_planned, 5);
  commit(unit_of(2));
  EXPECT_EQ(control.finishes, 2);
}

TEST_F(checkpoint_test, opens_no_day_that_is_open_already) {
  start();
  const auto count = ask<std::int64_t>(checkpoint, reopen_atom_v,
                                       std::vector{day(2024, 1, 1)});
  EXPECT_EQ(count->value, 0);
  EXPECT_TRUE(count->ok());
}

TEST_F(checkpoint_test, refuses_to_open_a_day_outside_the_range) {
  start();
  const auto count = ask<std::int64_t>(
    checkpoint, reopen_atom_v, std::vector{day(2023, 1, 1), day(2024, 1, 1)});
  EXPECT_EQ(count->refusal, fault::bad_settings);
}

TEST_F(checkpoint_test, a_day_opened_again_is_pending_in_the_ledger) {
  start();
  commit(unit_of(2));
  const auto count = ask<std::int64_t>(checkpoint, reopen_atom_v,
                                       std::vector{day(2024, 1, 2)});
  EXPECT_EQ(count->value, 1);
  EXPECT_EQ(store.database->days.at(day(2024, 1, 2)).state, day_state::pending);
  // So one that restarts knows of it too.
  kill(checkpoint);
  checkpoint = track(spawn_checkpoint(sys, settings));
  tell(checkpoint, meet_atom_v, store_handle);
  EXPECT_EQ(status().days_left, 5);
}

TEST_F(checkpoint_test, asks_no_day_again_that_was_opened_and_is_done) {
  settings.plan.retry_all = true;
  settings.plan.reopened = true; // By whoever made the plan.
  start();
  commit(unit_of(2));
  commit(unit_of(3));
  kill(checkpoint);
  checkpoint = track(spawn_checkpoint(sys, settings));
  tell(checkpoint, meet_atom_v, store_handle);
  EXPECT_EQ(status().days_left, 3);
}

TEST_F(checkpoint_test, hears_of_a_day_that_was_something_better) {
  settings.plan.history_start = day(2024, 2, 1);
  settings.plan.retry_empty = true;
  store.database->days[day(2024, 1, 3)]
    = {day(2024, 1, 3), day_state::empty, 1, 0, 0, ""};
  start();
  EXPECT_EQ(status().days_left, 5);
  write_batch batch;
  for (unsigned i = 1; i <= 5; ++i)
    batch.not_offered.push_back(day(2024, 1, i));
  tell(checkpoint, put_atom_v, store.database->write(batch));
  EXPECT_EQ(status().days_left, 0);
  EXPECT_EQ(control.finishes, 1);
  EXPECT_EQ(status().session_days, 0); // None was asked.
}

TEST_F(checkpoint_test, reads_the_ledger_again_when_nobody_has_what_is_left) {
  start();
  for (int i = 1; i <= 4; ++i)
    commit(unit_of(i));
  // Settled, and nobody told.
  store.database->days[day(2024, 1, 5)]
    = {day(2024, 1, 5), day_state::done, 1, 1, 1, ""};
  scheduler.status.credit = 1; // A worker still holds something.
  advance(5s);
  advance(5s);
  EXPECT_EQ(control.finishes, 0);
  scheduler.status.credit = 0;
  for (int i = 0; i < 10; ++i)
    advance(5s);
  EXPECT_EQ(control.finishes, 1);
}

TEST_F(checkpoint_test, does_not_count_a_run_that_stands_still_all_the_time) {
  start();
  for (int i = 1; i <= 5; ++i)
    commit(unit_of(i, {"h" + std::to_string(i)}));
  queue.status.backlog = 5; // It knows them all.
  advance(10s);
  const auto before = store.counted;
  const auto loads = queue.loads;
  for (int i = 0; i < 720; ++i) // An hour.
    advance(5s);
  EXPECT_LE(store.counted - before, 20);
  EXPECT_GT(store.counted - before, 5);
  EXPECT_EQ(queue.loads, loads);
  for (int i = 1; i <= 5; ++i)
    commit_horse("h" + std::to_string(i));
  EXPECT_EQ(control.finishes, 1);
}

TEST_F(checkpoint_test, sends_the_rest_of_the_plan_to_a_new_scheduler) {
  start();
  commit(unit_of(5));
  tell(checkpoint, meet_atom_v, track(scheduler.spawn(sys)));
  ASSERT_EQ(scheduler.plans.size(), 2u);
  EXPECT_EQ(scheduler.plans[1].size(), 4u);
}

TEST_F(checkpoint_test,
       tells_the_scheduler_what_was_settled_while_it_was_away) {
  settings.plan.history_start = day(2024, 2, 1);
  start();
  commit(unit_of(5, {}, day_state::not_offered), true); // Nobody heard it.
  kill(checkpoint);
  checkpoint = track(spawn_checkpoint(sys, settings));
  tell(checkpoint, meet_atom_v, track(scheduler.spawn(sys)));
  tell(checkpoint, meet_atom_v, store_handle);
  ASSERT_EQ(scheduler.settled.size(), 1u);
  EXPECT_EQ(scheduler.settled[0].first, day(2024, 1, 5));
  EXPECT_EQ(scheduler.settled[0].second, day_state::not_offered);
}

TEST_F(checkpoint_test, reads_the_ledger_until_it_answers) {
  store.day_loads.faults.fail(fault::store_down, 2);
  store.totals.faults.fail(fault::store_busy);
  start();
  for (int i = 0; i < 3; ++i)
    advance(500ms);
  EXPECT_EQ(status().days_left, 5);
}

TEST_F(checkpoint_test, reads_again_when_a_commit_overtook_it) {
  store.totals.hold = true;
  start();
  commit(unit_of(5, {"h1"}));
  store.totals.hold = false;
  store.totals.release();
  drain();
  EXPECT_EQ(status().days_left, 4);
  EXPECT_EQ(status().horses_left, 1);
}

TEST_F(checkpoint_test, halts_the_run_on_a_ledger_it_cannot_use) {
  store.day_loads.faults.fail(fault::schema_newer);
  start();
  ASSERT_EQ(control.halts.size(), 1u);
  EXPECT_EQ(fault_of(control.halts[0]), fault::schema_newer);
}

TEST_F(checkpoint_test, goes_on_reading_through_a_new_session) {
  store.day_loads.hold = true;
  start();
  kill(store_handle);
  store.day_loads.hold = false;
  store.day_loads.refuse(fault::absent);
  tell(checkpoint, meet_atom_v, track(store.spawn(sys)));
  advance(1s);
  EXPECT_EQ(status().days_left, 5);
}

TEST_F(checkpoint_test, halts_the_run_when_the_lease_is_lost) {
  start();
  store.renewals.faults.fail(fault::store_down);
  advance(20s);
  EXPECT_TRUE(control.halts.empty());
  store.renewals.faults.fail(fault::lease_lost);
  advance(20s);
  ASSERT_EQ(control.halts.size(), 1u);
  EXPECT_EQ(fault_of(control.halts[0]), fault::lease_lost);
  // The one it told may have died over it: the next one hears it too.
  tell(checkpoint, meet_atom_v, track(control.spawn(sys)));
  EXPECT_EQ(control.halts.size(), 2u);
}

TEST_F(checkpoint_test, tells_a_new_run_control_that_it_is_over) {
  settings.plan.end = settings.plan.start;
  store.database->days[day(2024, 1, 1)]
    = {day(2024, 1, 1), day_state::done, 1, 1, 1, ""};
  start();
  EXPECT_EQ(control.finishes, 1);
  tell(checkpoint, meet_atom_v, track(control.spawn(sys)));
  EXPECT_EQ(control.finishes, 2);
}

TEST_F(checkpoint_test, lets_the_days_end_when_the_horses_cannot_go_on) {
  start();
  tell(checkpoint, halt_atom_v, call_kind::horse,
       caf::make_error(fault::guard_tripped, std::string{"refused"}));
  EXPECT_TRUE(queue.drains > 0);
  EXPECT_FALSE(scheduler.drains > 0);
  for (int i = 1; i <= 5; ++i) {
    EXPECT_TRUE(control.halts.empty());
    commit(unit_of(i, {"h" + std::to_string(i)}));
  }
  ASSERT_EQ(control.halts.size(), 1u);
  EXPECT_EQ(fault_of(control.halts[0]), fault::guard_tripped);
  EXPECT_EQ(control.finishes, 0);
}

TEST_F(checkpoint_test, a_password_that_brought_days_ends_no_service) {
  start();
  tell(checkpoint, halt_atom_v, call_kind::horse,
       caf::make_error(fault::unauthorized, std::string{"refused"}));
  for (int i = 1; i <= 5; ++i)
    commit(unit_of(i, {"h" + std::to_string(i)}));
  ASSERT_EQ(control.halts.size(), 1u);
  EXPECT_EQ(fault_of(control.halts[0]), fault::guard_tripped);
}

TEST_F(checkpoint_test, lets_the_horses_end_when_the_days_cannot_go_on) {
  start();
  commit(unit_of(1, {"h1"}));
  tell(checkpoint, halt_atom_v, call_kind::racecards,
       caf::make_error(fault::guard_tripped, std::string{"refused"}));
  EXPECT_TRUE(scheduler.drains > 0);
  EXPECT_TRUE(control.halts.empty());
  commit_horse("h1");
  ASSERT_EQ(control.halts.size(), 1u);
}

} // namespace
} // namespace racefill::test
