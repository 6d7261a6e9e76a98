#include "app/simulator/world.hpp"

#include <map>
#include <set>

#include <gtest/gtest.h>

#include "app/simulator/body.hpp"
#include "app/simulator/horses.hpp"

namespace racefill::sim {
namespace {

world small_world(std::uint64_t seed = 1) {
  world_options options;
  options.seed = seed;
  options.races_per_day = 3;
  return world{options};
}

page_query query_of(date day) {
  page_query q;
  q.day = day;
  return q;
}

const date spring = *parse_date("2019-04-01");

TEST(world, gives_the_same_day_alone_and_in_sequence) {
  const auto one = small_world();
  const auto other = small_world();
  std::map<date, std::string> in_sequence;
  for (auto day = spring; day < spring + 20; day = day + 1)
    in_sequence[day] = racecards_body(one, query_of(day));
  EXPECT_EQ(racecards_body(other, query_of(spring + 13)),
            in_sequence[spring + 13]);
  EXPECT_EQ(racecards_body(other, query_of(spring + 2)),
            in_sequence[spring + 2]);
}

TEST(world, differs_with_its_seed) {
  EXPECT_NE(racecards_body(small_world(1), query_of(spring)),
            racecards_body(small_world(2), query_of(spring)));
}

struct scale_count {
  std::size_t days = 0;
  std::size_t races = 0;
  std::size_t runners = 0;
  std::size_t fewest = 99;
  std::size_t most = 0;
  std::set<std::string> horses;
};

scale_count count(const world& from, date first, date last) {
  scale_count x;
  for (auto day = first; day <= last; day = day + 1) {
    ++x.days;
    for (const auto& race : from.day(day)) {
      if (!race.where->domestic)
        continue;
      ++x.races;
      x.runners += race.runners.size();
      x.fewest = std::min(x.fewest, race.runners.size());
      x.most = std::max(x.most, race.runners.size());
      for (const auto& entry : race.runners)
        x.horses.insert(entry.horse_id);
    }
  }
  return x;
}

double ratio(std::size_t a, std::size_t b) {
  return static_cast<double>(a) / static_cast<double>(b);
}

TEST(world, has_the_real_scale_by_default) {
  const world real{world_options{}};
  const auto x = count(real, *parse_date("2015-01-01"),
                       *parse_date("2015-12-31"));
  EXPECT_NEAR(ratio(x.races, x.days), 34.7, 1.5);
  EXPECT_NEAR(ratio(x.runners, x.races), 9.7, 0.7);
  EXPECT_GE(x.fewest, 2U);
  EXPECT_GT(x.most, 20U);
  EXPECT_LE(x.most, 30U);
  // 12 runs a career over eleven years are about 6 in a year of training.
  EXPECT_NEAR(ratio(x.runners, x.horses.size()), 5.9, 1.0);
}

TEST(world, keeps_careers_of_twelve_runs_when_small) {
  const auto x = count(small_world(), *parse_date("2015-01-01"),
                       *parse_date("2025-10-16"));
  EXPECT_NEAR(ratio(x.races, x.days), 3.0, 0.3);
  EXPECT_NEAR(ratio(x.runners, x.horses.size()), 12.0, 1.5);
}

TEST(world, rests_at_christmas_and_on_good_friday) {
  const auto from = small_world();
  const auto home = [&](const char* day) {
    auto q = query_of(*parse_date(day));
    q.regions = {"gb", "ire"};
    std::size_t races = 0;
    for (const auto& x : races_for(from, q))
      races += x.where->domestic ? 1 : 0;
    return races;
  };
  EXPECT_EQ(home("2018-12-25"), 0U);
  EXPECT_EQ(home("2024-03-29"), 0U);
  EXPECT_EQ(home("2025-04-18"), 0U);
  EXPECT_GT(home("2024-03-30"), 0U);
}

TEST(world, leads_every_id_back_to_its_horse) {
  const auto from = small_world();
  for (const auto& race : from.day(spring))
    for (const auto& entry : race.runners)
      if (!entry.horse_id.empty()) {
        const auto key = from.key_of(entry.horse_id);
        ASSERT_TRUE(key);
        EXPECT_EQ(from.id_of(*key), entry.horse_id);
      }
  for (const auto* id : {"", "hrs_", "hrs_1", "hrs_99999999", "hrs_1234567x",
                         "jky_12345678", "hrs_-1234567"})
    EXPECT_FALSE(from.key_of(id)) << id;
}

TEST(world, holds_every_oddity_that_real_cards_have) {
  world_options options;
  options.oddities = 3;
  const world from{options};
  std::map<std::string, int> seen;
  for (auto day = spring; day < spring + 60; day = day + 1) {
    auto q = query_of(day);
    q.regions = {"gb", "ire"};
    for (const auto& race : races_for(from, q)) {
      std::set<std::string> horses;
      seen["foreign in spite of the filter"] += race.where->domestic ? 0 : 1;
      seen["½"] += race.length.half ? 1 : 0;
      seen["€"] += race.prize_in_euros ? 1 : 0;
      seen["no prize"] += race.prize ? 0 : 1;
      for (const auto& x : race.runners) {
        seen["NR"] += x.number ? 0 : 1;
        seen["NON-RUNNER"] += x.withdrawn ? 1 : 0;
        seen["NON-RUNNER(n)"] += x.withdrawn && x.claim_lbs ? 1 : 0;
        seen["claim"] += x.claim_lbs ? 1 : 0;
        seen["no draw"] += x.draw ? 0 : 1;
        seen["en dash"] += !x.ofr.value && x.ofr.none == dash::en_dash ? 1 : 0;
        seen["last run (F)"] += x.last_run_flat_days && !x.last_run_days ? 1
                                                                         : 0;
        seen["80 kB"] += x.comment.size() > 60'000 ? 1 : 0;
        seen["null"] += x.missing.null_bits != 0 ? 1 : 0;
        seen["missing"] += x.missing.missing_bits != 0 ? 1 : 0;
        seen["no horse id"] += x.horse_id.empty() ? 1 : 0;
        seen["no jockey id"] += !x.jockey.empty() && x.jockey_id.empty() ? 1
                                                                         : 0;
        seen["no owner id"] += x.owner_id.empty() ? 1 : 0;
        seen["twice"] += !horses.insert(x.horse_id).second ? 1 : 0;
        seen["no profile"] += from.profile_of(x.horse_id) ? 0 : 1;
      }
      seen["field size"] += race.declared_field_size
                                == static_cast<int>(race.runners.size())
                              ? 0
                              : 1;
    }
  }
  for (const auto& [what, times] : seen)
    EXPECT_GT(times, 0) << what;
}

TEST(world, changes_within_ten_days_so_that_order_matters) {
  const auto from = small_world();
  std::map<std::string, std::set<std::string>> names;
  std::map<std::string, std::set<std::string>> places;
  int lagging = 0;
  for (auto day = spring; day < spring + 10; day = day + 1)
    for (const auto& race : from.day(day))
      for (const auto& x : race.runners) {
        names[x.jockey_id].insert(x.jockey);
        names[x.owner_id].insert(x.owner);
        places[x.trainer_id].insert(x.trainer_location);
        if (const auto pro = from.profile_of(x.horse_id))
          lagging += x.sex_code == "G" && pro->sex_code == "C" ? 1 : 0;
      }
  const auto changed = [](const auto& all) {
    int several = 0;
    for (const auto& [id, values] : all)
      several += !id.empty() && values.size() > 1 ? 1 : 0;
    return several;
  };
  EXPECT_GT(changed(names), 1);
  EXPECT_GT(changed(places), 1);
  EXPECT_GT(lagging, 0);
}

TEST(world, gelds_for_good) {
  int gelded = 0;
  for (std::uint32_t i = 0; i < 200; ++i) {
    const auto horse = facts_of(1, 1, {false, 2015, i});
    if (!horse.gelded.known())
      continue;
    ++gelded;
    EXPECT_STRNE(sex_on(horse, horse.gelded + -1).code, "G");
    EXPECT_STREQ(sex_on(horse, horse.gelded).code, "G");
    EXPECT_STREQ(sex_on(horse, horse.gelded + 3000).code, "G");
  }
  EXPECT_GT(gelded, 50);
}

TEST(world, refuses_options_out_of_range) {
  for (auto spoil : {+[](world_options& o) { o.races_per_day = 0; },
                     +[](world_options& o) { o.races_per_day = 1000; },
                     +[](world_options& o) { o.horses = 0; },
                     +[](world_options& o) { o.profiles_missing = 2; },
                     +[](world_options& o) { o.last_day = date{0}; }}) {
    world_options options;
    spoil(options);
    EXPECT_THROW(world{options}, std::invalid_argument);
  }
}

TEST(world, writes_british_time) {
  // 2019-03-31 is the day the clocks go forward.
  EXPECT_EQ(british_offset(*parse_date("2019-03-30")), 0);
  EXPECT_EQ(british_offset(*parse_date("2019-03-31")), 3600);
  EXPECT_EQ(british_offset(*parse_date("2019-10-27")), 0);
  EXPECT_EQ(british_text(1'571'835'600), "2019-10-23T14:00:00+01:00");
}

TEST(world, writes_distances_and_prizes_as_cards_do) {
  EXPECT_EQ(text_of(distance{1, 7, false, 209}), "1m7f209y");
  EXPECT_EQ(text_of(distance{0, 5, true, 0}), "5½f");
  EXPECT_EQ(text_of(distance{2, 0, false, 53}), "2m53y");
  EXPECT_EQ((distance{0, 5, true, 0}.total_yards()), 1210);
  EXPECT_EQ(text_of_prize(4193, false), "£4,193");
  EXPECT_EQ(text_of_prize(1'283'550, true), "€1,283,550");
  EXPECT_EQ(text_of_prize(900, false), "£900");
}

} // namespace
} // namespace racefill::sim
