// Envelopes, pages, and what state they leave a day in.
#include <gtest/gtest.h>

#include "tests/infra/racing_api/fixtures.hpp"

namespace racefill::test {
namespace {

std::string race(const std::string& id, const std::string& more = "") {
  return R"({"race_id":")" + id + R"(","date":"2024-05-01","region":"GB",)"
         + more + R"("runners":[]})";
}

std::string page(const std::string& races, int total) {
  return R"({"racecards":[)" + races + R"(],"total":)" + std::to_string(total)
         + "}";
}

TEST(pages, tell_their_extent) {
  const racing_api api{{}};
  const auto extent
    = api.racecards_extent(page(race("rac_1") + "," + race("rac_2"), 7));
  ASSERT_TRUE(extent);
  EXPECT_EQ(extent->items, 2);
  EXPECT_EQ(extent->total, 7);
  const auto quoted
    = api.racecards_extent(R"({"total":"3","racecards":[],"new":1})");
  ASSERT_TRUE(quoted);
  EXPECT_EQ(quoted->items, 0);
  EXPECT_EQ(quoted->total, 3);
}

TEST(pages, of_another_shape_are_refused_with_the_reason) {
  struct row {
    const char* body;
    const char* reason;
  };
  for (const auto& [body, reason] : {
         row{"[]", "no JSON object"},
         row{"null", "no JSON object"},
         row{"12", "no JSON object"},
         row{R"("racecards")", "no JSON object"},
         row{R"({"detail":"Not Found"})", "no list `racecards`"},
         row{R"({"racecards":null,"total":0})", "no list `racecards`"},
         row{R"({"racecards":{},"total":0})", "no list `racecards`"},
         row{R"({"racecards":"","total":0})", "no list `racecards`"},
         row{R"({"racecards":[]})", "no `total`"},
         row{R"({"racecards":[],"total":null})", "no `total`"},
         row{R"({"racecards":[],"total":-1})", "no count"},
         row{R"({"racecards":[],"total":1.5})", "no count"},
         row{R"({"racecards":[],"total":true})", "no count"},
         row{R"({"racecards":[],"total":[1]})", "no count"},
         row{R"({"racecards":[],"total":"many"})", "no count"},
         row{R"({"racecards":[],"total":99999999999})", "no count"},
         row{R"({"racecards":[],"total":1e400})", "no count"},
       }) {
    const auto extent = racing_api{{}}.racecards_extent(body);
    ASSERT_FALSE(extent) << body;
    EXPECT_EQ(fault_of(extent.error()), fault::bad_shape) << body;
    EXPECT_NE(describe(extent.error()).find(reason), std::string::npos)
      << describe(extent.error());
    const auto unit = decode({body});
    ASSERT_FALSE(unit) << body;
    EXPECT_EQ(fault_of(unit.error()), fault::bad_shape) << body;
    EXPECT_NE(describe(unit.error()).find("racecards 2024-05-01"),
              std::string::npos);
  }
}

TEST(pages, without_races_leave_the_state_that_the_task_says) {
  const racing_api api{{}};
  auto pages = pages_of("2024-05-01", {page("", 0)});
  pages.attempts = 3;
  EXPECT_EQ(api.decode_day(pages)->state, day_state::empty);
  EXPECT_EQ(api.decode_day(pages)->attempts, 3);
  pages.task.before_history = true;
  EXPECT_EQ(api.decode_day(pages)->state, day_state::not_offered);
  pages.task.before_history = false;
  pages.task.provisional = true; // Cards may still come before the day ends.
  EXPECT_EQ(api.decode_day(pages)->state, day_state::provisional);
}

TEST(pages, with_races_leave_the_day_done_or_provisional) {
  const racing_api api{{}};
  auto pages = pages_of("2024-05-01", {page(race("rac_1"), 1)});
  EXPECT_EQ(api.decode_day(pages)->state, day_state::done);
  pages.task.before_history = true;
  EXPECT_EQ(api.decode_day(pages)->state, day_state::done);
  pages.task.provisional = true;
  EXPECT_EQ(api.decode_day(pages)->state, day_state::provisional);
}

TEST(pages, that_hold_nothing_of_what_they_count_are_refused) {
  for (const auto& bodies : std::vector<std::vector<std::string>>{
         {}, {page("", 5)}, {page(R"({"course":"A"},{"race_id":""},7)", 3)}}) {
    const auto unit = decode(bodies);
    ASSERT_FALSE(unit);
    EXPECT_EQ(fault_of(unit.error()), fault::bad_shape);
  }
}

TEST(pages, overlap_without_harm) {
  const auto first = page(race("rac_1") + "," + race("rac_2"), 3);
  const auto second = page(race("rac_2") + "," + race("rac_3"), 3);
  const auto unit = decode({first, second});
  ASSERT_TRUE(unit);
  EXPECT_EQ(unit->races.size(), 3u);
  EXPECT_TRUE(unit->quarantine.empty());
}

TEST(pages, overlap_with_a_change_and_the_later_rules) {
  const auto unit = decode(
    {page(race("rac_1", R"("going":"Good",)"), 2),
     page(race("rac_1", R"("going":"Soft",)") + "," + race("rac_2"), 2)});
  ASSERT_TRUE(unit);
  EXPECT_EQ(race_of(*unit, "rac_1").going, "Soft");
  ASSERT_EQ(unit->quarantine.size(), 1u);
  EXPECT_EQ(unit->quarantine[0].row_key, "rac_1");
}

TEST(pages, that_lost_a_race_between_them_are_asked_again) {
  const auto unit = decode(
    {page(race("rac_1") + "," + race("rac_2"), 3), page(race("rac_2"), 3)});
  ASSERT_FALSE(unit);
  EXPECT_EQ(fault_of(unit.error()), fault::bad_shape);
  EXPECT_TRUE(is_transient(unit.error()));
}

TEST(pages, that_disagree_about_the_total_are_asked_again) {
  // A race of the first page went, so the second begins one too far.
  const auto unit = decode(
    {page(race("rac_1") + "," + race("rac_2"), 4), page(race("rac_4"), 3)});
  ASSERT_FALSE(unit);
  EXPECT_EQ(fault_of(unit.error()), fault::bad_shape);
  EXPECT_NE(describe(unit.error()).find("is 3 and 4"), std::string::npos)
    << describe(unit.error());
  // One that came instead.
  EXPECT_FALSE(decode({page(race("rac_1") + "," + race("rac_2"), 3),
                       page(race("rac_2") + "," + race("rac_3"), 4)}));
}

TEST(pages, name_the_one_that_is_broken) {
  const auto unit = decode({page(race("rac_1"), 2), "<html>"});
  ASSERT_FALSE(unit);
  EXPECT_EQ(describe(unit.error()),
            "broken_body: racecards 2024-05-01 page 2: HTML or XML in place of "
            "JSON");
}

TEST(pages, with_bytes_that_are_no_text_keep_their_races) {
  const auto unit
    = decode({page(race("rac_1", "\"going\":\"Go\xFFod\",\"tip\":\"a\\u0000b\","
                                 "\"verdict\":\"x\\ud83dy\","
                                 "\"course\":\"tab\there\","
                                 "\"field_size\":1e2,"),
                   1)});
  ASSERT_TRUE(unit);
  const auto& row = unit->races[0];
  EXPECT_EQ(row.going, "Go\xEF\xBF\xBDod");
  EXPECT_EQ(row.tip, "a\xEF\xBF\xBD"
                     "b");
  EXPECT_EQ(row.verdict, "x\xEF\xBF\xBDy");
  EXPECT_EQ(row.course_name, "tab\xEF\xBF\xBDhere");
  EXPECT_FALSE(row.declared_field_size); // `1e2` is no count.
  EXPECT_EQ(unit->quarantine.size(), 5u);
}

TEST(pages, may_begin_with_a_byte_order_mark) {
  EXPECT_TRUE(decode({"\xEF\xBB\xBF" + page(race("rac_1"), 1)}));
}

TEST(pages, keep_a_replacement_character_that_the_provider_sent) {
  const auto unit
    = decode({page(race("rac_1", "\"going\":\"Go\xEF\xBF\xBDod\","), 1)});
  ASSERT_TRUE(unit);
  EXPECT_EQ(unit->races[0].going, "Go\xEF\xBF\xBDod");
  EXPECT_TRUE(unit->quarantine.empty());
}

TEST(pages, hold_comments_of_any_length) {
  const std::string comment(80'000, 'c');
  const auto unit = decode(
    {R"({"racecards":[{"race_id":"rac_1","runners":[{"horse_id":"hrs_1",)"
     R"("comment":")"
     + comment + R"("}]}],"total":1})"});
  ASSERT_TRUE(unit);
  EXPECT_EQ(unit->runners[0].comment, comment);
}

TEST(pages, drop_editorial_text_and_odds_by_the_settings) {
  racing_api_settings settings;
  settings.keep_editorial = false;
  const auto bare = decode({fixture("racecards-plain.json")}, settings);
  ASSERT_TRUE(bare);
  for (const auto& text : texts_of(*bare))
    for (const char* word :
         {"Tip 900", "Verdict", "2/1 Horse", "Comment", "Spotlight", "quotes",
          "stable_tour", "Goes well", "bookmaker"})
      EXPECT_EQ(text.find(word), std::string::npos) << word << ": " << text;
  EXPECT_TRUE(bare->bookmakers.empty());
  const auto& extras = runner_of(*bare, "hrs_901").extras;
  EXPECT_NE(extras.find("prev_owners"), std::string::npos);
}

TEST(pages, give_extras_one_text_whatever_the_order_of_keys) {
  auto body = [](const std::string& tour) {
    return R"({"racecards":[{"race_id":"rac_1","runners":[{"horse_id":)"
           R"("hrs_1","medical":[],)"
           + tour + R"(}]}],"total":1})";
  };
  const auto one
    = decode({body(R"("prev_owners":[{"owner":"A","owner_id":"o"}],)"
                   R"("trainer_14_days":{"runs":"1","wins":"0"})")});
  const auto two
    = decode({body(R"("trainer_14_days": {"wins":"0", "runs":"1"},)"
                   R"("prev_owners":[{"owner_id":"o","owner":"A"}])")});
  EXPECT_EQ(one->runners[0].extras,
            R"({"trainer_14_days":{"runs":"1","wins":"0"},)"
            R"("prev_owners":[{"owner":"A","owner_id":"o"}]})");
  EXPECT_EQ(one->runners[0].extras, two->runners[0].extras);
}

TEST(ratings_of_2026, are_read_and_a_dash_is_none) {
  day_pages pages;
  pages.task.day = *parse_date("2026-06-01");
  pages.bodies = {R"({"total":1,"racecards":[{"race_id":"rac_1","runners":[
    {"horse_id":"hrs_1","number":"R1","performance_rating":"81",
     "speed_rating":"-"},
    {"horse_id":"hrs_2","number":"2","performance_rating":"-",
     "speed_rating":77}]}]})"};
  const auto unit = make_racing_api({})->decode_day(pages);
  ASSERT_TRUE(unit);
  ASSERT_EQ(unit->runners.size(), 2u);
  EXPECT_EQ(unit->runners[0].performance_rating, 81);
  EXPECT_FALSE(unit->runners[0].speed_rating);
  EXPECT_TRUE(unit->runners[0].is_reserve);
  EXPECT_FALSE(unit->runners[1].performance_rating);
  EXPECT_EQ(unit->runners[1].speed_rating, 77);
  EXPECT_FALSE(unit->runners[1].is_reserve);
  for (const auto& x : unit->quarantine)
    EXPECT_NE(x.table_name, "ra_mst_runners") << x.column;
}

} // namespace
} // namespace racefill::test
