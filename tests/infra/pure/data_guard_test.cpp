#include "infra/pure/data_guard.hpp"

#include <gtest/gtest.h>

namespace racefill {
namespace {

const date monday = *parse_date("2024-03-04");

day_sample good_day(date day, std::int32_t races = 4, std::int32_t field = 10) {
  day_sample x;
  x.day = day;
  x.state = day_state::done;
  x.races = races;
  x.runners = races * field;
  x.declared_races = races;
  x.fields = {{"dob", x.runners, x.runners}, {"sex", x.runners, x.runners}};
  return x;
}

day_sample empty_day(date day) {
  day_sample x;
  x.day = day;
  x.state = day_state::empty;
  return x;
}

TEST(data_guard, believes_ordinary_days) {
  data_guard guard{{}};
  for (int i = 0; i < 1000; ++i)
    EXPECT_EQ(guard.judge(good_day(monday + i)), "");
}

TEST(data_guard, refuses_the_second_racing_day_without_racing) {
  data_guard guard{{}};
  EXPECT_EQ(guard.judge(good_day(monday)), "");
  EXPECT_EQ(guard.judge(empty_day(monday + 1)), "");
  EXPECT_EQ(guard.judge(empty_day(monday + 2)),
            "2024-03-06: no racing, as on 1 racing days before it, the first "
            "2024-03-05 (guard.empty_days = 2)");
}

TEST(data_guard, counts_empty_days_anew_after_racing) {
  data_guard guard{{}};
  for (int i = 0; i < 20; i += 2) {
    EXPECT_EQ(guard.judge(empty_day(monday + i)), "");
    EXPECT_EQ(guard.judge(good_day(monday + i + 1)), "");
  }
}

TEST(data_guard, knows_when_there_is_no_racing) {
  data_guard guard{{}};
  for (const char* text :
       {"2023-12-23", "2023-12-24", "2023-12-25", "2024-03-29", "2025-04-18",
        "2020-04-01", "2020-05-20", "2019-02-08", "2019-02-09"}) {
    EXPECT_FALSE(is_racing_day(*parse_date(text))) << text;
    EXPECT_EQ(guard.judge(empty_day(*parse_date(text))), "");
  }
  EXPECT_TRUE(is_racing_day(*parse_date("2024-04-01")));
  EXPECT_TRUE(is_racing_day(*parse_date("2023-12-27")));
  EXPECT_TRUE(is_racing_day(*parse_date("2020-06-10")));
}

TEST(data_guard, does_not_know_the_calendar_of_other_regions) {
  guard_limits limits;
  limits.racing_every_day = false;
  data_guard guard{limits};
  for (int i = 0; i < 30; ++i)
    EXPECT_EQ(guard.judge(empty_day(monday + i)), "");
}

TEST(data_guard, exempts_days_before_the_history_and_days_to_come) {
  guard_limits limits;
  limits.history_start = monday;
  data_guard guard{limits};
  for (int i = 1; i < 30; ++i) {
    EXPECT_EQ(guard.judge(empty_day(monday + -i)), "");
    auto bad = good_day(monday + -i);
    bad.fields[0].filled = 0;
    EXPECT_EQ(guard.judge(bad), "");
  }
  auto today = empty_day(monday + 1);
  today.state = day_state::provisional;
  for (int i = 0; i < 5; ++i)
    EXPECT_EQ(guard.judge(today), "");
}

TEST(data_guard, refuses_a_field_gone_null) {
  data_guard guard{{}};
  EXPECT_EQ(guard.judge(good_day(monday)), "");
  auto x = good_day(monday + 1);
  x.fields[0].filled = 3;
  EXPECT_EQ(guard.judge(x), "2024-03-05: dob is missing in 37 of 40 rows "
                            "(guard.null_percent = 50)");
}

TEST(data_guard, waits_for_enough_rows_before_it_judges_a_field) {
  data_guard guard{{}};
  for (int i = 0; i < 3; ++i) {
    auto x = good_day(monday + i, 1, 6);
    x.fields[0].filled = 0;
    EXPECT_EQ(guard.judge(x), "");
  }
  auto x = good_day(monday + 3, 1, 6);
  x.fields[0].filled = 0;
  EXPECT_NE(guard.judge(x), "");
}

TEST(data_guard, refuses_races_short_of_declared_runners) {
  data_guard guard{{}};
  auto x = good_day(monday, 10);
  x.short_races = 6;
  EXPECT_EQ(guard.judge(x), "");
  x.short_races = 7;
  EXPECT_NE(guard.judge(x).find("7 of 10 races have far fewer runners"),
            std::string::npos);
}

TEST(data_guard, judges_small_days_together) {
  data_guard guard{{}};
  auto x = good_day(monday, 4);
  EXPECT_EQ(guard.judge(x), "");
  x.short_races = 4;
  EXPECT_EQ(guard.judge(x), "");
  EXPECT_NE(guard.judge(x).find("8 of 8 races have far fewer runners"),
            std::string::npos);
}

TEST(data_guard, refuses_half_the_usual_field) {
  data_guard guard{{}};
  for (int i = 0; i < 10; ++i)
    EXPECT_EQ(guard.judge(good_day(monday + i, 30, 10)), "");
  EXPECT_EQ(guard.judge(good_day(monday + 10, 30, 7)), "");
  EXPECT_NE(guard.judge(good_day(monday + 11, 30, 5)).find("are usual"),
            std::string::npos);
}

TEST(data_guard, refuses_many_unreadable_days_in_a_row) {
  data_guard guard{{}};
  day_sample broken;
  broken.state = day_state::failed;
  broken.broken = true;
  for (int i = 0; i < 4; ++i) {
    broken.day = monday + i;
    EXPECT_EQ(guard.judge(broken), "");
  }
  EXPECT_EQ(guard.judge(good_day(monday + 4)), "");
  for (int i = 5; i < 9; ++i) {
    broken.day = monday + i;
    EXPECT_EQ(guard.judge(broken), "");
  }
  EXPECT_NE(guard.judge(broken), "");
}

day_sample day_with_horses(int count) {
  auto x = good_day(monday);
  for (int i = 0; i < count; ++i)
    x.horses.push_back(
      {"hrs_" + std::to_string(i), date{17'000 + i}, "sir_1", "dam_1"});
  return x;
}

profile_sample profile(int i, date dob) {
  profile_sample x;
  x.horse = {"hrs_" + std::to_string(i), dob, "sir_1", "dam_1"};
  return x;
}

TEST(data_guard, refuses_profiles_that_contradict_their_cards) {
  data_guard guard{{}};
  EXPECT_EQ(guard.judge(day_with_horses(100)), "");
  for (int i = 0; i < 30; ++i)
    EXPECT_EQ(guard.judge(profile(i, date{17'000 + i})), "");
  int refused = 0;
  for (int i = 30; i < 40 && refused == 0; ++i)
    if (!guard.judge(profile(i, date{1})).empty())
      refused = i;
  EXPECT_EQ(refused, 36); // The seventh of twenty.
}

TEST(data_guard, believes_a_profile_whose_card_it_never_saw) {
  data_guard guard{{}};
  for (int i = 0; i < 100; ++i)
    EXPECT_EQ(guard.judge(profile(i, date{1})), "");
}

TEST(data_guard, is_off_where_its_limits_are_zero) {
  guard_limits limits;
  limits.empty_days = limits.null_percent = limits.short_percent
    = limits.field_percent = limits.broken_days = limits.disagree_percent = 0;
  data_guard guard{limits};
  auto x = good_day(monday);
  x.fields[0].filled = 0;
  x.short_races = 4;
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(guard.judge(x), "");
    EXPECT_EQ(guard.judge(empty_day(monday + i)), "");
  }
}

// A card as the provider sends it, of one race.
day_unit card(day_state state, const std::string& status) {
  day_unit unit;
  unit.day = monday;
  unit.state = state;
  race_row race;
  race.race_id = "rac_1";
  race.course_id = "crs_1";
  race.course_name = "Ascot";
  race.race_name = "Stakes";
  race.off_time = "1:30";
  race.off_dt = "2024-03-04T13:30:00Z";
  race.distance = "1m";
  race.race_type = "Flat";
  race.race_status = status;
  race.declared_field_size = 30;
  unit.races.push_back(race);
  for (int i = 0; i < 30; ++i) {
    runner_row x;
    x.race_id = race.race_id;
    x.horse_id = "hrs_" + std::to_string(i);
    x.horse_name = "Horse";
    x.jockey_id = "jky_" + std::to_string(i);
    x.jockey_name = "Jockey";
    x.trainer_id = "trn_1";
    x.owner_id = "own_1";
    x.number = i + 1;
    x.age = 4;
    x.lbs = 130;
    unit.runners.push_back(x);
    horse_row horse;
    horse.horse_id = x.horse_id;
    horse.name = x.horse_name;
    horse.dob = monday + -1500;
    horse.sex = "colt";
    horse.sex_code = "C";
    horse.colour = "b";
    horse.region = "GB";
    unit.horses.push_back(horse);
    pedigree_row parents;
    parents.horse_id = x.horse_id;
    parents.sire_id = "sir_1";
    parents.sire = "Sire";
    parents.dam_id = "dam_1";
    parents.dam = "Dam";
    parents.damsire_id = "dsi_1";
    parents.damsire = "Damsire";
    unit.pedigrees.push_back(parents);
    unit.trainers.push_back({"trn_" + std::to_string(i), "Trainer", "", {}});
    unit.owners.push_back({"own_" + std::to_string(i), "Owner", "", {}});
  }
  return unit;
}

day_unit without_riders(day_unit unit) {
  for (auto& x : unit.runners) {
    x.jockey_id.clear();
    x.jockey_name.clear();
    x.number = caf::none;
  }
  for (auto& x : unit.races)
    x.declared_field_size = 0;
  return unit;
}

std::string verdict_on(const day_unit& unit) {
  data_guard guard{{}};
  return guard.judge(sample_of(unit));
}

TEST(data_guard, believes_a_declared_card) {
  EXPECT_EQ(verdict_on(card(day_state::done, "")), "");
  EXPECT_EQ(verdict_on(card(day_state::done, "result")), "");
}

TEST(data_guard, judges_no_riders_at_the_stage_of_entries) {
  EXPECT_EQ(verdict_on(without_riders(card(day_state::provisional, "entry"))),
            "");
  // Before the status came, a size of 0 said so, but not once the day is over.
  EXPECT_EQ(verdict_on(without_riders(card(day_state::provisional, ""))), "");
  EXPECT_NE(verdict_on(without_riders(card(day_state::done, ""))), "");
  EXPECT_NE(
    verdict_on(without_riders(card(day_state::provisional, "declared"))), "");
}

TEST(data_guard, entries_neither_make_nor_break_the_usual_field) {
  data_guard guard{{}};
  auto day = sample_of(without_riders(card(day_state::provisional, "entry")));
  EXPECT_EQ(day.races, 0);
  EXPECT_EQ(day.open_races, 1);
  day.state = day_state::empty; // A list of entries is racing all the same.
  EXPECT_EQ(guard.judge(day), "");
  EXPECT_EQ(guard.judge(day), "");
}

TEST(data_guard, misses_what_the_provider_requires) {
  const auto missing = [](const char* name, auto change) {
    auto unit = card(day_state::done, "");
    while (unit.races.size() < 20)
      unit.races.push_back(unit.races.front());
    for (auto& x : unit.races) {
      x.declared_field_size = caf::none;
      change(x);
    }
    EXPECT_NE(verdict_on(unit).find(std::string{": "} + name + " is missing"),
              std::string::npos)
      << name << ": " << verdict_on(unit);
  };
  missing("race_name", [](auto& x) { x.race_name.clear(); });
  missing("course", [](auto& x) { x.course_name.clear(); });
  missing("off_dt", [](auto& x) { x.off_dt.clear(); });
}

TEST(data_guard, misses_names_and_numbers) {
  const auto missing = [](const char* name, auto change) {
    auto unit = card(day_state::done, "declared");
    change(unit);
    EXPECT_NE(verdict_on(unit).find(std::string{": "} + name + " is missing"),
              std::string::npos)
      << name << ": " << verdict_on(unit);
  };
  const auto each = [](auto list, auto change) {
    return [=](day_unit& unit) {
      for (auto& x : unit.*list)
        change(x);
    };
  };
  missing("number",
          each(&day_unit::runners, [](auto& x) { x.number = caf::none; }));
  missing("jockey",
          each(&day_unit::runners, [](auto& x) { x.jockey_name.clear(); }));
  missing("trainer", each(&day_unit::trainers, [](auto& x) { x.name = ""; }));
  missing("owner", each(&day_unit::owners, [](auto& x) { x.name = ""; }));
  missing("sire", each(&day_unit::pedigrees, [](auto& x) { x.sire = ""; }));
  missing("damsire",
          each(&day_unit::pedigrees, [](auto& x) { x.damsire = ""; }));
}

TEST(data_guard, a_reserve_needs_neither_number_nor_rider) {
  auto unit = without_riders(card(day_state::done, "declared"));
  for (auto& x : unit.runners)
    x.is_reserve = true;
  EXPECT_EQ(verdict_on(unit), "");
}

TEST(data_guard, says_that_the_plan_may_be_too_small) {
  auto unit = card(day_state::done, "declared");
  for (auto& x : unit.horses) {
    x.dob = {};
    x.colour.clear();
    x.sex_code.clear();
    x.region.clear();
  }
  EXPECT_NE(verdict_on(unit).find("plan"), std::string::npos);
  unit = card(day_state::done, "declared");
  for (auto& x : unit.horses)
    x.dob = {};
  EXPECT_EQ(verdict_on(unit).find("plan"), std::string::npos);
}

day_sample refused(const std::string& error, int day = 0) {
  day_unit unit;
  unit.day = monday + day;
  unit.state = day_state::failed;
  unit.error = error;
  return sample_of(unit);
}

TEST(data_guard, stops_calls_that_are_refused_alike_in_a_row) {
  data_guard guard{{}};
  const std::string why = "invalid_request: racecards 2024-03-04, status 422: "
                          "limit too large after 1 request";
  for (int i = 0; i < 4; ++i)
    EXPECT_EQ(guard.judge_refusals(refused(why, i)), "");
  EXPECT_EQ(guard.judge_refusals(refused(why, 4)),
            "racecards are refused, 5 in a row alike, the last " + why
              + " (guard.refused_in_a_row = 5)");
}

TEST(data_guard, counts_refusals_anew_after_another_answer) {
  data_guard guard{{}};
  const std::string why = "not_found: racecards 2024-03-04, status 404";
  for (int i = 0; i < 40; ++i)
    EXPECT_EQ(guard.judge_refusals(i % 4 == 3 ? good_day(monday + i)
                                              : refused(why, i)),
              "");
  for (int i = 0; i < 40; ++i)
    EXPECT_EQ(guard.judge_refusals(refused(
                i % 2 == 0 ? why : "redirected: racecards x, status 308", i)),
              "");
}

TEST(data_guard, a_failure_that_may_pass_is_no_refusal) {
  EXPECT_EQ(refusal_of("server_error: racecards x, status 503"), "");
  EXPECT_EQ(refusal_of("blocked: racecards x, status 403"), "");
  EXPECT_EQ(refusal_of(""), "");
  EXPECT_EQ(refusal_of("redirected: horse h, status 308: to x after 1 request"),
            "redirected, status 308");
}

} // namespace
} // namespace racefill
