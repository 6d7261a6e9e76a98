#include "app/simulator/truth.hpp"

#include <map>

#include <gtest/gtest.h>

#include "app/simulator/body.hpp"

namespace racefill::sim {
namespace {

const std::string& at(const truth_row& row, std::string_view column) {
  for (const auto& [name, value] : row)
    if (name == column)
      return value;
  throw std::out_of_range(std::string{column});
}

course ascot_like() {
  course x;
  x.id = "crs_1";
  x.name = "Brelk-AW";
  x.card_name = "Brelk (AW)";
  x.region_code = "gb";
  x.region = "GB";
  x.domestic = true;
  return x;
}

// One race written by hand.
struct hand_made {
  course where = ascot_like();
  race card;

  hand_made() {
    card.id = "rac_1";
    card.where = &where;
    card.day = *parse_date("2020-07-01");
    card.off_utc = 1'593'613'800; // 14:30 UTC, 3:30 British time.
    card.name = "The \"Lady\" Stakes";
    card.length = {1, 7, false, 209};
    card.prize = 4193;
    runner x;
    x.horse_id = "hrs_10000001";
    x.horse = "Brelk";
    x.number = 1;
    x.jockey = "Tom Dralk";
    x.jockey_id = "jky_1";
    x.claim_lbs = 5;
    x.comment = "first";
    x.lbs = 120;
    card.runners.push_back(x);
  }
};

TEST(truth, reads_a_race_as_the_schema_wants_it) {
  const hand_made h;
  const auto row = race_truth(h.card);
  EXPECT_EQ(at(row, "off_time"), "\"3:30\"");
  EXPECT_EQ(at(row, "off_dt"), "\"2020-07-01T14:30:00Z\"");
  EXPECT_EQ(at(row, "distance"), "\"1m7f209y\"");
  EXPECT_EQ(at(row, "distance_y"), "3509");
  EXPECT_EQ(at(row, "distance_m"), "3209"); // FACTS c.1
  EXPECT_EQ(at(row, "distance_f"), "15.0");
  EXPECT_EQ(at(row, "prize"), "\"£4,193\"");
  EXPECT_EQ(at(row, "prize_amount"), "4193");
  EXPECT_EQ(at(row, "prize_currency"), "\"GBP\"");
  EXPECT_EQ(at(row, "race_name"), "\"The \\\"Lady\\\" Stakes\"");
  EXPECT_EQ(at(row, "is_abandoned"), "false");
  EXPECT_EQ(at(row, "going"), "null");
  EXPECT_EQ(at(row, "runner_count"), "1");
}

TEST(truth, takes_the_later_entry_of_a_horse_listed_twice) {
  hand_made h;
  auto again = h.card.runners[0];
  again.comment.clear();
  again.lbs = 130;
  again.claim_lbs.reset();
  h.card.runners.push_back(again);
  const auto rows = runner_truth(h.card);
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].first, "rac_1_hrs_10000001");
  EXPECT_EQ(at(rows[0].second, "comment"), "\"first\"");
  EXPECT_EQ(at(rows[0].second, "lbs"), "130");
  EXPECT_EQ(at(rows[0].second, "jockey_claim_lbs"), "null");
  EXPECT_EQ(at(race_truth(h.card), "runner_count"), "1");
}

TEST(truth, leaves_the_claim_to_the_jockey_that_has_it) {
  hand_made h;
  auto again = h.card.runners[0];
  again.jockey = "Ann Other";
  again.jockey_id = "jky_2";
  again.claim_lbs.reset();
  h.card.runners.push_back(again);
  const auto row = runner_truth(h.card)[0].second;
  EXPECT_EQ(at(row, "jockey_id"), "\"jky_2\"");
  EXPECT_EQ(at(row, "jockey_claim_lbs"), "null");
}

TEST(truth, gives_no_number_to_a_horse_whose_later_entry_is_out) {
  hand_made h;
  auto again = h.card.runners[0];
  again.number.reset();
  again.withdrawn = true;
  h.card.runners.push_back(again);
  const auto row = runner_truth(h.card)[0].second;
  EXPECT_EQ(at(row, "is_non_runner"), "true");
  EXPECT_EQ(at(row, "number"), "null");
  EXPECT_EQ(at(row, "jockey_name"), "null");
}

TEST(truth, stores_no_runner_without_a_horse) {
  hand_made h;
  h.card.runners[0].horse_id.clear();
  EXPECT_TRUE(runner_truth(h.card).empty());
  EXPECT_EQ(at(race_truth(h.card), "runner_count"), "0");
}

TEST(truth, gives_a_withdrawn_horse_no_rider_but_keeps_the_id) {
  hand_made h;
  h.card.runners[0].number.reset();
  h.card.runners[0].withdrawn = true;
  const auto row = runner_truth(h.card)[0].second;
  EXPECT_EQ(at(row, "is_non_runner"), "true");
  EXPECT_EQ(at(row, "number"), "null");
  EXPECT_EQ(at(row, "jockey_id"), "\"jky_1\"");
  EXPECT_EQ(at(row, "jockey_name"), "null");
  EXPECT_EQ(text_of_jockey(h.card.runners[0]), "NON-RUNNER(5)");
}

TEST(truth, leaves_out_what_never_arrived) {
  hand_made h;
  h.card.runners[0].missing.null_bits = gaps::bit(field::comment);
  h.card.missing.missing_bits = gaps::bit(field::off_dt);
  EXPECT_EQ(at(runner_truth(h.card)[0].second, "comment"), "null");
  EXPECT_EQ(at(race_truth(h.card), "off_dt"), "null");
}

using tables = std::map<std::string, std::map<std::string, truth_row>>;

tables tell(const world& from, truth_options options) {
  tables all;
  std::string last_table;
  std::string last_key;
  tell_truth(from, options, [&](std::string_view table, const truth_row& row) {
    // Sorted by table and key, each key once.
    if (last_table == table)
      EXPECT_LT(last_key, row[0].second) << table;
    else
      EXPECT_LT(last_table, table);
    last_table = table;
    last_key = row[0].second;
    all[std::string{table}][row[0].second] = row;
  });
  return all;
}

class told : public testing::Test {
protected:
  told() : from_(options()) {
    asked_.from = *parse_date("2019-04-01");
    asked_.to = *parse_date("2019-05-15");
    asked_.profile_date = *parse_date("2026-01-01");
  }

  static world_options options() {
    world_options x;
    x.races_per_day = 3;
    x.oddities = 5;
    return x;
  }

  // Every stored entry, with its day.
  template <class F>
  void each_entry(F f) const {
    for (auto day = asked_.from; day <= asked_.to; day = day + 1)
      for (const auto& race : stored_races(from_, asked_, day))
        for (const auto& x : race.runners)
          if (!x.horse_id.empty())
            f(x, day);
  }

  world from_;
  truth_options asked_;
};

std::string quoted(const std::string& text) {
  return '"' + text + '"';
}

TEST_F(told, leaves_no_orphan) {
  auto all = tell(from_, asked_);
  EXPECT_EQ(all.size(), 8U);
  for (const auto& [key, row] : all["ra_mst_runners"]) {
    EXPECT_TRUE(all["ra_horses"].contains(at(row, "horse_id")));
    EXPECT_TRUE(all["ra_mst_races"].contains(at(row, "race_id")));
    const auto& jockey = at(row, "jockey_id");
    EXPECT_TRUE(jockey == "null" || all["ra_jockeys"].contains(jockey));
  }
  EXPECT_EQ(all["ra_horses"].size(), all["ra_horse_pedigree"].size());
  EXPECT_GE(all["ra_courses"].size(), 101U);
}

TEST_F(told, lets_no_profile_undo_a_gelding) {
  auto all = tell(from_, asked_);
  int contradicted = 0;
  each_entry([&](const runner& x, date) {
    if (x.sex_code != "G" || !x.missing.has(field::sex_code))
      return;
    EXPECT_EQ(at(all["ra_horses"][quoted(x.horse_id)], "sex_code"), "\"G\"");
    const auto pro = from_.profile_of(x.horse_id);
    contradicted += pro && pro->sex_code != "G" ? 1 : 0;
  });
  EXPECT_GT(contradicted, 0);
}

TEST_F(told, takes_a_jockeys_newest_spelling_and_never_a_non_runners) {
  auto all = tell(from_, asked_);
  std::map<std::string, std::pair<date, std::string>> newest;
  int changed = 0;
  each_entry([&](const runner& x, date day) {
    if (x.jockey_id.empty())
      return;
    auto& [when, name] = newest[x.jockey_id];
    if (x.withdrawn)
      return;
    changed += !name.empty() && name != x.jockey ? 1 : 0;
    when = day;
    name = x.jockey;
  });
  for (const auto& [id, last] : newest) {
    const auto& name = at(all["ra_jockeys"][quoted(id)], "name");
    EXPECT_EQ(name, quoted(last.second.empty() ? id : last.second));
  }
  EXPECT_GT(changed, 0);
  // On one day, some of those who should have ridden a withdrawn horse ride
  // no other.
  int stubs = 0;
  for (; asked_.from < asked_.to && stubs == 0; asked_.from = asked_.from + 1) {
    auto last = asked_;
    last.to = asked_.from;
    auto told_so_far = tell(from_, last);
    for (const auto& [id, row] : told_so_far["ra_jockeys"])
      stubs += at(row, "name") == id ? 1 : 0;
  }
  EXPECT_GT(stubs, 0);
}

TEST_F(told, prefers_the_profiles_name_and_fills_its_gaps_from_cards) {
  auto with = tell(from_, asked_);
  asked_.fast = true;
  auto without = tell(from_, asked_);
  int kept = 0;
  int missing = 0;
  for (const auto& [id, row] : with["ra_horses"]) {
    const auto pro = from_.profile_of(id.substr(1, id.size() - 2));
    const auto& card = without["ra_horses"][id];
    EXPECT_EQ(at(card, "colour_code"), "null");
    EXPECT_EQ(at(row, "region"), at(card, "region"));
    missing += pro ? 0 : 1;
    EXPECT_EQ(at(row, "name"), pro ? quoted(pro->name) : at(card, "name"));
    const auto& breeder = at(with["ra_horse_pedigree"][id], "breeder");
    if (pro && pro->family.breeder.empty()) {
      ++kept;
      EXPECT_EQ(breeder, at(without["ra_horse_pedigree"][id], "breeder"));
      EXPECT_NE(breeder, "null");
    }
  }
  EXPECT_GT(kept, 0);
  EXPECT_GT(missing, 0);
}

TEST_F(told, says_nothing_of_days_before_the_history) {
  asked_.history_start = asked_.to + 1;
  auto all = tell(from_, asked_);
  EXPECT_EQ(all.size(), 1U);
  EXPECT_EQ(all["ra_courses"].size(), 101U);
}

} // namespace
} // namespace racefill::sim
