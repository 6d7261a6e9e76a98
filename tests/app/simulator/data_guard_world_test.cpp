/// The data guard over the invented world, through the real decoders: it never
/// stops a clean history, and stops at the first day of every lasting fault.
#include <gtest/gtest.h>

#include "app/simulator/body.hpp"
#include "infra/pure/data_guard.hpp"
#include "infra/racing_api/racing_api.hpp"

namespace racefill::sim {
namespace {

class guarded_world {
public:
  explicit guarded_world(world_options options) : world_(options) {
  }

  day_unit unit_of(date day, const body_changes& changes) const {
    page_query query;
    query.day = day;
    query.regions = {"gb", "ire"};
    day_pages pages;
    pages.task.day = day;
    pages.bodies = {racecards_body(world_, query, changes)};
    auto unit = api_->decode_day(pages);
    EXPECT_TRUE(unit) << to_string(day);
    return unit ? *unit : day_unit{};
  }

  /// Judges the days, with `changes` from `bad_from` on, and the profiles of
  /// some horses; why and when it stopped, "" for never.
  std::string judge(date from, int days, date bad_from = {},
                    const body_changes& bad = {}) {
    for (int i = 0; i < days; ++i) {
      const auto day = from + i;
      body_changes changes;
      if (bad_from.known() && day >= bad_from)
        changes = bad;
      changes.odds = false;
      const auto unit = unit_of(day, changes);
      if (const auto why = guard_.judge(sample_of(unit)); !why.empty())
        return why;
      for (std::size_t h = 0; h < std::min<std::size_t>(3, unit.horses.size());
           ++h)
        if (const auto why = judge_profile(unit.horses[h].horse_id);
            !why.empty())
          return why;
    }
    return "";
  }

private:
  std::string judge_profile(const std::string& id) {
    const auto body = profile_body(world_, id);
    if (body.empty())
      return "";
    const auto unit = api_->decode_horse(id, body, date{21'000});
    EXPECT_TRUE(unit) << id;
    return unit ? guard_.judge(sample_of(*unit)) : "";
  }

  world world_;
  std::shared_ptr<const provider> api_ = make_racing_api({});
  data_guard guard_{guard_limits{}};
};

world_options options_of(std::uint64_t seed, double races, double oddities) {
  world_options x;
  x.seed = seed;
  x.races_per_day = races;
  x.oddities = oddities;
  return x;
}

const date start = *parse_date("2015-01-01");

TEST(data_guard_over_the_world, never_stops_eleven_clean_years) {
#ifdef __SANITIZE_ADDRESS__
  constexpr int days = 400; // Eleven years take minutes, and show no more.
#else
  constexpr int days = 4'018;
#endif
  guarded_world x{options_of(1, 10, 1)};
  EXPECT_EQ(x.judge(start, days), "");
}

TEST(data_guard_over_the_world, never_stops_big_days) {
  guarded_world x{options_of(2, 35, 1)};
  EXPECT_EQ(x.judge(*parse_date("2023-01-01"), 400), "");
}

TEST(data_guard_over_the_world, never_stops_small_worlds_full_of_oddities) {
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    guarded_world x{options_of(seed, 3, 5)};
    EXPECT_EQ(x.judge(start, 700), "") << seed;
  }
}

TEST(data_guard_over_the_world, stops_on_the_first_day_of_a_renamed_field) {
  const auto bad_from = *parse_date("2024-03-04");
  for (const char* name : {"dob", "sex", "sex_code", "colour", "region",
                           "sire_id", "dam_id", "damsire_id", "trainer_id",
                           "jockey_id", "owner_id", "horse", "age", "lbs"}) {
    guarded_world x{options_of(3, 10, 1)};
    body_changes bad;
    bad.null_field = name;
    const auto why = x.judge(bad_from + -3, 10, bad_from, bad);
    EXPECT_EQ(why.substr(0, 10), "2024-03-04") << name << ": " << why;
  }
}

TEST(data_guard_over_the_world, stops_on_the_first_day_of_halved_fields) {
  const auto bad_from = *parse_date("2024-03-04");
  for (const double races : {12.0, 20.0, 35.0}) {
    guarded_world x{options_of(4, races, 1)};
    body_changes bad;
    bad.halved_runners = true;
    const auto why = x.judge(bad_from + -3, 10, bad_from, bad);
    EXPECT_EQ(why.substr(0, 10), "2024-03-04") << races << ": " << why;
  }
}

} // namespace
} // namespace racefill::sim
