#include "messages/calls.hpp"

#include <gtest/gtest.h>

namespace racefill {
namespace {

api_reply json(std::int32_t status, const std::string& body) {
  api_reply x;
  x.status = status;
  x.content_type = "application/json";
  x.body = body;
  return x;
}

TEST(calls_test, a_403_is_a_block_whatever_its_type_unless_about_the_plan) {
  EXPECT_EQ(fault_of(json(403, R"({"error":"error code: 1015"})")),
            fault::blocked);
  EXPECT_EQ(fault_of(json(403, R"({"detail":"Forbidden"})")), fault::blocked);
  EXPECT_EQ(fault_of(json(403, "")), fault::blocked);
  auto page = json(403, "<html>Sorry, you have been blocked</html>");
  page.content_type = "text/html";
  EXPECT_EQ(fault_of(page), fault::blocked);
  EXPECT_EQ(fault_of(json(403, R"({"detail":"Pro plan required"})")),
            fault::unauthorized);
  EXPECT_EQ(fault_of(json(401, R"({"detail":"Not authenticated"})")),
            fault::unauthorized);
}

TEST(calls_test, finds_the_servers_own_words) {
  EXPECT_EQ(words_of(json(401, R"({"detail":"Pro Plan required"})")),
            "Pro Plan required");
  EXPECT_EQ(words_of(json(429, R"({"error": "Rate limit \"1\""})")),
            "Rate limit \"1\"");
  EXPECT_EQ(words_of(json(422, R"({"detail":[{"msg":"field required"}]})")),
            R"([{"msg":"field required"}])");
  EXPECT_EQ(words_of(json(422, R"({"detail":"caf\u00e9 \u202e"})")), "café");
  EXPECT_EQ(words_of(json(404, "[1]")), "[1]");
  auto moved = json(308, "");
  moved.location = "https://example.test/v2";
  EXPECT_EQ(words_of(moved), "to https://example.test/v2");
}

TEST(calls_test, words_are_one_short_clean_line) {
  const std::string odd{"a\0b\x1B[31m\n\n c\xFF\xC3\xE2\x80\xAE.", 19};
  EXPECT_EQ(words_of(json(400, odd)), "a b [31m c?? .");
  const auto text = words_of(json(400, std::string(5'000, 'x')));
  EXPECT_EQ(text.size(), 200u);
  std::string wide;
  for (int i = 0; i < 200; ++i)
    wide += "é";
  EXPECT_EQ(words_of(json(400, wide)).size(), 200u);
  EXPECT_EQ(words_of(json(400, "x" + wide)).size(), 199u); // No half of one.
}

TEST(calls_test, reads_broken_json_to_its_end) {
  for (const auto* body :
       {R"({"detail)", R"({"detail":)", R"({"detail":")", R"({"detail":"\)",
        R"({"detail":"\u)", R"({"detail":"\u12)", R"({"detail" "x")", "{", ""})
    EXPECT_LE(words_of(json(422, body)).size(), 200u) << body;
}

TEST(calls_test, an_error_says_what_the_server_says) {
  EXPECT_EQ(
    describe(error_of(json(401, R"({"detail":"Pro Plan required"})"),
                      "racecards 2024-01-01")),
    "unauthorized: racecards 2024-01-01, status 401: Pro Plan required");
}

TEST(calls_test, knows_a_plan_from_other_words) {
  EXPECT_TRUE(speaks_of_plan("Standard Plan required"));
  EXPECT_TRUE(speaks_of_plan("Your plan does not include this endpoint"));
  EXPECT_TRUE(speaks_of_plan("not in your plan"));
  EXPECT_FALSE(speaks_of_plan("planned maintenance"));
  EXPECT_FALSE(speaks_of_plan("Incorrect username or password"));
}

} // namespace
} // namespace racefill
