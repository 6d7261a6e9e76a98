#include "infra/files/array_scan.hpp"

#include <gtest/gtest.h>

namespace racefill::test {
namespace {

TEST(array_scan_test, knows_whole_arrays_of_objects) {
  for (const char* text : {"[]", " [ ] \n", "[{}]",
                           "[{\"a\": \"]}\"}, {\"b\": [1, {\"c\": 2}]}]\n",
                           "[{\"a\": \"\\\"}\"}]"}) {
    array_scan scan;
    EXPECT_TRUE(scan.feed(text)) << text;
    EXPECT_TRUE(scan.is_whole()) << text;
  }
}

TEST(array_scan_test, knows_how_far_a_damaged_one_is_sound) {
  struct sample {
    const char* text;
    long sound_end;
    long entries;
  };
  for (const auto& [text, sound_end, entries] :
       {sample{"", 0, 0}, sample{"{}", 0, 0}, sample{"[", 1, 0},
        sample{"[{\"a\":1", 1, 0}, sample{"[{\"a\":1},", 8, 1},
        sample{"[{\"a\":1},]", 8, 1}, sample{"[{\"a\":1}{", 8, 1},
        sample{"[{\"a\":1},{\"b\":", 8, 1}, sample{"[{\"a\":1}, 2]", 8, 1},
        sample{"[{\"a\":1},{\"b\":nul}]", 8, 1}, sample{"[{\"a\"}]", 1, 0},
        sample{"[{\"a\":1}]]", 8, 1}, sample{"[{\"a\":[}]", 1, 0}}) {
    array_scan scan;
    for (const char* c = text; *c != '\0'; ++c)
      if (!scan.feed({c, 1}))
        break;
    const auto last_is_extra = std::string_view{text} == "[{\"a\":1}]]";
    EXPECT_EQ(scan.is_whole(), last_is_extra) << text;
    EXPECT_EQ(scan.sound_end(), sound_end) << text;
    EXPECT_EQ(scan.entries(), entries) << text;
  }
}

TEST(array_scan_test, bounds_an_entry_without_end) {
  array_scan scan;
  EXPECT_TRUE(scan.feed("[{\"a\": \""));
  const std::string filling(array_scan::entry_bytes_max, 'x');
  EXPECT_FALSE(scan.feed(filling));
}

TEST(array_scan_test, finds_the_closing_bracket_in_a_tail) {
  auto tail = read_tail("{\"a\": 1}\n] \n", 100);
  ASSERT_TRUE(tail);
  EXPECT_EQ(tail->open_end, 108);
  EXPECT_TRUE(tail->has_entries);
  tail = read_tail("[]", 0);
  ASSERT_TRUE(tail);
  EXPECT_EQ(tail->open_end, 1);
  EXPECT_FALSE(tail->has_entries);
  for (const char* text : {"", "]", " \n", "{}", "[1]", "[{},]", "[{}]x"})
    EXPECT_FALSE(read_tail(text, 0)) << text;
}

} // namespace
} // namespace racefill::test
