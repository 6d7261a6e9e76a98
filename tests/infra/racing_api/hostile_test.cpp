// Bodies that nobody should send: cut, nested, mistyped, mutated.
#include <set>

#include <gtest/gtest.h>
#include <simdjson.h>

#include "infra/racing_api/json_text.hpp"
#include "tests/infra/racing_api/fixtures.hpp"

namespace racefill::test {
namespace {

const std::vector<std::string> replacements{
  "null",
  "12345",
  "-1",
  "1.5",
  "1e400",
  "123456789012345678901234567890",
  "true",
  "[]",
  "[[1],null]",
  "{}",
  R"({"a":{"b":[1]}})",
  "\"\"",
  "\"-\"",
  "\"odd text\"",
  "\"\\u0000\"",
  "\"\\ud83d\"",
  "\"\xFF\"",
  '"' + std::string(100'000, 'x') + '"',
};

std::string compact(const std::string& body) {
  json_document doc;
  EXPECT_FALSE(doc.load(body, "fixture"));
  return to_canonical_json(doc.root());
}

// Writes a value again, with the value at `target` replaced (or left out, when
// `replacement` is empty and it is an object's field).
class rewriter {
public:
  rewriter(std::string target, const std::string& replacement)
    : target_(std::move(target)), replacement_(replacement) {
    // nop
  }

  std::string operator()(simdjson::dom::element value,
                         const std::string& path = "") {
    if (path == target_)
      return replacement_;
    simdjson::dom::object object;
    simdjson::dom::array array;
    std::string out;
    if (value.get(object) == simdjson::SUCCESS) {
      for (const auto field : object) {
        const auto below = path + '/' + std::string{field.key};
        if (below == target_ && replacement_.empty())
          continue;
        out += out.empty() ? "" : ",";
        append_json_string(out, field.key);
        (out += ':') += (*this)(field.value, below);
      }
      return '{' + out + '}';
    }
    if (value.get(array) == simdjson::SUCCESS) {
      std::size_t i = 0;
      for (const auto item : array) {
        out += i == 0 ? "" : ",";
        out += (*this)(item, path + '/' + std::to_string(i++));
      }
      return '[' + out + ']';
    }
    return to_canonical_json(value);
  }

private:
  std::string target_;
  const std::string& replacement_;
};

// The paths of all fields below `prefix` in the plain day.
std::vector<std::string> fields_below(simdjson::dom::element value,
                                      const std::string& path,
                                      const std::string& prefix) {
  std::vector<std::string> result;
  auto add = [&](simdjson::dom::element below, const std::string& name) {
    const auto here = path + '/' + name;
    if (here.substr(0, prefix.size()) == prefix)
      result.push_back(here);
    for (auto& one : fields_below(below, here, prefix))
      result.push_back(std::move(one));
  };
  simdjson::dom::object object;
  simdjson::dom::array array;
  if (value.get(object) == simdjson::SUCCESS)
    for (const auto field : object)
      add(field.value, std::string{field.key});
  std::size_t i = 0;
  if (value.get(array) == simdjson::SUCCESS)
    for (const auto item : array)
      add(item, std::to_string(i++));
  return result;
}

TEST(hostile_bodies, cut_anywhere_are_broken) {
  const auto body = compact(fixture("racecards-plain.json"));
  const auto profile = compact(fixture("horse-901.json"));
  const auto courses = compact(fixture("courses.json"));
  const racing_api api{{}};
  ASSERT_TRUE(decode({body}));
  for (std::size_t i = 0; i < body.size(); ++i) {
    const auto cut = body.substr(0, i);
    const auto extent = api.racecards_extent(cut);
    ASSERT_FALSE(extent) << i;
    ASSERT_EQ(fault_of(extent.error()), fault::broken_body) << i;
    const auto unit = decode({cut});
    ASSERT_FALSE(unit) << i;
    ASSERT_EQ(fault_of(unit.error()), fault::broken_body) << i;
  }
  for (std::size_t i = 0; i < profile.size(); ++i) {
    const auto unit = api.decode_horse("hrs_901", profile.substr(0, i),
                                       date{0});
    ASSERT_FALSE(unit) << i;
    ASSERT_EQ(fault_of(unit.error()), fault::broken_body) << i;
  }
  for (std::size_t i = 0; i < courses.size(); ++i) {
    const auto unit = api.decode_courses(courses.substr(0, i), date{0});
    ASSERT_FALSE(unit) << i;
    ASSERT_EQ(fault_of(unit.error()), fault::broken_body) << i;
  }
}

TEST(hostile_bodies, that_are_no_json_are_broken) {
  const std::string ok = R"({"racecards":[],"total":0})";
  for (const std::string& body : {
         std::string{},
         std::string{"   \n"},
         std::string{"<!DOCTYPE html><html><body>Blocked</body></html>"},
         std::string{"Bad Gateway"},
         std::string(1, '\0'),
         std::string("\x1F\x8B\x08\x00garbage", 11),
         ok + ok,
         ok + "]",
         std::string{R"({"racecards":[],"total":0,})"},
         std::string{R"({racecards:[],total:0})"},
         std::string{"{\"racecards\":[],\xFF\"total\":0}"},
         std::string{"{\"racecards\":[],\"total\":0 \0}", 27},
         std::string{R"({"racecards":[],"total":01})"},
         std::string{R"({"racecards":[],"total":NaN})"},
       }) {
    const auto unit = decode({body});
    ASSERT_FALSE(unit) << body;
    EXPECT_EQ(fault_of(unit.error()), fault::broken_body) << body;
    EXPECT_EQ(fault_of(racing_api{{}}.racecards_extent(body).error()),
              fault::broken_body)
      << body;
  }
}

TEST(hostile_bodies, nested_without_end_do_not_end_us) {
  for (const std::size_t depth : {900U, 1100U, 200'000U}) {
    const auto nest = std::string(depth, '[') + std::string(depth, ']');
    const auto body = R"({"racecards":[{"race_id":"rac_1","runners":[)"
                      R"({"horse_id":"hrs_1","quotes":)"
                      + nest + R"(}]}],"total":1})";
    const auto unit = decode({body});
    if (depth < 1000) {
      ASSERT_TRUE(unit);
      EXPECT_EQ(unit->runners.size(), 1u);
    } else {
      ASSERT_FALSE(unit);
      EXPECT_EQ(fault_of(unit.error()), fault::bad_shape);
    }
  }
}

TEST(hostile_bodies, with_one_field_wrong_change_nothing_else) {
  // The first race is rac_900 with hrs_901 and hrs_902; all its ids end in 90x.
  const auto body = fixture("racecards-plain.json");
  json_document doc;
  ASSERT_FALSE(doc.load(body, "fixture"));
  const auto whole = *decode({body}, with_odds());
  std::vector<std::string> others; // Rows that no mutation may touch.
  for (const auto& text : texts_of(whole)) {
    const bool of_first = text.find("901") != std::string::npos;
    const bool shared = text.find("race_row(\"rac_900") != std::string::npos
                        || text.find("spreadex") != std::string::npos;
    if (!shared && !of_first)
      others.push_back(text);
  }
  ASSERT_GT(others.size(), 10u);
  const std::string runner = "/racecards/0/runners/0";
  auto all = replacements;
  all.emplace_back(); // Left out.
  std::size_t tried = 0;
  for (const auto& path : fields_below(doc.root(), "", runner + "/"))
    for (const auto& replacement : all) {
      const auto is_item = std::isdigit(static_cast<unsigned char>(path.back()))
                             != 0
                           && path[path.size() - 2] == '/';
      if (replacement.empty() && is_item)
        continue;
      const auto unit = decode({rewriter{path, replacement}(doc.root())},
                               with_odds());
      const auto where = path + " = " + replacement.substr(0, 40);
      ASSERT_TRUE(unit) << where;
      ASSERT_EQ(unit->state, day_state::done);
      ASSERT_EQ(unit->races.size(), 2u) << where;
      const auto texts = texts_of(*unit);
      const std::set<std::string> found{texts.begin(), texts.end()};
      for (const auto& row : others)
        ASSERT_TRUE(found.count(row)) << where << "\nlost " << row;
      ++tried;
    }
  EXPECT_GT(tried, 1000u);
}

TEST(hostile_bodies, with_one_race_field_wrong_keep_the_other_race) {
  const auto body = fixture("racecards-plain.json");
  json_document doc;
  ASSERT_FALSE(doc.load(body, "fixture"));
  const auto whole = *decode({body});
  std::vector<std::string> others;
  for (const auto& text : texts_of(whole))
    if (text.find("80") != std::string::npos
        && text.find("90") == std::string::npos)
      others.push_back(text);
  ASSERT_GT(others.size(), 6u);
  auto all = replacements;
  all.emplace_back();
  const std::string runners = "/racecards/0/runners/";
  for (const auto& path : fields_below(doc.root(), "", "/racecards/0/"))
    for (const auto& replacement : all) {
      if (path.substr(0, runners.size()) == runners)
        continue;
      const auto unit = decode({rewriter{path, replacement}(doc.root())});
      const auto where = path + " = " + replacement.substr(0, 40);
      ASSERT_TRUE(unit) << where;
      if (path != "/racecards/0/race_id") {
        ASSERT_EQ(unit->races.size(), 2u) << where;
        if (path != "/racecards/0/runners") {
          ASSERT_EQ(unit->runners.size(), 3u) << where;
        }
      }
      const auto texts = texts_of(*unit);
      const std::set<std::string> found{texts.begin(), texts.end()};
      for (const auto& row : others)
        ASSERT_TRUE(found.count(row)) << where << "\nlost " << row;
    }
}

TEST(hostile_bodies, with_profile_fields_wrong_keep_the_horse) {
  json_document doc;
  const auto body = fixture("horse-901.json");
  ASSERT_FALSE(doc.load(body, "fixture"));
  const racing_api api{{}};
  auto all = replacements;
  all.emplace_back();
  for (const auto& path : fields_below(doc.root(), "", "/"))
    for (const auto& replacement : all) {
      const auto changed = rewriter{path, replacement}(doc.root());
      const auto unit = api.decode_horse("hrs_901", changed, date{20'000});
      if (path == "/id") {
        ASSERT_FALSE(unit);
        EXPECT_EQ(fault_of(unit.error()), fault::bad_shape);
        continue;
      }
      ASSERT_TRUE(unit) << path << " = " << replacement.substr(0, 40);
      ASSERT_EQ(unit->horses.size(), 1u);
      ASSERT_EQ(unit->pedigrees.size(), 1u);
      if (path != "/name") {
        EXPECT_EQ(unit->horses[0].name, "Horse 901 (IRE)") << path;
      }
    }
}

TEST(hostile_bodies, each_field_left_out_is_missed) {
  // Every field of the plain day reaches a row: without it, something changes.
  const auto body = fixture("racecards-plain.json");
  json_document doc;
  ASSERT_FALSE(doc.load(body, "fixture"));
  const auto whole = texts_of(*decode({body}, with_odds()));
  const std::string none;
  for (const auto& path : fields_below(doc.root(), "", "/racecards/0/")) {
    const auto is_item = std::isdigit(static_cast<unsigned char>(path.back()))
                           != 0
                         && path[path.size() - 2] == '/';
    // The day asked for stands in for a missing date.
    if (is_item || path == "/racecards/0/date")
      continue;
    const auto unit = decode({rewriter{path, none}(doc.root())}, with_odds());
    ASSERT_TRUE(unit) << path;
    EXPECT_NE(texts_of(*unit), whole) << path;
  }
}

TEST(hostile_bodies, flood_the_quarantine_only_so_far) {
  std::string races;
  for (int i = 0; i < 3000; ++i)
    races += std::string{i == 0 ? "" : ","} + R"({"race_id":"rac_)"
             + std::to_string(i) + R"(","prize":"a lot","runners":[]})";
  const auto unit
    = decode({R"({"racecards":[)" + races + R"(],"total":3000})"});
  ASSERT_TRUE(unit);
  EXPECT_EQ(unit->races.size(), 3000u);
  ASSERT_EQ(unit->quarantine.size(), 1001u);
  EXPECT_EQ(unit->quarantine.back().reason, "2000 more refusals were left out");
}

TEST(hostile_bodies, cut_payloads_between_characters) {
  std::string text;
  for (int i = 0; i < 3000; ++i)
    text += "€";
  const auto unit = decode({R"({"racecards":[{"race_id":"rac_1","prize":")"
                            + text + R"(","runners":[]}],"total":1})"});
  ASSERT_TRUE(unit);
  ASSERT_EQ(unit->quarantine.size(), 1u);
  EXPECT_EQ(unit->quarantine[0].payload.size(), 4095u);
  EXPECT_EQ(unit->races[0].prize, text);
}

} // namespace
} // namespace racefill::test
