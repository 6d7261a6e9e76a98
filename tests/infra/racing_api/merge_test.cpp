#include "infra/racing_api/row_merge.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "infra/racing_api/bookmakers.hpp"
#include "tests/infra/racing_api/fixtures.hpp"

namespace racefill::test {
namespace {

// Merges `rows` in every order and returns the one result; fails when orders
// differ.
template <class Row>
std::vector<Row> merged_in_every_order(std::vector<Row> rows) {
  std::vector<std::size_t> order(rows.size());
  for (std::size_t i = 0; i < order.size(); ++i)
    order[i] = i;
  std::vector<Row> result;
  std::string text;
  do {
    result.clear();
    for (const auto i : order)
      result.push_back(rows[i]);
    merge_rows(result);
    const auto now = caf::deep_to_string(result);
    EXPECT_TRUE(text.empty() || text == now) << text << '\n' << now;
    text = now;
  } while (std::next_permutation(order.begin(), order.end()));
  return result;
}

TEST(row_merge, gives_one_row_whatever_the_order) {
  const auto rows = merged_in_every_order<entity_row>({
    {"trn_1", "", "Newmarket", date{1}},
    {"trn_1", "A Smith", "", date{2}},
    {"trn_1", "A. Smith", "", date{1}},
    {"trn_0", "", "", date{1}},
  });
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].id, "trn_0");
  EXPECT_EQ(rows[0].name, "");
  EXPECT_EQ(rows[1].name, "A Smith"); // The newest spelling.
  EXPECT_EQ(rows[1].location, "Newmarket");
  EXPECT_EQ(rows[1].as_of, date{2});
}

TEST(row_merge, never_makes_a_colt_of_a_gelding) {
  horse_row gelding;
  gelding.horse_id = "hrs_1";
  gelding.sex = "gelding";
  gelding.sex_code = "G";
  gelding.as_of = date{1};
  horse_row colt = gelding;
  colt.sex = "colt";
  colt.sex_code = "C";
  colt.as_of = date{2};
  const auto rows = merged_in_every_order<horse_row>({gelding, colt});
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].sex, "gelding");
  EXPECT_EQ(rows[0].sex_code, "G");
}

TEST(row_merge, keeps_a_parents_id_and_name_together) {
  pedigree_row first;
  first.horse_id = "hrs_1";
  first.sire_id = "sir_1";
  first.sire = "One";
  first.sire_region = "GB";
  first.as_of = date{1};
  pedigree_row second;
  second.horse_id = "hrs_1";
  second.sire_id = "sir_2";
  second.breeder = "Stud";
  second.as_of = date{2};
  const auto rows = merged_in_every_order<pedigree_row>({first, second});
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].sire_id, "sir_2");
  EXPECT_EQ(rows[0].sire, "");
  EXPECT_EQ(rows[0].sire_region, "");
  EXPECT_EQ(rows[0].breeder, "Stud");
}

TEST(row_merge, lets_a_late_non_runner_lose_number_and_draw) {
  runner_row earlier;
  earlier.number = 4;
  earlier.draw = 2;
  earlier.jockey_id = "jky_1";
  earlier.jockey_name = "A Rider";
  earlier.jockey_claim_lbs = 3;
  earlier.lbs = 120;
  runner_row later;
  later.is_non_runner = true;
  later.jockey_id = "jky_1";
  fill_from(later, earlier);
  EXPECT_FALSE(later.number);
  EXPECT_FALSE(later.draw);
  EXPECT_EQ(later.jockey_name, "");
  EXPECT_FALSE(later.jockey_claim_lbs);
  EXPECT_EQ(later.lbs, 120);
  runner_row running;
  fill_from(running, earlier);
  EXPECT_EQ(running.number, 4);
  EXPECT_EQ(running.jockey_name, "A Rider");
  EXPECT_EQ(running.jockey_claim_lbs, 3);
}

TEST(bookmakers, have_one_slug_for_each_spelling) {
  struct row {
    const char* name;
    const char* slug;
    const char* type;
  };
  for (const auto& [name, slug, type] :
       {row{"Bet365", "bet365", "online"},
        row{"Spread Ex", "spreadex", "spread"},
        row{"Spreadex", "spreadex", "spread"},
        row{"Sporting Index", "sporting_index", "spread"},
        row{"SportingIndex", "sporting_index", "spread"},
        row{"Betfair Exchange", "betfair", "exchange"},
        row{"Betfair", "betfair", "exchange"},
        row{"Betfair Sportsbook", "betfair_sportsbook", "online"},
        row{"Paddy Power", "paddy_power", "online"},
        row{"SkyBet", "skybet", "online"},
        row{"Boyle Sports", "boylesports", "online"},
        row{"10 Bet", "10_bet", "online"},
        row{"talkSPORT BET", "talksport_bet", "online"},
        row{"  --  ", "", "online"}}) {
    const auto one = to_bookmaker(name);
    EXPECT_EQ(one.bookmaker_id, slug) << name;
    EXPECT_EQ(one.type, type) << name;
    EXPECT_TRUE(one.is_active);
  }
  EXPECT_EQ(well_known_bookmakers().size(), 19u);
}

} // namespace
} // namespace racefill::test
