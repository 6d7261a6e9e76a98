#include "actors/db_writer.hpp"

#include "tests/actors/neighbours.hpp"

namespace racefill::test {
namespace {

using namespace std::chrono_literals;

class db_writer_test : public neighbours_fixture {
protected:
  void start(int sessions = 1) {
    writer = track(spawn_db_writer(sys, settings));
    tell(writer, meet_atom_v, track(sink.spawn(sys)));
    tell(writer, meet_atom_v, track(control.spawn(sys)));
    for (int i = 1; i <= sessions; ++i) {
      handles.push_back(track(store.at(i).spawn(sys)));
      tell(writer, meet_atom_v, std::int32_t{i}, handles.back());
    }
  }

  auto put(int of_month, int races = 0) {
    day_unit unit;
    unit.day = day(2024, 1, static_cast<unsigned>(of_month));
    unit.state = day_state::done;
    unit.races.resize(static_cast<std::size_t>(races));
    return ask<day_receipt>(writer, put_atom_v, unit);
  }

  auto put_horse(const std::string& id) {
    horse_unit unit;
    unit.horse_id = id;
    unit.state = horse_state::done;
    return ask<horse_receipt>(writer, put_atom_v, unit);
  }

  std::size_t batches(int session = 1) {
    return store.at(session).batches.size();
  }

  db_writer_settings settings;
  std::map<int, session_double> store{{1, {}}, {2, {}}};
  sink_double sink;
  control_double control;
  std::vector<store_session_actor> handles;
  db_writer_actor writer;
};

TEST_F(db_writer_test, commits_a_batch_when_its_oldest_unit_is_old) {
  start();
  const auto first = put(1);
  advance(400ms);
  const auto second = put(2);
  const auto horse = put_horse("h1");
  advance(599ms);
  EXPECT_EQ(batches(), 0u);
  advance(1ms);
  ASSERT_EQ(batches(), 1u);
  EXPECT_TRUE(first->ok() && second->ok() && horse->ok());
  EXPECT_EQ(second->value.day, day(2024, 1, 2));
  EXPECT_EQ(horse->value.horse_id, "h1");
  ASSERT_EQ(sink.receipts.size(), 1u);
  EXPECT_EQ(sink.receipts[0].days.size(), 2u);
}

TEST_F(db_writer_test, commits_at_once_when_the_batch_is_full) {
  settings.limits.batch_rows = 10;
  start();
  put(1, 5);
  EXPECT_EQ(batches(), 0u);
  put(2, 5);
  EXPECT_EQ(batches(), 1u);
}

TEST_F(db_writer_test, a_timer_of_a_batch_gone_leaves_the_next_one_alone) {
  start();
  put(1);
  advance(900ms);
  tell(writer, flush_atom_v);
  EXPECT_EQ(batches(), 1u);
  put(2);
  advance(500ms);
  EXPECT_EQ(batches(), 1u);
  advance(500ms);
  EXPECT_EQ(batches(), 2u);
}

TEST_F(db_writer_test, commits_one_batch_at_a_time_in_a_session) {
  store.at(1).writes.hold = true;
  start();
  put(1);
  tell(writer, flush_atom_v);
  put(2);
  tell(writer, flush_atom_v);
  put(3);
  EXPECT_EQ(batches(), 1u);
  store.at(1).writes.release();
  drain();
  ASSERT_EQ(batches(), 2u);
  EXPECT_EQ(store.at(1).batches[1].days.size(), 2u);
}

TEST_F(db_writer_test, adds_nothing_to_a_full_batch_while_another_is_written) {
  settings.limits.batch_rows = 5;
  store.at(1).writes.hold = true;
  start();
  for (int i = 1; i <= 4; ++i)
    put(i, 5); // Each fills a batch by itself.
  put(5);
  for (std::size_t done = 1; done <= 4; ++done) {
    ASSERT_EQ(batches(), done);
    EXPECT_EQ(store.at(1).batches.back().days.size(), 1u);
    store.at(1).writes.release();
    store.at(1).writes.hold = true;
    drain();
  }
  EXPECT_EQ(batches(), 4u) << "the fifth is neither full nor old";
}

TEST_F(db_writer_test, uses_every_session_it_has_met) {
  store.at(1).writes.hold = store.at(2).writes.hold = true;
  start(2);
  put(1);
  tell(writer, flush_atom_v);
  put(2);
  tell(writer, flush_atom_v);
  EXPECT_EQ(batches(1), 1u);
  EXPECT_EQ(batches(2), 1u);
}

TEST_F(db_writer_test, answers_each_unit_with_its_own_receipt) {
  store.at(1).writes.hold = store.at(2).writes.hold = true;
  start(2);
  const auto first = put(1);
  tell(writer, flush_atom_v);
  const auto second = put(2);
  tell(writer, flush_atom_v);
  store.at(2).writes.release(); // The later batch is through first.
  drain();
  EXPECT_EQ(first->answers, 0);
  EXPECT_EQ(second->value.day, day(2024, 1, 2));
  store.at(1).writes.release();
  drain();
  EXPECT_EQ(first->value.day, day(2024, 1, 1));
}

TEST_F(db_writer_test, commits_days_unasked_and_references_too) {
  start();
  const auto unasked = ask<std::int64_t>(writer, put_atom_v,
                                         std::vector{day(2016, 1, 1)});
  const auto list = ask<std::int64_t>(writer, put_atom_v, reference_unit{});
  advance(1s);
  EXPECT_TRUE(unasked->ok() && list->ok());
  EXPECT_EQ(store.at(1).batches.at(0).not_offered.size(), 1u);
  EXPECT_EQ(stage(writer).backlog, 0);
}

TEST_F(db_writer_test, refuses_units_beyond_the_bound) {
  settings.units_max = 2;
  store.at(1).writes.hold = true;
  start();
  put(1);
  put_horse("h1");
  EXPECT_EQ(put(2)->refusal, fault::queue_full);
  EXPECT_EQ(put_horse("h2")->refusal, fault::queue_full);
  EXPECT_EQ(stage(writer).credit, 0);
  advance(1s);
  store.at(1).writes.release();
  drain();
  EXPECT_EQ(stage(writer).credit, 2);
}

TEST_F(db_writer_test, tries_a_failed_commit_again_after_a_growing_pause) {
  store.at(1).writes.faults.fail(fault::store_down, 3);
  start();
  const auto unit = put(1);
  advance(1s);
  EXPECT_EQ(batches(), 1u);
  advance(250ms);
  EXPECT_EQ(batches(), 2u);
  advance(500ms);
  EXPECT_EQ(batches(), 3u);
  EXPECT_EQ(unit->answers, 0);
  advance(1s);
  EXPECT_TRUE(unit->ok());
  EXPECT_EQ(stage(writer).backlog, 0);
}

TEST_F(db_writer_test, new_units_do_not_shorten_the_pause) {
  settings.limits.batch_rows = 1;
  store.at(1).writes.faults.fail(fault::store_down, 1'000);
  start();
  put(1);
  EXPECT_EQ(batches(), 1u);
  put(2);
  put(3);
  tell(writer, flush_atom_v);
  EXPECT_EQ(batches(), 1u);
  advance(250ms);
  EXPECT_EQ(batches(), 2u);
}

TEST_F(db_writer_test, gives_up_on_a_final_fault_and_halts_the_run) {
  store.at(1).writes.faults.fail(fault::store_refused);
  start();
  const auto unit = put(1);
  advance(1s);
  EXPECT_EQ(unit->refusal, fault::stopping);
  ASSERT_EQ(control.halts.size(), 1u);
  EXPECT_EQ(fault_of(control.halts[0]), fault::store_refused);
  EXPECT_EQ(stage(writer).backlog, 0);
  // The one it told may have died over it: the next one hears it too.
  tell(writer, meet_atom_v, track(control.spawn(sys)));
  EXPECT_EQ(control.halts.size(), 2u);
}

TEST_F(db_writer_test, gives_up_on_everything_when_nothing_works_for_long) {
  settings.give_up = 10s;
  settings.backoff_max = 1s;
  store.at(1).writes.faults.fail(fault::store_down, 1'000);
  store.at(2).writes.faults.fail(fault::store_down, 1'000);
  start(2);
  const auto first = put(1);
  tell(writer, flush_atom_v);
  const auto second = put(2);
  for (int i = 0; i < 40; ++i)
    advance(500ms);
  EXPECT_EQ(first->refusal, fault::stopping);
  EXPECT_EQ(second->refusal, fault::stopping);
  EXPECT_GE(control.halts.size(), 1u);
  EXPECT_EQ(stage(writer).backlog, 0);
}

TEST_F(db_writer_test, cuts_a_batch_that_is_too_much_in_two) {
  store.at(1).refuses = [](const write_batch& x) {
    return x.days.size() + x.horses.size() > 1;
  };
  start();
  std::vector<std::shared_ptr<outcome<day_receipt>>> units;
  for (int i = 1; i <= 4; ++i)
    units.push_back(put(i));
  const auto horse = put_horse("h1");
  tell(writer, flush_atom_v);
  for (int i = 0; i < 40; ++i)
    advance(15s);
  for (int i = 1; i <= 4; ++i) {
    const auto& each = *units.at(static_cast<std::size_t>(i - 1));
    EXPECT_TRUE(each.ok());
    EXPECT_EQ(each.value.day, day(2024, 1, static_cast<unsigned>(i)));
    EXPECT_EQ(each.value.state, day_state::done);
  }
  EXPECT_TRUE(horse->ok());
  EXPECT_EQ(horse->value.horse_id, "h1");
  EXPECT_EQ(stage(writer).backlog, 0);
  EXPECT_TRUE(control.halts.empty());
}

TEST_F(db_writer_test, parks_the_one_unit_that_is_never_committed) {
  store.at(1).refuses = [](const write_batch& x) {
    return std::any_of(x.days.begin(), x.days.end(), [](const day_unit& y) {
      return y.day == day(2024, 1, 2) && y.state == day_state::done;
    });
  };
  start();
  const auto first = put(1);
  const auto bad = put(2);
  const auto third = put(3);
  tell(writer, flush_atom_v);
  for (int i = 0; i < 40; ++i)
    advance(15s);
  EXPECT_EQ(first->value.state, day_state::done);
  EXPECT_EQ(third->value.state, day_state::done);
  EXPECT_TRUE(bad->ok());
  EXPECT_EQ(bad->value.state, day_state::failed);
  EXPECT_NE(bad->value.error.find("store_busy"), std::string::npos);
  EXPECT_TRUE(control.halts.empty());
}

TEST_F(db_writer_test, a_unit_that_always_fails_lets_others_pass) {
  store.at(1).refuses = [](const write_batch& x) {
    return !x.days.empty() && x.days[0].day == day(2024, 1, 2)
           && x.days[0].state == day_state::done;
  };
  start();
  const auto bad = put(2);
  for (int i = 0; i < 10; ++i)
    advance(15s);
  EXPECT_EQ(bad->answers, 0);
  const auto other = put(3);
  for (int i = 0; i < 10; ++i)
    advance(15s);
  EXPECT_TRUE(other->ok());
  EXPECT_EQ(bad->value.state, day_state::failed);
}

TEST_F(db_writer_test, waits_with_one_unit_while_nothing_is_committed) {
  store.at(1).refuses = [](const write_batch&) { return true; };
  start();
  const auto unit = put(1);
  for (int i = 0; i < 40; ++i)
    advance(15s);
  EXPECT_EQ(unit->answers, 0);
  store.at(1).refuses = {};
  advance(15s);
  EXPECT_EQ(unit->value.state, day_state::done);
}

TEST_F(db_writer_test, a_batch_of_a_dead_session_goes_through_the_next) {
  store.at(1).writes.hold = true;
  start();
  const auto unit = put(1);
  advance(1s);
  kill(handles[0]);
  store.at(1).writes.hold = false;
  store.at(1).writes.refuse(fault::absent);
  advance(20ms);
  tell(writer, meet_atom_v, std::int32_t{1}, track(store.at(1).spawn(sys)));
  advance(1s);
  EXPECT_TRUE(unit->ok());
  EXPECT_EQ(unit->answers, 1);
}

TEST_F(db_writer_test, a_late_word_of_a_dead_session_frees_no_other) {
  store.at(1).writes.hold = true;
  start();
  put(1);
  tell(writer, flush_atom_v); // Held by the first session.
  store_session_actor old = handles[0];
  tell(writer, meet_atom_v, std::int32_t{1}, track(store.at(2).spawn(sys)));
  store.at(2).writes.hold = true;
  put(2);
  tell(writer, flush_atom_v);
  EXPECT_EQ(batches(2), 1u);
  store.at(1).writes.release();
  drain();
  put(3);
  tell(writer, flush_atom_v);
  EXPECT_EQ(batches(2), 1u) << "two batches in one session";
}

TEST_F(db_writer_test, gives_up_waiting_for_a_session_that_hangs) {
  store.at(1).writes.hold = true;
  start();
  const auto unit = put(1);
  advance(1s);
  store.at(1).writes.hold = false;
  advance(300s);
  advance(1s);
  EXPECT_TRUE(unit->ok());
  store.at(1).writes.release();
  drain();
  EXPECT_EQ(unit->answers, 1);
  EXPECT_EQ(sink.receipts.size(), 1u);
}

TEST_F(db_writer_test, waits_for_a_session_while_there_is_none) {
  writer = track(spawn_db_writer(sys, settings));
  const auto unit = put(1);
  advance(5s);
  EXPECT_EQ(unit->answers, 0);
  tell(writer, meet_atom_v, std::int32_t{1}, track(store.at(1).spawn(sys)));
  EXPECT_TRUE(unit->ok());
}

TEST_F(db_writer_test, does_without_a_session_that_was_sent_away) {
  store.at(2).writes.hold = true;
  start(2);
  kill(handles[0]);
  const auto first = put(1);
  const auto second = put(2);
  tell(writer, flush_atom_v);
  EXPECT_EQ(batches(1), 0u);
  EXPECT_EQ(batches(2), 1u);
  // One that goes with a batch in hand says nothing about the database.
  kill(handles[1]);
  store.at(2).writes.refuse(fault::absent);
  drain();
  EXPECT_EQ(first->answers + second->answers, 0);
  tell(writer, meet_atom_v, std::int32_t{3},
       track(store.emplace(3, session_double{}).first->second.spawn(sys)));
  EXPECT_TRUE(first->ok() && second->ok()) << "without a pause";
}

TEST_F(db_writer_test, takes_new_limits_at_once) {
  start();
  put(1, 5);
  tell(writer, configure_atom_v, writer_limits{3, 1'000});
  EXPECT_EQ(batches(), 1u);
}

TEST_F(db_writer_test, answers_everyone_when_it_dies) {
  store.at(1).writes.hold = true;
  start();
  const auto out = put(1);
  tell(writer, flush_atom_v);
  const auto open = put_horse("h1");
  kill(writer);
  EXPECT_EQ(out->answers, 1);
  EXPECT_EQ(out->refusal, fault::absent);
  EXPECT_EQ(open->answers, 1);
  EXPECT_EQ(open->refusal, fault::absent);
}

} // namespace
} // namespace racefill::test
