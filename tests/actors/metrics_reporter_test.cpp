#include "actors/metrics_reporter.hpp"

#include "actors/run_control.hpp"
#include "tests/actors/neighbours.hpp"

namespace racefill::test {
namespace {

using namespace std::chrono_literals;

class metrics_reporter_test : public neighbours_fixture {
protected:
  void start() {
    metrics_reporter_settings settings;
    settings.clock = standing_clock();
    reporter = track(spawn_metrics_reporter(sys, settings));
    tell(reporter, meet_atom_v, track(gate.spawn(sys)));
    writer_handle = track(writer.spawn(sys));
    tell(reporter, meet_atom_v, writer_handle);
    tell(reporter, meet_atom_v, track(queue.spawn(sys)));
  }

  snapshot look() {
    return ask<snapshot>(reporter, status_atom_v)->value;
  }

  gate_double gate;
  writer_double writer;
  queue_double queue;
  db_writer_actor writer_handle;
  metrics_reporter_actor reporter;
};

TEST_F(metrics_reporter_test, gathers_what_each_neighbour_says) {
  start();
  gate.status.requests = 3;
  writer.status.backlog = 4;
  advance(500ms);
  const auto x = look();
  EXPECT_EQ(x.gate.requests, 3);
  ASSERT_EQ(x.stages.size(), 2u);
  EXPECT_EQ(x.stages[0].name, "db_writer");
  EXPECT_EQ(x.stages[0].backlog, 4);
  EXPECT_EQ(x.uptime_ms, 500);
  EXPECT_EQ(x.taken_at.substr(0, 10), "2026-01-01");
}

TEST_F(metrics_reporter_test, says_who_speaks_and_how_fast_rows_go_out) {
  metrics_reporter_settings settings;
  settings.clock = standing_clock();
  settings.host = "here";
  settings.command = "serve";
  reporter = track(spawn_metrics_reporter(sys, settings));
  checkpoint_double checkpoint;
  tell(reporter, meet_atom_v, track(checkpoint.spawn(sys)));
  checkpoint.now.tables = {{"ra_horses", 40, 2}, {"ra_mst_races", 2, 2}};
  advance(500ms);
  EXPECT_EQ(look().rows_per_minute, 42);
  checkpoint.now.tables = {{"ra_horses", 5, 5}}; // A restarted one.
  advance(500ms);
  checkpoint.now.tables = {{"ra_horses", 6, 6}};
  advance(500ms);
  EXPECT_EQ(look().rows_per_minute, 43);
  advance(2min);
  EXPECT_EQ(look().rows_per_minute, 0);
  EXPECT_EQ(look().host, "here");
  EXPECT_EQ(look().command, "serve");
}

TEST_F(metrics_reporter_test, one_who_is_away_delays_nobody) {
  start();
  advance(500ms);
  kill(writer_handle);
  gate.status.requests = 9;
  advance(500ms);
  EXPECT_EQ(look().gate.requests, 9);
  writer.status.backlog = 7;
  tell(reporter, meet_atom_v, track(writer.spawn(sys)));
  advance(500ms);
  EXPECT_EQ(look().stages[0].backlog, 7);
}

// Runs for so long at a rate.
TEST_F(metrics_reporter_test, the_eta_goes_by_the_rate_of_late) {
  start();
  checkpoint_double checkpoint;
  tell(reporter, meet_atom_v, track(checkpoint.spawn(sys)));
  checkpoint.now.horses_left = 10'000;
  checkpoint.now.days_total = 1;
  gate.status.limit_per_second = 2;
  gate.status.breaker = "closed";
  auto go_on = [this](int seconds, int requests_a_second) {
    for (int i = 0; i < seconds; ++i) {
      gate.status.requests += requests_a_second;
      advance(1s);
    }
  };
  go_on(900, 2);
  EXPECT_NEAR(static_cast<double>(look().eta_s), 5'000, 60);
  // A gate that is restarted counts anew; nothing else has changed.
  gate.status.requests = 0;
  go_on(2, 2);
  EXPECT_NEAR(static_cast<double>(look().eta_s), 5'000, 60);
  EXPECT_GE(look().gate.requests, 1'800);
  // Twelve hours of a pause: no telling; then as before.
  gate.status.paused = true;
  advance(12h);
  EXPECT_EQ(look().eta_s, -1);
  gate.status.paused = false;
  go_on(5, 2);
  EXPECT_NEAR(static_cast<double>(look().eta_s), 5'000, 60);
  // Ten minutes at half of it.
  go_on(600, 1);
  EXPECT_NEAR(static_cast<double>(look().eta_s), 10'000, 120);
  gate.status.breaker = "open";
  advance(1s);
  EXPECT_EQ(look().eta_s, -1);
}

TEST_F(metrics_reporter_test, says_starting_before_the_first_request) {
  start();
  EXPECT_EQ(look().phase, "starting");
  EXPECT_EQ(look().eta_s, -1);
}

TEST_F(metrics_reporter_test, run_control_passes_on_the_first_reason_only) {
  std::vector<fault> halts;
  int finishes = 0;
  run_control_settings settings;
  settings.halted = [&](const caf::error& x) { halts.push_back(fault_of(x)); };
  settings.finished = [&] { ++finishes; };
  auto control = track(spawn_run_control(sys, settings));
  tell(control, finish_atom_v);
  tell(control, halt_atom_v, caf::make_error(fault::store_refused));
  tell(control, halt_atom_v, caf::make_error(fault::unreachable));
  EXPECT_EQ(halts, std::vector{fault::store_refused});
  EXPECT_EQ(finishes, 1);
}

} // namespace
} // namespace racefill::test
