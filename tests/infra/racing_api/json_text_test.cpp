#include "infra/racing_api/json_text.hpp"

#include <gtest/gtest.h>

#include "messages/faults.hpp"

namespace racefill::test {
namespace {

std::string canonical(const std::string& body) {
  json_document doc;
  const auto err = doc.load(body, "test");
  return err ? describe(err) : to_canonical_json(doc.root());
}

TEST(json_text, writes_one_text_for_one_value) {
  EXPECT_EQ(canonical(R"( {"b" : [1, -2, 1.50, true, null], "a":"x"} )"),
            R"({"a":"x","b":[1,-2,1.5,true,null]})");
  EXPECT_EQ(canonical(R"({"a":1,"a":2})"), R"({"a":2})");
  EXPECT_EQ(canonical("18446744073709551615"), "18446744073709551615");
  EXPECT_EQ(canonical(R"("q\" b\\ n\n t\t u\u0001 z\u0000 é €")"),
            "\"q\\\" b\\\\ n\\n t\\u0009 u\\u0001 z\xEF\xBF\xBD é €\"");
  EXPECT_EQ(canonical("{}"), "{}");
  EXPECT_EQ(canonical("[{},[]]"), "[{},[]]");
}

TEST(json_text, repairs_values_and_nothing_else) {
  const std::string gap = "\xEF\xBF\xBD";
  EXPECT_EQ(repair_json(R"({"a": [1, 2.5, -3], "b": true})"),
            R"({"a": [1, 2.5, -3], "b": true})");
  EXPECT_EQ(repair_json("[\"a\xFFz\"]"), "[\"a" + gap + "z\"]");
  EXPECT_EQ(repair_json("[\"a\nb\"]"), "[\"a" + gap + "b\"]");
  EXPECT_EQ(repair_json(R"(["\ud83d\ude00"])"), R"(["\ud83d\ude00"])");
  EXPECT_EQ(repair_json(R"(["\ud83d"])"), "[\"" + gap + "\"]");
  EXPECT_EQ(repair_json(R"(["\ude00 \ud83dx"])"),
            "[\"" + gap + " " + gap + "x\"]");
  EXPECT_EQ(repair_json(R"(["\ud83d\ud83d\ude00"])"),
            "[\"" + gap + R"(\ud83d\ude00"])");
  EXPECT_EQ(repair_json(R"(["\x41 \u12"])"),
            "[\"" + gap + "x41 " + gap + "u12\"]");
  EXPECT_EQ(repair_json(R"(["\\","\"",1e400])"), R"(["\\","\"","1e400"])");
  EXPECT_EQ(repair_json("[123456789012345678901]"),
            "[\"123456789012345678901\"]");
  EXPECT_EQ(repair_json("[-1e-5,01e5,1e]"), "[\"-1e-5\",01e5,1e]");
  EXPECT_EQ(repair_json("\xFF{}"), "\xFF{}");
  EXPECT_EQ(repair_json("\"open \\"), "\"open \\");
}

TEST(json_text, says_whether_it_had_to_repair) {
  json_document doc;
  EXPECT_FALSE(doc.load("[1]", "test"));
  EXPECT_FALSE(doc.repaired());
  EXPECT_FALSE(doc.load("[1e999]", "test"));
  EXPECT_TRUE(doc.repaired());
  EXPECT_FALSE(doc.load("[\"é\"]", "test"));
  EXPECT_FALSE(doc.repaired());
}

TEST(json_text, explains_what_is_wrong_with_a_body) {
  EXPECT_EQ(canonical(""), "broken_body: test: the body is empty");
  EXPECT_EQ(canonical(" <html>"),
            "broken_body: test: HTML or XML in place of JSON");
  EXPECT_EQ(canonical("{\"a\":").substr(0, 39),
            "broken_body: test: cut short or no JSON");
  EXPECT_EQ(canonical(std::string(2000, '[') + std::string(2000, ']')),
            "bad_shape: test: nested deeper than 1024 levels");
}

} // namespace
} // namespace racefill::test
