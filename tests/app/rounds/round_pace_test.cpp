#include "app/rounds/round_pace.hpp"
#include "app/rounds/status_line.hpp"

#include <gtest/gtest.h>

#include "infra/pure/day_plan.hpp"
#include "infra/pure/instant.hpp"

namespace racefill::test {
namespace {

using namespace std::chrono;

const system_clock::time_point noon = sys_days{2025y / January / 5} + hours{12};

round_end settled() {
  round_end x;
  x.is_settled = true;
  return x;
}

std::string at(const next_round& x) {
  return x.at ? utc_text(*x.at) : "none";
}

TEST(round_pace_test, comes_back_for_upkeep_when_all_is_settled) {
  settings conf;
  const auto x = plan_next(conf, settled(), 0, noon);
  EXPECT_EQ(at(x), "2025-01-06T06:00:00Z");
  EXPECT_EQ(x.kind, round_kind::upkeep);
  conf.serve.upkeep = false;
  EXPECT_EQ(at(plan_next(conf, settled(), 0, noon)), "none");
}

TEST(round_pace_test, asks_what_failed_again_ever_later) {
  settings conf;
  round_end left;
  left.failed_days = 3;
  auto x = plan_next(conf, left, 1, noon);
  EXPECT_EQ(at(x), "2025-01-05T13:00:00Z");
  EXPECT_EQ(x.kind, round_kind::range);
  EXPECT_EQ(x.why, "3 days failed");
  EXPECT_EQ(at(plan_next(conf, left, 3, noon)), "2025-01-05T16:00:00Z");
  x = plan_next(conf, left, 9, noon);
  EXPECT_EQ(at(x), "2025-01-06T06:00:00Z") << "upkeep asks them too";
  conf.serve.upkeep = false;
  EXPECT_EQ(at(plan_next(conf, left, 90, noon)), "2025-01-06T12:00:00Z");
}

TEST(round_pace_test, gives_the_reason_of_a_round_that_could_not_go_on) {
  round_end away;
  away.why = caf::make_error(fault::unreachable, std::string("no host"));
  EXPECT_EQ(plan_next({}, away, 1, noon).why, "unreachable: no host");
  EXPECT_EQ(at(plan_next({}, away, 1, noon)), "2025-01-05T12:01:00Z");
  EXPECT_EQ(at(plan_next({}, away, 4, noon)), "2025-01-05T12:08:00Z");
  EXPECT_EQ(at(plan_next({}, away, 90, noon)), "2025-01-05T13:00:00Z");
  round_end doubtful;
  doubtful.why = caf::make_error(fault::guard_tripped);
  EXPECT_EQ(at(plan_next({}, doubtful, 1, noon)), "2025-01-05T13:00:00Z");
  EXPECT_FALSE(ends_service(fault::unreachable));
  EXPECT_FALSE(ends_service(fault::guard_tripped));
  EXPECT_FALSE(ends_service(fault::store_down));
  EXPECT_TRUE(ends_service(fault::unauthorized));
  EXPECT_TRUE(ends_service(fault::bad_settings));
  EXPECT_TRUE(ends_service(fault::gave_up));
}

TEST(round_pace_test, provisional_days_are_left_to_upkeep) {
  run_verdict verdict;
  verdict.provisional = 2;
  EXPECT_TRUE(end_of({}, verdict, false).is_settled);
  verdict.totals.horses_pending = 1;
  EXPECT_FALSE(end_of({}, verdict, false).is_settled);
  EXPECT_TRUE(end_of({}, verdict, true).is_settled);
  verdict.failed = 1;
  EXPECT_FALSE(end_of({}, verdict, true).is_settled);
}

TEST(round_pace_test, upkeep_reaches_ahead_of_today) {
  settings conf;
  const auto today = *parse_date("2025-01-05");
  auto x = range_of_round(conf, round_kind::range, today, {});
  EXPECT_EQ(to_string(x.start) + to_string(x.end), "2015-01-012025-01-05");
  x = range_of_round(conf, round_kind::upkeep, today, {});
  EXPECT_EQ(to_string(x.start) + to_string(x.end), "2015-01-012025-01-06");
}

TEST(round_pace_test, a_range_with_an_end_is_kept_up_behind_it) {
  settings conf;
  conf.run.end_date = *parse_date("2024-12-01");
  const auto today = *parse_date("2025-01-05");
  auto x = range_of_round(conf, round_kind::range, today, {});
  EXPECT_EQ(to_string(x.end), "2024-12-01");
  x = range_of_round(conf, round_kind::upkeep, today, {});
  EXPECT_EQ(to_string(x.start) + to_string(x.end), "2025-01-052025-01-06");
  x = range_of_round(conf, round_kind::upkeep, today, today + -3);
  EXPECT_EQ(to_string(x.start), "2025-01-02") << "left open by the last one";
}

TEST(round_pace_test, finds_days_whose_rows_have_gone) {
  auto facts = [](date day, int races, int runners, int removed) {
    day_facts x;
    x.day = day;
    x.races = races;
    x.runners = runners;
    x.removed = removed;
    return x;
  };
  auto entry = [](date day, day_state state, int races, int runners) {
    ledger_day x;
    x.day = day;
    x.state = state;
    x.races = races;
    x.runners = runners;
    return x;
  };
  const auto d = *parse_date("2024-01-01");
  const auto gaps = days_with_gaps(
    {facts(d, 3, 30, 0), facts(d + 1, 2, 30, 0), facts(d + 2, 3, 30, 2),
     facts(d + 4, 9, 99, 0)},
    {entry(d, day_state::done, 3, 30), entry(d + 1, day_state::done, 3, 30),
     entry(d + 2, day_state::done, 3, 29), entry(d + 3, day_state::done, 3, 30),
     entry(d + 4, day_state::done, 3, 30),
     entry(d + 5, day_state::failed, 3, 30),
     entry(d + 6, day_state::empty, 0, 0)});
  EXPECT_EQ(gaps, (std::vector{d + 1, d + 2, d + 3}));
}

TEST(service_status_test, says_it_in_a_line) {
  snapshot x;
  x.phase = "idle";
  x.note = "next round at noon";
  EXPECT_EQ(status_line(x), "idle: next round at noon");
  x.gate.paused = true;
  EXPECT_EQ(status_line(x), "idle (paused by hand): next round at noon");
  x.gate.paused = false;
  x.phase = "racecards";
  x.run.days_total = 10;
  x.run.days_planned = 8;
  x.run.days_left = 6;
  x.run.horses_left = 40;
  x.gate.rate_per_second = 1.94;
  x.eta_s = 75;
  EXPECT_EQ(status_line(x), "racecards: 2/8 days, 40 horses left, 1.9 "
                            "requests/s, 0 errors, about 1m 15s left");
  x.gate.breaker = "open";
  EXPECT_NE(status_line(x).find("provider out of reach"), std::string::npos);
}

TEST(round_pace_test, finds_the_day_that_the_guard_refused) {
  const auto tripped = [](const std::string& text) {
    return refused_day(caf::make_error(fault::guard_tripped, text));
  };
  EXPECT_EQ(tripped("2024-03-06: dob is missing in 20 of 20 rows"),
            *parse_date("2024-03-06"));
  EXPECT_FALSE(tripped("racecards are refused, 5 in a row").known());
  EXPECT_FALSE(tripped("profile of hrs_1: dob is missing").known());
  EXPECT_FALSE(refused_day({}).known());
  EXPECT_FALSE(refused_day(caf::make_error(fault::unreachable,
                                           std::string{"2024-03-06: gone"}))
                 .known());
}

TEST(round_pace_test, days_set_aside_leave_the_others_in_the_plan) {
  day_plan_request request;
  request.start = *parse_date("2024-03-01");
  request.end = *parse_date("2024-03-03");
  request.today = *parse_date("2024-06-01");
  request.aside = {*parse_date("2024-03-02")};
  const auto tasks = plan_days(request, {});
  ASSERT_EQ(tasks.size(), 2u);
  EXPECT_EQ(tasks[0].day, request.end);
  EXPECT_EQ(tasks[1].day, request.start);
}

} // namespace
} // namespace racefill::test
