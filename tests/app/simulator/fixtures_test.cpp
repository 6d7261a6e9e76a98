#include "app/simulator/fixtures.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "app/simulator/answer.hpp"

#include <gtest/gtest.h>

#include <unistd.h>

namespace racefill::sim {
namespace {

namespace fs = std::filesystem;

class fixtures_test : public testing::Test {
protected:
  fixtures_test()
    : folder_(fs::temp_directory_path()
              / ("fixtures." + std::to_string(::getpid()))) {
    fs::create_directories(folder_);
  }
  ~fixtures_test() override {
    fs::remove_all(folder_);
  }

  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name) << text;
  }

  fs::path folder_;
  const date day_ = *parse_date("2020-02-03");
};

TEST_F(fixtures_test, set_total_to_what_is_there) {
  const std::string body
    = R"({"racecards": [ {"a":"],[{\"","b":[1,{"c":2}]} , {"d":null}],
          "total":47, "limit":500,"skip":0,"query":[["date","x"]]})";
  write("racecards-2020-02-03.json", body);
  const fixtures some{folder_.string(), false};
  EXPECT_EQ(some.racecards(day_, 500, 0),
            R"({"racecards":[{"a":"],[{\"","b":[1,{"c":2}]},{"d":null}],)"
            R"("total":2,"limit":500,"skip":0,"query":[["date","x"]]})");
  EXPECT_EQ(some.racecards(day_, 1, 1),
            R"({"racecards":[{"d":null}],"total":2,"limit":500,"skip":1,)"
            R"("query":[["date","x"]]})");
  EXPECT_EQ(some.racecards(day_ + 1, 500, 0),
            R"({"racecards":[],"total":0,"limit":500,"skip":0,)"
            R"("query":[["date","2020-02-04"]]})");
  EXPECT_EQ((fixtures{folder_.string(), true}.racecards(day_, 1, 0)), body);
}

TEST_F(fixtures_test, serve_horses_and_courses) {
  write("horse-hrs_1.json", R"({"id":"hrs_1"})");
  write("courses.json", R"({"courses":[{"id":"crs_1"}],"total":69})");
  const fixtures some{folder_.string(), false};
  EXPECT_EQ(some.horse("hrs_1"), R"({"id":"hrs_1"})");
  EXPECT_FALSE(some.horse("hrs_2"));
  EXPECT_EQ(some.courses(), R"({"courses":[{"id":"crs_1"}],"total":1})");
}

TEST_F(fixtures_test, name_the_file_that_is_no_json) {
  write("horse-hrs_1.json", R"({"id":)");
  try {
    const fixtures broken{folder_.string(), false};
    FAIL() << "a broken file was accepted";
  } catch (const std::runtime_error& e) {
    EXPECT_NE(std::string{e.what()}.find("horse-hrs_1.json"),
              std::string::npos);
  }
  EXPECT_THROW(fixtures("/nowhere/at/all", false), std::runtime_error);
}

TEST_F(fixtures_test, serve_a_recorded_day_whole) {
  const auto* set = std::getenv("RACEFILL_SAMPLES");
  const fs::path samples = set != nullptr ? fs::path{set}
                                          : fs::path{RACEFILL_SOURCE_DIR}
                                              / "../shared/racing-api/samples";
  const auto file = samples
                    / "racecards_pro_2025-10-14_all-regions.fragment.json";
  if (!fs::exists(file))
    GTEST_SKIP() << "recorded bodies are not here; set RACEFILL_SAMPLES";
  fs::copy_file(file, folder_ / "racecards-2025-10-14.json");
  auto some = std::make_shared<const fixtures>(folder_.string(), false);
  const answerer answers{{}, nullptr, some};
  const auto said
    = answers.reply({"GET", "/v1/racecards/pro?date=2025-10-14&region_codes=gb",
                     "Basic ZGVtbzpkZW1v"},
                    nullptr);
  EXPECT_EQ(said.status, 200);
  EXPECT_NE(said.body.find("\"total\":2,"), std::string::npos);
  EXPECT_EQ(
    elements_of(said.body.substr(members_of(said.body)[0].begin)).size(), 2U);
}

} // namespace
} // namespace racefill::sim
