#include "app/config/conf_file.hpp"

#include <cstdlib>
#include <fstream>
#include <sstream>

#include <gmock/gmock.h>

#include "app/config/config.hpp"
#include "app/config/setting_keys.hpp"

namespace racefill {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

TEST(conf_file, reads_keys_values_and_line_numbers) {
  const auto conf
    = parse_conf("# head\n\n a.b =  1 \nc.d=two = words #3\n\te.f\t=\t\n");
  EXPECT_THAT(conf.problems, IsEmpty());
  ASSERT_THAT(conf.entries, SizeIs(3));
  EXPECT_EQ(conf.entries[0].key, "a.b");
  EXPECT_EQ(conf.entries[0].value, "1");
  EXPECT_EQ(conf.entries[0].line, 3);
  EXPECT_EQ(conf.entries[1].value, "two = words #3");
  EXPECT_EQ(conf.entries[2].value, "");
  EXPECT_EQ(conf.entries[2].line, 5);
}

TEST(conf_file, accepts_a_byte_order_mark_and_windows_line_ends) {
  const auto conf = parse_conf("\xef\xbb\xbf"
                               "a.b = 1\r\n\r\nc.d = 2\r\n");
  EXPECT_THAT(conf.problems, IsEmpty());
  ASSERT_THAT(conf.entries, SizeIs(2));
  EXPECT_EQ(conf.entries[0].value, "1");
  EXPECT_EQ(conf.entries[1].value, "2");
}

TEST(conf_file, reports_every_malformed_line_without_its_text) {
  const auto conf
    = parse_conf("a.b = 1\ngeheim\n= 2\nA.B = 3\na b = 4\nc.d = 5");
  EXPECT_THAT(conf.entries, SizeIs(2));
  ASSERT_THAT(conf.problems, SizeIs(4));
  EXPECT_THAT(conf.problems[0], HasSubstr("line 2:"));
  for (const auto& problem : conf.problems)
    EXPECT_EQ(problem.find("geheim"), std::string::npos);
}

TEST(conf_file, refuses_a_repeated_key_and_names_both_lines) {
  const auto conf = parse_conf("a.b = 1\n\na.b = 1\n");
  ASSERT_THAT(conf.problems, SizeIs(1));
  EXPECT_THAT(conf.problems[0], HasSubstr("line 3"));
  EXPECT_THAT(conf.problems[0], HasSubstr("line 1"));
}

TEST(conf_file, stops_at_bytes_that_are_no_text) {
  const std::string cases[] = {std::string{"\x7f"
                                           "ELF\x02\0\0",
                                           7},
                               "a.b = \xff\n",
                               "a.b = \xc3\n",
                               std::string{"a.b = \0", 7},
                               "a.b = \xc0\x80\n",
                               "a.b = 1\x1b[2J\n"};
  for (const auto& text : cases)
    EXPECT_THAT(parse_conf(text).problems, SizeIs(1));
  EXPECT_THAT(parse_conf("a.b = gr\xc3\xbc\xc3\x9f"
                         "e \xe2\x82\xac\n")
                .problems,
              IsEmpty());
}

TEST(conf_file, bounds_the_number_of_problems) {
  std::string rubbish;
  for (int i = 0; i < 10'000; ++i)
    rubbish += "rubbish\n";
  EXPECT_THAT(parse_conf(rubbish).problems, SizeIs(50));
}

TEST(conf_file, ships_as_it_is_rendered) {
  const std::string path = RACEFILL_SOURCE_DIR "/conf/racefill.conf";
  // NOLINTNEXTLINE(concurrency-mt-unsafe): one thread.
  if (std::getenv("RACEFILL_RENDER_CONF") != nullptr)
    std::ofstream{path} << render_conf();
  std::ifstream file{path};
  std::stringstream text;
  text << file.rdbuf();
  EXPECT_EQ(text.str(), render_conf())
    << "run this test once with RACEFILL_RENDER_CONF=1 to write the file anew";
}

TEST(conf_file, rendered_holds_every_key_with_its_default) {
  const auto conf = parse_conf(render_conf());
  EXPECT_THAT(conf.problems, IsEmpty());
  ASSERT_EQ(conf.entries.size(), setting_keys().size());
  const settings defaults;
  settings x;
  for (std::size_t i = 0; i < conf.entries.size(); ++i) {
    const auto& key = setting_keys()[i];
    EXPECT_EQ(conf.entries[i].key, key.name);
    EXPECT_EQ(conf.entries[i].value, key.print(defaults));
    EXPECT_TRUE(key.assign(x, conf.entries[i].value)) << key.name;
  }
  EXPECT_THAT(diff_reloadable(defaults, x).live, IsEmpty());
  EXPECT_THAT(diff_reloadable(defaults, x).restart, IsEmpty());
  EXPECT_THAT(validate(x), IsEmpty());
}

TEST(conf_file, rendered_fits_80_columns) {
  std::istringstream lines{render_conf()};
  for (std::string line; std::getline(lines, line);)
    EXPECT_LE(line.size(), 80U) << line;
}

TEST(conf_file, has_one_sentence_and_a_range_for_each_key) {
  for (const auto& key : setting_keys()) {
    EXPECT_TRUE(key.comment.ends_with('.')) << key.name;
    EXPECT_FALSE(key.allowed.empty()) << key.name;
    EXPECT_FALSE(key.type.empty()) << key.name;
    EXPECT_NE(key.name.find('.'), std::string::npos) << key.name;
  }
}

} // namespace
} // namespace racefill
