// The provider's OpenAPI documents against what we read: a field that is new
// or renamed there must be read, or ignored here with a reason.
#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include <gtest/gtest.h>
#include <simdjson.h>

#include "infra/racing_api/field_tables.hpp"
#include "tests/infra/racing_api/fixtures.hpp"

namespace racefill::test {
namespace {

// Documented fields that we do not read one by one, and why.
const std::map<std::string, std::string> ignored{
  {"RacecardsOddsProPage.limit", "an echo of our own request"},
  {"RacecardsOddsProPage.skip", "an echo of our own request"},
  {"RacecardsOddsProPage.query", "an echo of our own request"},
  {"OddsHistory.fractional", "kept as it is in the odds column"},
  {"OddsHistory.decimal", "kept as it is in the odds column"},
  {"OddsHistory.ew_places", "kept as it is in the odds column"},
  {"OddsHistory.ew_denom", "kept as it is in the odds column"},
  {"OddsHistory.updated", "kept as it is in the odds column"},
  {"OddsHistory.history", "kept as it is in the odds column"},
};

// Fields that bodies of 2026 bring and neither document names.
const std::set<std::string> undocumented{"RunnerOddsPro.performance_rating",
                                         "RunnerOddsPro.speed_rating"};

class contract : public testing::TestWithParam<const char*> {
protected:
  void SetUp() override {
    path_ = samples_dir().parent_path()
            / (std::string{"openapi-"} + GetParam() + ".json");
    if (!std::filesystem::exists(path_))
      GTEST_SKIP() << "the OpenAPI document is not here: " << path_;
    ASSERT_EQ(parser_.load(path_.string()).get(root_), simdjson::SUCCESS);
  }

  std::set<std::string> documented(const std::string& schema) {
    std::set<std::string> result;
    simdjson::dom::object properties;
    const auto pointer = "/components/schemas/" + schema + "/properties";
    EXPECT_EQ(root_.at_pointer(pointer).get(properties), simdjson::SUCCESS)
      << schema;
    for (const auto field : properties)
      result.emplace(field.key);
    return result;
  }

  template <class Names>
  void expect_all_known(const std::string& schema, const Names& names) {
    const auto fields = documented(schema);
    EXPECT_FALSE(fields.empty());
    for (const auto& field : fields) {
      const bool is_read = std::find(names.begin(), names.end(), field)
                           != names.end();
      const bool is_ignored = ignored.count(schema + '.' + field) != 0;
      EXPECT_TRUE(is_read || is_ignored) << schema << '.' << field;
      EXPECT_FALSE(is_read && is_ignored) << schema << '.' << field;
    }
  }

  simdjson::dom::element root_;

private:
  std::filesystem::path path_;
  simdjson::dom::parser parser_;
};

TEST_P(contract, every_documented_field_is_read_or_ignored_for_a_reason) {
  expect_all_known("RacecardsOddsProPage",
                   std::array<std::string, 2>{"racecards", "total"});
  expect_all_known("RacecardOddsPro", race_fields);
  expect_all_known("RunnerOddsPro", runner_fields);
  expect_all_known("OddsHistory", quote_fields);
  expect_all_known("HorsePro", profile_fields);
  expect_all_known("CoursesPage",
                   std::array<std::string, 2>{"courses", "total"});
  expect_all_known("app__models__courses__Course", course_fields);
}

TEST_P(contract, every_field_that_we_read_is_documented) {
  auto expect_documented = [&](const std::string& schema, const auto& names) {
    const auto fields = documented(schema);
    for (const auto& name : names) {
      if (name == "race_status" && std::string{GetParam()} == "1.0.0")
        continue; // New in 1.4.3.
      const auto full = schema + '.' + std::string{name};
      EXPECT_TRUE(fields.count(std::string{name}) || undocumented.count(full))
        << full;
    }
  };
  expect_documented("RacecardOddsPro", race_fields);
  expect_documented("RunnerOddsPro", runner_fields);
  expect_documented("HorsePro", profile_fields);
  expect_documented("app__models__courses__Course", course_fields);
}

INSTANTIATE_TEST_SUITE_P(versions, contract, testing::Values("1.0.0", "1.4.3"),
                         [](const auto& version) {
                           std::string name{version.param};
                           std::replace(name.begin(), name.end(), '.', '_');
                           return name;
                         });

} // namespace
} // namespace racefill::test
