#include "app/print/snapshot_json.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <simdjson.h>

namespace racefill {
namespace {

TEST(snapshot_json, is_one_line_of_json_whatever_the_texts_hold) {
  snapshot x;
  x.host = "a \"host\"\n  \\ \x01\xff";
  x.run.start = date{16436};
  x.run.last_errors = {{"2026-01-01T00:00:00Z", "2015-01-01", "two\nlines"}};
  x.gate.statuses = {{"200", 7}, {"timed_out", 1}};
  x.children = {{"gatekeeper", true, 2, "why\n"}};
  x.eta_low_s = 60;
  const auto text = snapshot_json(x);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1);
  EXPECT_EQ(text.back(), '\n');
  simdjson::dom::parser parser;
  simdjson::dom::element root;
  ASSERT_EQ(parser.parse(text).get(root), simdjson::SUCCESS) << text;
  EXPECT_EQ(root["schema"].get_string().value(), "racefill.snapshot/1");
  EXPECT_EQ(root["run"]["start"].get_string().value(), "2015-01-01");
  EXPECT_TRUE(root["run"]["end"].is_null());
  EXPECT_EQ(root["run"]["last_errors"].at(0)["error"].get_string().value(),
            "two\nlines");
  EXPECT_EQ(root["gate"]["statuses"]["200"].get_int64().value(), 7);
  EXPECT_EQ(root["eta_seconds"]["low"].get_int64().value(), 60);
  EXPECT_TRUE(root["eta_seconds"]["mid"].is_null());
  EXPECT_EQ(root["actors"].at(0)["restarts"].get_int64().value(), 2);
}

} // namespace
} // namespace racefill
