#include "actors/reference_fetcher.hpp"

#include "tests/actors/neighbours.hpp"

namespace racefill::test {
namespace {

using namespace std::chrono_literals;

class reference_fetcher_test : public neighbours_fixture {
protected:
  void start() {
    settings.api = std::make_shared<fake_provider>();
    settings.clock = standing_clock();
    settings.bookmakers = own;
    fetcher = track(spawn_reference_fetcher(sys, settings));
    tell(fetcher, meet_atom_v, track(gate.spawn(sys)));
    tell(fetcher, meet_atom_v, track(control.spawn(sys)));
    writer_handle = track(writer.spawn(sys));
    tell(fetcher, meet_atom_v, writer_handle);
    tell(fetcher, meet_atom_v, track(transport.spawn(sys)));
  }

  std::vector<bookmaker_row> own{{"tote", "Tote", "online", true}};
  reference_fetcher_settings settings;
  gate_double gate;
  transport_double transport;
  writer_double writer;
  control_double control;
  db_writer_actor writer_handle;
  reference_fetcher_actor fetcher;
};

TEST_F(reference_fetcher_test, fetches_the_course_list_once) {
  transport.script = {reply_of(200, "courses c1 c2")};
  start();
  ASSERT_EQ(writer.reference_units.size(), 1u);
  EXPECT_EQ(writer.reference_units[0].courses.size(), 2u);
  EXPECT_EQ(writer.reference_units[0].bookmakers.size(), 1u);
  EXPECT_EQ(stage(fetcher).backlog, 0);
  tell(fetcher, meet_atom_v, track(transport.spawn(sys)));
  EXPECT_EQ(transport.targets.size(), 1u);
}

TEST_F(reference_fetcher_test, is_still_busy_until_the_rows_are_durable) {
  transport.script = {reply_of(200, "courses c1")};
  writer.others.hold = true;
  start();
  EXPECT_EQ(stage(fetcher).backlog, 1);
  writer.others.refuse(fault::absent);
  drain();
  advance(100ms);
  EXPECT_EQ(stage(fetcher).backlog, 1);
  writer.others.release();
  drain();
  EXPECT_EQ(stage(fetcher).backlog, 0);
}

TEST_F(reference_fetcher_test, does_nothing_when_the_courses_are_there) {
  settings.enabled = false;
  own.clear();
  start();
  EXPECT_TRUE(transport.targets.empty());
  EXPECT_TRUE(writer.reference_units.empty());
  EXPECT_EQ(stage(fetcher).backlog, 0);
}

TEST_F(reference_fetcher_test, stores_own_bookmakers_without_a_call) {
  settings.enabled = false;
  start();
  EXPECT_TRUE(transport.targets.empty());
  ASSERT_EQ(writer.reference_units.size(), 1u);
  ASSERT_EQ(writer.reference_units[0].bookmakers.size(), 1u);
  EXPECT_EQ(writer.reference_units[0].bookmakers[0].name, "Tote");
  EXPECT_EQ(stage(fetcher).backlog, 0);
}

TEST_F(reference_fetcher_test, stores_a_bookmaker_once) {
  own.push_back(own.front());
  settings.enabled = false;
  start();
  ASSERT_EQ(writer.reference_units.size(), 1u);
  EXPECT_EQ(writer.reference_units[0].bookmakers.size(), 1u);
}

TEST_F(reference_fetcher_test, leaves_a_list_it_cannot_have_to_the_next_run) {
  transport.usual = [](const api_request&) { return reply_of(200, "trash"); };
  start();
  for (int i = 0; i < 6; ++i)
    advance(60s);
  ASSERT_EQ(writer.reference_units.size(), 1u);
  EXPECT_TRUE(writer.reference_units[0].courses.empty());
  EXPECT_EQ(stage(fetcher).backlog, 0);
  EXPECT_TRUE(control.halts.empty());
}

TEST_F(reference_fetcher_test, halts_the_run_on_a_401) {
  transport.script = {reply_of(401)};
  start();
  ASSERT_EQ(control.halts.size(), 1u);
  EXPECT_EQ(fault_of(control.halts[0]), fault::unauthorized);
}

TEST_F(reference_fetcher_test, waits_for_a_writer_that_is_away) {
  transport.script = {reply_of(200, "courses c1")};
  writer.others.hold = true;
  start();
  kill(writer_handle);
  writer.others.hold = false;
  writer.others.refuse(fault::absent);
  advance(300ms);
  tell(fetcher, meet_atom_v, track(writer.spawn(sys)));
  advance(300ms);
  EXPECT_EQ(stage(fetcher).backlog, 0);
  EXPECT_EQ(transport.targets.size(), 1u);
}

} // namespace
} // namespace racefill::test
