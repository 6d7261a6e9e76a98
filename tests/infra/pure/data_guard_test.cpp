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

} // namespace
} // namespace racefill
