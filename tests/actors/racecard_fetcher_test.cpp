#include "actors/racecard_fetcher.hpp"

#include "tests/actors/neighbours.hpp"

namespace racefill::test {
namespace {

using namespace std::chrono_literals;

class racecard_fetcher_test : public neighbours_fixture {
protected:
  racecard_fetcher_test() {
    settings.api = std::make_shared<fake_provider>();
    settings.call.backoff_initial = 1s;
  }

  void start() {
    fetcher = track(spawn_racecard_fetcher(sys, settings));
    gate_handle = track(gate.spawn(sys));
    transport_handle = track(transport.spawn(sys));
    tell(fetcher, meet_atom_v, gate_handle);
    tell(fetcher, meet_atom_v, transport_handle);
    tell(fetcher, meet_atom_v, track(extractor.spawn(sys)));
    tell(fetcher, meet_atom_v, track(control.spawn(sys)));
    scheduler_handle = track(scheduler.spawn(sys));
    tell(fetcher, meet_atom_v, scheduler_handle);
  }

  void give(const day_task& task) {
    scheduler.days.push_back(task);
    scheduler.serve();
    drain();
  }

  racecard_fetcher_settings settings;
  gate_double gate;
  transport_double transport;
  extractor_double extractor;
  control_double control;
  scheduler_double scheduler;
  gatekeeper_actor gate_handle;
  api_transport_actor transport_handle;
  date_scheduler_actor scheduler_handle;
  racecard_fetcher_actor fetcher;
  const day_task monday{day(2024, 1, 1), false, false, {}};
  const day_task tuesday{day(2024, 1, 2), false, false, {}};
  const day_task early{day(2016, 1, 2), true, false, {}};
};

TEST_F(racecard_fetcher_test, fetches_a_day_page_by_page_and_hands_it_over) {
  start();
  transport.script = {reply_of(200, "card 3 r1:h1 r2:h2"),
                      reply_of(200, "card 3 r3:h3")};
  give(monday);
  ASSERT_EQ(extractor.pages.size(), 1u);
  EXPECT_EQ(extractor.pages[0].bodies.size(), 2u);
  EXPECT_EQ(extractor.pages[0].attempts, 2);
  ASSERT_EQ(transport.targets.size(), 2u);
  EXPECT_EQ(transport.targets[1], "/racecards/2024-01-01/2");
  EXPECT_EQ(scheduler.asking.size(), 1u);
}

TEST_F(racecard_fetcher_test, tells_the_scheduler_of_the_receipt) {
  start();
  give(monday);
  ASSERT_EQ(scheduler.settled.size(), 1u);
  EXPECT_EQ(scheduler.settled[0].first, monday.day);
  EXPECT_EQ(scheduler.settled[0].second, day_state::done);
}

TEST_F(racecard_fetcher_test, goes_on_while_a_day_awaits_its_receipt) {
  start();
  extractor.receipts.hold = true;
  give(monday);
  give(tuesday);
  EXPECT_EQ(extractor.pages.size(), 2u);
  EXPECT_EQ(scheduler.asking.size(), 0u);
  EXPECT_EQ(stage(fetcher).backlog, 2);
  extractor.receipts.release();
  drain();
  EXPECT_EQ(scheduler.asking.size(), 1u);
}

TEST_F(racecard_fetcher_test, asks_again_after_transient_faults) {
  start();
  transport.script = {reply_of(503), reply_of(200, "garbage"),
                      reply_of(200, "shape"), reply_of(200, "card 1 r1:h1")};
  give(monday);
  advance(10s);
  advance(10s);
  advance(10s);
  ASSERT_EQ(extractor.pages.size(), 1u);
  EXPECT_EQ(extractor.pages[0].attempts, 4);
  EXPECT_EQ(gate.wishes.back().attempt, 4);
}

TEST_F(racecard_fetcher_test, parks_a_day_after_its_last_attempt) {
  start();
  transport.usual = [](const api_request&) { return reply_of(500); };
  give(monday);
  for (int i = 0; i < 5; ++i)
    advance(60s);
  EXPECT_EQ(transport.targets.size(), 5u);
  ASSERT_EQ(extractor.parked.size(), 1u);
  EXPECT_EQ(extractor.parked[0].state, day_state::failed);
  EXPECT_NE(extractor.parked[0].error.find("server_error"), std::string::npos);
}

TEST_F(racecard_fetcher_test, probes_with_what_is_known_to_work) {
  start();
  gate.probes = true;
  transport.usual = [](const api_request&) { return reply_of(500); };
  give(monday);
  for (int i = 0; i < 12; ++i)
    advance(1s);
  EXPECT_EQ(transport.targets,
            std::vector<std::string>(transport.targets.size(), "/courses"));
  EXPECT_GT(transport.targets.size(), 10u);
  EXPECT_TRUE(extractor.parked.empty()); // It cost the day nothing.
  gate.probes = false;
  transport.usual = {};
  advance(1s);
  ASSERT_EQ(extractor.pages.size(), 1u);
  EXPECT_EQ(extractor.pages[0].attempts, 1);
  // Now it knows something better.
  gate.probes = true;
  transport.usual = [](const api_request&) { return reply_of(500); };
  give(tuesday);
  EXPECT_EQ(transport.targets.back(), "/racecards/2024-01-01/0");
}

TEST_F(racecard_fetcher_test, an_answer_to_a_probe_costs_an_attempt) {
  start();
  gate.probes = true;
  // What was known to work is gone, so the day itself is asked.
  transport.script = {reply_of(404)};
  transport.usual = [](const api_request&) { return reply_of(500); };
  give(monday);
  for (int i = 0; i < 12; ++i)
    advance(60s);
  ASSERT_EQ(extractor.parked.size(), 1u);
  EXPECT_EQ(extractor.parked[0].attempts, 5);
}

TEST_F(racecard_fetcher_test, gives_a_day_back_and_takes_another) {
  start();
  transport.script = {reply_of(500)};
  scheduler.days.push_back(monday);
  scheduler.days.push_back(tuesday);
  scheduler.serve();
  drain();
  EXPECT_EQ(transport.targets,
            (std::vector<std::string>{"/racecards/2024-01-01/0",
                                      "/racecards/2024-01-02/0",
                                      "/racecards/2024-01-01/0"}));
  ASSERT_EQ(scheduler.given_back.size(), 1u);
  EXPECT_EQ(scheduler.given_back[0].first.tries.requests, 1);
  ASSERT_EQ(extractor.pages.size(), 2u);
  EXPECT_EQ(extractor.pages[1].attempts, 2);
  EXPECT_EQ(extractor.pages[1].responses, "500, 200");
}

TEST_F(racecard_fetcher_test, keeps_a_day_whose_later_page_fails) {
  start();
  transport.script = {reply_of(200, "card 2 r1:h1"), reply_of(500),
                      reply_of(200, "card 2 r2:h2")};
  give(monday);
  advance(10s);
  EXPECT_TRUE(scheduler.given_back.empty());
  ASSERT_EQ(extractor.pages.size(), 1u);
  EXPECT_EQ(extractor.pages[0].attempts, 3);
}

TEST_F(racecard_fetcher_test, refusals_cost_no_attempt_but_have_an_end) {
  settings.call.throttled_max = 7;
  start();
  transport.usual = [](const api_request&) { return reply_of(429); };
  give(monday);
  EXPECT_EQ(transport.targets.size(), 7u);
  ASSERT_EQ(extractor.parked.size(), 1u);
}

TEST_F(racecard_fetcher_test, a_404_before_the_history_is_not_offered) {
  start();
  transport.script = {reply_of(404)};
  give(early);
  ASSERT_EQ(extractor.parked.size(), 1u);
  EXPECT_EQ(extractor.parked[0].state, day_state::not_offered);
  EXPECT_EQ(extractor.parked[0].error, "");
}

TEST_F(racecard_fetcher_test, a_404_within_the_history_is_failed) {
  start();
  transport.script = {reply_of(404)};
  give(monday);
  ASSERT_EQ(extractor.parked.size(), 1u);
  EXPECT_EQ(extractor.parked[0].state, day_state::failed);
  const auto& why = extractor.parked[0].error;
  EXPECT_EQ(why.substr(why.rfind(" after")), " after 1 request");
}

TEST_F(racecard_fetcher_test, halts_the_run_on_a_401_and_parks_nothing) {
  start();
  transport.script = {reply_of(401)};
  give(monday);
  ASSERT_EQ(control.halts.size(), 1u);
  EXPECT_EQ(fault_of(control.halts[0]), fault::unauthorized);
  EXPECT_TRUE(extractor.parked.empty());
  EXPECT_TRUE(extractor.pages.empty());
  // The one it told may have died over it: the next one hears it too.
  tell(fetcher, meet_atom_v, track(control.spawn(sys)));
  EXPECT_EQ(control.halts.size(), 2u);
}

TEST_F(racecard_fetcher_test, an_empty_page_where_total_says_more_is_no_end) {
  start();
  transport.script = {reply_of(200, "card 2 r1:h1"), reply_of(200, "card 2"),
                      reply_of(200, "card 2 r2:h2")};
  give(monday);
  advance(10s);
  ASSERT_EQ(extractor.pages.size(), 1u);
  EXPECT_EQ(extractor.pages[0].bodies.size(), 2u);
}

TEST_F(racecard_fetcher_test, a_list_that_moves_between_pages_is_read_anew) {
  start();
  // A race of the first page goes, so the next page begins one too far.
  transport.script = {reply_of(200, "card 4 r1:h1 r2:h2"),
                      reply_of(200, "card 3 r4:h4")};
  transport.usual = [](const api_request& x) {
    return reply_of(200, x.target.back() == '0' ? "card 3 r2:h2 r3:h3"
                                                : "card 3 r4:h4");
  };
  give(monday);
  ASSERT_EQ(extractor.pages.size(), 1u);
  EXPECT_EQ(extractor.pages[0].bodies,
            (std::vector<std::string>{"card 3 r2:h2 r3:h3", "card 3 r4:h4"}));
  EXPECT_EQ(extractor.pages[0].attempts, 4);
  ASSERT_EQ(scheduler.given_back.size(), 1u);
  EXPECT_GT(scheduler.given_back[0].second, 0);
}

TEST_F(racecard_fetcher_test, a_list_that_never_stands_still_is_parked) {
  start();
  transport.usual = [n = 10](const api_request&) mutable {
    return reply_of(200, "card " + std::to_string(++n) + " r1:h1");
  };
  give(monday);
  EXPECT_TRUE(extractor.pages.empty());
  ASSERT_EQ(extractor.parked.size(), 1u);
  EXPECT_NE(extractor.parked[0].error.find("moves"), std::string::npos);
}

TEST_F(racecard_fetcher_test, refuses_a_day_of_too_many_pages) {
  settings.pages_max = 3;
  start();
  transport.usual = [](const api_request&) {
    return reply_of(200, "card 99 r1:h1");
  };
  give(monday);
  ASSERT_EQ(extractor.parked.size(), 1u);
  EXPECT_NE(extractor.parked[0].error.find("more pages"), std::string::npos);
}

TEST_F(racecard_fetcher_test, keeps_the_pages_until_the_receipt) {
  start();
  extractor.receipts.faults.fail(fault::queue_full, 3);
  give(monday);
  advance(100ms);
  advance(100ms);
  advance(100ms);
  EXPECT_EQ(extractor.pages.size(), 4u);
  EXPECT_EQ(transport.targets.size(), 1u);
  EXPECT_EQ(stage(fetcher).backlog, 0);
}

TEST_F(racecard_fetcher_test, parks_a_day_whose_pages_cannot_be_decoded) {
  start();
  extractor.receipts.faults.fail(fault::bad_shape);
  give(monday);
  ASSERT_EQ(extractor.parked.size(), 1u);
  EXPECT_EQ(extractor.parked[0].state, day_state::failed);
}

TEST_F(racecard_fetcher_test, tells_the_gate_that_a_dead_transport_is_silent) {
  start();
  transport.throws = true;
  give(monday);
  ASSERT_EQ(gate.events.size(), 1u);
  EXPECT_EQ(gate.events[0].serial, 1u);
  EXPECT_EQ(gate.events[0].step, call_step::closed);
  EXPECT_EQ(gate.events[0].failure, fault::stopping);
}

TEST_F(racecard_fetcher_test, goes_on_with_a_new_transport) {
  start();
  transport.throws = true;
  give(monday);
  transport.throws = false;
  tell(fetcher, meet_atom_v, track(transport.spawn(sys)));
  advance(10s);
  EXPECT_EQ(extractor.pages.size(), 1u);
}

TEST_F(racecard_fetcher_test, waits_for_a_gate_that_is_away) {
  start();
  kill(gate_handle);
  give(monday);
  advance(1s);
  EXPECT_TRUE(transport.targets.empty());
  tell(fetcher, meet_atom_v, track(gate.spawn(sys)));
  advance(1s);
  EXPECT_EQ(extractor.pages.size(), 1u);
}

TEST_F(racecard_fetcher_test, asks_a_new_scheduler) {
  start();
  kill(scheduler_handle);
  scheduler.leave();
  tell(fetcher, meet_atom_v, track(scheduler.spawn(sys)));
  advance(1s);
  EXPECT_EQ(scheduler.asking.size(), 1u);
  give(monday);
  EXPECT_EQ(extractor.pages.size(), 1u);
}

TEST_F(racecard_fetcher_test, retires_at_once_when_it_holds_nothing) {
  start();
  tell(fetcher, retire_atom_v);
  EXPECT_EQ(ask<stage_status>(fetcher, status_atom_v)->refusal, fault::absent);
}

TEST_F(racecard_fetcher_test, retires_after_the_day_in_hand) {
  start();
  extractor.receipts.hold = true;
  give(monday);
  tell(fetcher, retire_atom_v);
  EXPECT_EQ(stage(fetcher).backlog, 1);
  extractor.receipts.release();
  drain();
  EXPECT_EQ(ask<stage_status>(fetcher, status_atom_v)->refusal, fault::absent);
}

TEST_F(racecard_fetcher_test, parks_a_day_that_is_not_over_when_it_is_refused) {
  start();
  extractor.receipts.faults.fail(fault::guard_tripped);
  give({day(2024, 1, 3), false, true, {}});
  ASSERT_EQ(extractor.parked.size(), 1u);
  EXPECT_NE(extractor.parked[0].error.find("guard_tripped"), std::string::npos);
  extractor.receipts.faults.fail(fault::guard_tripped);
  give(monday); // It is over: the run has been halted.
  EXPECT_EQ(extractor.parked.size(), 1u);
}

} // namespace
} // namespace racefill::test
