#include "infra/racing_api/racing_api.hpp"

#include <gtest/gtest.h>

namespace racefill::test {
namespace {

TEST(racing_api_requests, ask_for_a_day_of_both_regions) {
  const auto request = make_racing_api({})->racecards(*parse_date("2024-05-01"),
                                                      0);
  EXPECT_EQ(request.kind, call_kind::racecards);
  EXPECT_EQ(request.target, "/v1/racecards/pro?date=2024-05-01&region_codes=gb"
                            "&region_codes=ire&limit=500&skip=0");
  EXPECT_EQ(request.deadline_ms, 30'000);
}

TEST(racing_api_requests, follow_the_settings) {
  racing_api_settings settings;
  settings.base_path = "/relay/";
  settings.regions = {"GB"};
  settings.page_limit = 50;
  settings.deadline = std::chrono::milliseconds{1500};
  const racing_api api{settings};
  const auto page = api.racecards(*parse_date("2024-05-01"), 100);
  EXPECT_EQ(page.target, "/relay/v1/racecards/pro?date=2024-05-01"
                         "&region_codes=gb&limit=50&skip=100");
  EXPECT_EQ(page.deadline_ms, 1500);
  EXPECT_EQ(api.courses().target, "/relay/v1/courses?region_codes=gb");
}

TEST(racing_api_requests, stay_within_the_page_limit_of_the_provider) {
  racing_api_settings settings;
  settings.page_limit = 100'000;
  settings.regions.clear();
  EXPECT_EQ(
    racing_api{settings}.racecards(*parse_date("2024-05-01"), -1).target,
    "/v1/racecards/pro?date=2024-05-01&limit=500&skip=0");
  settings.page_limit = 0;
  EXPECT_EQ(racing_api{settings}.racecards(*parse_date("2024-05-01"), 0).target,
            "/v1/racecards/pro?date=2024-05-01&limit=1&skip=0");
  EXPECT_EQ(racing_api{settings}.courses().target, "/v1/courses");
}

TEST(racing_api_requests, encode_the_horse_into_one_path_segment) {
  const racing_api api{{}};
  EXPECT_EQ(api.horse("hrs_6181308").target, "/v1/horses/hrs_6181308/pro");
  EXPECT_EQ(api.horse("hrs_6181308").kind, call_kind::horse);
  EXPECT_EQ(api.horse("../x?y").target, "/v1/horses/..%2Fx%3Fy/pro");
  EXPECT_EQ(api.courses().target,
            "/v1/courses?region_codes=gb&region_codes=ire");
  EXPECT_EQ(api.courses().kind, call_kind::courses);
}

} // namespace
} // namespace racefill::test
