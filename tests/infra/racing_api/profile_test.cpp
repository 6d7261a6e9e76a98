#include <gtest/gtest.h>

#include "tests/infra/racing_api/fixtures.hpp"

namespace racefill::test {
namespace {

const racing_api api{{}};
const date fetched = *parse_date("2025-10-16");

TEST(profiles, fill_a_horse_and_its_pedigree) {
  const auto unit = api.decode_horse("hrs_901", fixture("horse-901.json"),
                                     fetched);
  ASSERT_TRUE(unit);
  EXPECT_EQ(unit->state, horse_state::done);
  EXPECT_EQ(unit->horse_id, "hrs_901");
  ASSERT_EQ(unit->horses.size(), 1u);
  const auto& horse = unit->horses[0];
  EXPECT_EQ(horse.horse_id, "hrs_901");
  EXPECT_EQ(horse.name, "Horse 901 (IRE)");
  EXPECT_EQ(to_string(horse.dob), "2019-03-14");
  EXPECT_EQ(horse.sex, "mare");
  EXPECT_EQ(horse.sex_code, "M");
  EXPECT_EQ(horse.colour, "b/br");
  EXPECT_EQ(horse.colour_code, "B/BR");
  EXPECT_EQ(horse.region, "");
  EXPECT_EQ(horse.source, row_source::profile);
  EXPECT_EQ(horse.as_of, fetched);
  ASSERT_EQ(unit->pedigrees.size(), 1u);
  const auto& pedigree = unit->pedigrees[0];
  EXPECT_EQ(pedigree.horse_id, "hrs_901");
  EXPECT_EQ(pedigree.sire_id, "sir_901");
  EXPECT_EQ(pedigree.sire, "Sire 901 (FR)");
  EXPECT_EQ(pedigree.dam_id, "dam_901");
  EXPECT_EQ(pedigree.dam, "Dam 901 (GB)");
  EXPECT_EQ(pedigree.damsire_id, "dsi_901");
  EXPECT_EQ(pedigree.damsire, "Damsire 901 (USA)");
  EXPECT_EQ(pedigree.breeder, "Stud 901");
  EXPECT_EQ(pedigree.source, row_source::profile);
  EXPECT_EQ(pedigree.as_of, fetched);
  EXPECT_TRUE(unit->quarantine.empty());
}

TEST(profiles, of_an_id_alone_are_done_without_a_pedigree) {
  const auto unit = api.decode_horse(
    "hrs_1", R"({"id":"hrs_1","colour":"–","sire_id":"","dam":null})", fetched);
  ASSERT_TRUE(unit);
  EXPECT_EQ(unit->state, horse_state::done);
  EXPECT_EQ(unit->horses.size(), 1u);
  EXPECT_EQ(unit->horses[0].colour, "");
  EXPECT_TRUE(unit->pedigrees.empty());
}

TEST(profiles, of_another_horse_or_shape_are_refused) {
  for (const char* body :
       {R"({"id":"hrs_2","name":"X"})", R"({"name":"X"})", R"({"id":null})",
        R"({"id":1})", "[]", "null", R"({"detail":"Not Found"})"}) {
    const auto unit = api.decode_horse("hrs_1", body, fetched);
    ASSERT_FALSE(unit) << body;
    EXPECT_EQ(fault_of(unit.error()), fault::bad_shape) << body;
  }
  const auto page = api.decode_horse("hrs_1", "<html></html>", fetched);
  ASSERT_FALSE(page);
  EXPECT_EQ(fault_of(page.error()), fault::broken_body);
}

TEST(profiles, quarantine_what_they_cannot_keep) {
  const auto unit = api.decode_horse(
    "hrs_1",
    R"({"id":"hrs_1","dob":"spring","sire_id":"two words","breeder":[1]})",
    fetched);
  ASSERT_TRUE(unit);
  ASSERT_EQ(unit->quarantine.size(), 3u);
  EXPECT_EQ(unit->quarantine[0].source, "horse");
  EXPECT_EQ(unit->quarantine[0].source_key, "hrs_1");
  EXPECT_EQ(unit->quarantine[0].table_name, "ra_horses");
  EXPECT_EQ(unit->quarantine[0].column, "dob");
  EXPECT_EQ(unit->quarantine[0].payload, "spring");
  EXPECT_EQ(unit->quarantine[1].table_name, "ra_horse_pedigree");
  EXPECT_EQ(unit->quarantine[1].column, "sire_id");
  EXPECT_EQ(unit->quarantine[2].payload, "[1]");
}

TEST(course_lists, fill_the_courses_and_the_bookmakers) {
  const auto unit = api.decode_courses(fixture("courses.json"), fetched);
  ASSERT_TRUE(unit);
  ASSERT_EQ(unit->courses.size(), 2u);
  EXPECT_EQ(unit->courses[0].course_id, "crs_800");
  EXPECT_EQ(unit->courses[0].name, "Course 800");
  EXPECT_EQ(unit->courses[0].region_code, "ire");
  EXPECT_EQ(unit->courses[0].region, "Ireland");
  EXPECT_EQ(unit->courses[0].source, row_source::profile);
  EXPECT_EQ(unit->courses[0].as_of, fetched);
  EXPECT_EQ(unit->bookmakers.size(), 19u);
  ASSERT_EQ(unit->quarantine.size(), 1u);
  EXPECT_EQ(unit->quarantine[0].reason, "no usable id");
}

TEST(course_lists, leave_other_regions_out) {
  const auto unit = api.decode_courses(
    R"({"courses":[{"id":"crs_1","course":"A","region_code":"fr","region":"France"},
        {"id":"crs_2","course":"B","region_code":"GB","region":"Great Britain"}],"total":2})",
    fetched);
  ASSERT_TRUE(unit);
  ASSERT_EQ(unit->courses.size(), 1u);
  EXPECT_EQ(unit->courses[0].course_id, "crs_2");
}

TEST(course_lists, cut_short_are_asked_again) {
  const auto unit = api.decode_courses(
    R"({"courses":[{"id":"crs_1","course":"A","region_code":"gb"}],"total":101})",
    fetched);
  ASSERT_FALSE(unit);
  EXPECT_TRUE(is_transient(unit.error()));
  EXPECT_NE(describe(unit.error()).find("only 1"), std::string::npos);
}

TEST(course_lists, of_another_shape_are_refused) {
  for (const char* body :
       {"[]", "{}", R"({"courses":[]})", R"({"courses":{},"total":0})",
        R"({"courses":[],"total":-3})", R"({"total":0})"}) {
    const auto unit = api.decode_courses(body, fetched);
    ASSERT_FALSE(unit) << body;
    EXPECT_EQ(fault_of(unit.error()), fault::bad_shape) << body;
  }
}

} // namespace
} // namespace racefill::test
