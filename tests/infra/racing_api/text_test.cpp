#include "infra/racing_api/text.hpp"

#include <string>

#include <gtest/gtest.h>

namespace racefill::test {
namespace {

const std::string gap{replacement_character};

TEST(text, knows_valid_sequences_from_broken_ones) {
  EXPECT_EQ(utf8_length("a", 0), 1u);
  EXPECT_EQ(utf8_length("é", 0), 2u);
  EXPECT_EQ(utf8_length("–", 0), 3u);
  EXPECT_EQ(utf8_length("\xF0\x9F\x90\x8E", 0), 4u); // A horse.
  EXPECT_EQ(utf8_length("", 0), 0u);
  EXPECT_EQ(utf8_length("\x80", 0), 0u);             // Continuation alone.
  EXPECT_EQ(utf8_length("\xC3", 0), 0u);             // Cut short.
  EXPECT_EQ(utf8_length("\xC0\xAF", 0), 0u);         // Overlong.
  EXPECT_EQ(utf8_length("\xE0\x80\xAF", 0), 0u);     // Overlong.
  EXPECT_EQ(utf8_length("\xED\xA0\x80", 0), 0u);     // A surrogate.
  EXPECT_EQ(utf8_length("\xF4\x90\x80\x80", 0), 0u); // Beyond U+10FFFF.
  EXPECT_EQ(utf8_length("\xE2\x82\x28", 0), 0u);
}

TEST(text, replaces_what_no_column_holds) {
  EXPECT_EQ(to_storable("Ó Briain"), "Ó Briain");
  EXPECT_EQ(to_storable(std::string("a\0b", 3)), "a" + gap + "b");
  EXPECT_EQ(to_storable("a\xFF\xFE"), "a" + gap + gap);
  EXPECT_EQ(to_storable("\xE2\x82"), gap + gap);
  EXPECT_EQ(to_storable(""), "");
}

TEST(text, cuts_between_characters) {
  EXPECT_EQ(cut_utf8("abc", 3), "abc");
  EXPECT_EQ(cut_utf8("abc", 2), "ab");
  EXPECT_EQ(cut_utf8("a€b", 4), "a€");
  EXPECT_EQ(cut_utf8("a€b", 3), "a");
  EXPECT_EQ(cut_utf8("a€b", 2), "a");
  EXPECT_EQ(cut_utf8("€", 0), "");
}

TEST(text, trims_blanks_of_every_kind) {
  EXPECT_EQ(trim("  a b\t\r\n"), "a b");
  EXPECT_EQ(trim("\xC2\xA0 a \xC2\xA0"), "a");
  EXPECT_EQ(trim(" \xC2\xA0"), "");
  EXPECT_EQ(trim("\xA0"), "\xA0"); // Half of one: not ours to judge.
}

TEST(text, encodes_what_a_path_cannot_hold) {
  EXPECT_EQ(percent_encode("hrs_123-4.5~"), "hrs_123-4.5~");
  EXPECT_EQ(percent_encode("a/b?c&d=é #"), "a%2Fb%3Fc%26d%3D%C3%A9%20%23");
  EXPECT_EQ(percent_encode(std::string("\0\r\n", 3)), "%00%0D%0A");
}

} // namespace
} // namespace racefill::test
