#include "infra/log/log_text.hpp"

#include <gmock/gmock.h>

namespace racefill {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

constexpr milliseconds noon{1704110400123}; // 2024-01-01T12:00:00.123Z

std::string text_line(std::string_view text, log_fields fields = {}) {
  return format_line(log_format::text, noon, log_level::info, "writer", text,
                     fields);
}

std::string json_line(std::string_view text, log_fields fields = {}) {
  return format_line(log_format::json, noon, log_level::warn, "writer", text,
                     fields);
}

TEST(log_text, puts_an_event_on_one_line) {
  EXPECT_EQ(text_line("wrote a batch",
                      {{"rows", "500"}, {"why", "it is full"}}),
            "2024-01-01T12:00:00.123Z info  writer: wrote a batch rows=500 "
            "why=\"it is full\"");
}

TEST(log_text, writes_json_that_can_be_read_back) {
  EXPECT_EQ(json_line("said \"no\"\n", {{"path", "a\\b"}}),
            R"({"ts":"2024-01-01T12:00:00.123Z","level":"warn",)"
            R"("component":"writer","msg":"said \"no\"\n","path":"a\\b"})");
  EXPECT_THAT(json_line("\x1b[2J"), HasSubstr(R"("\u001b[2J")"));
}

TEST(log_text, escapes_what_could_break_or_forge_a_line) {
  EXPECT_EQ(escape_text("a\nb\r\tc\x1b[2J\x7f"), "a\\nb\\r\\tc\\x1b[2J\\x7f");
  EXPECT_EQ(escape_text("\xc2\x9b"
                        "31m"),
            "\\x9b31m");
  EXPECT_EQ(escape_text("\xe2\x80\xae"
                        "abc"),
            "\\u202eabc");
  EXPECT_EQ(escape_text("gr\xc3\xbc\xc3\x9f"
                        "e £ 🐎"),
            "grüße £ 🐎");
  EXPECT_EQ(escape_text(std::string{"\0", 1}), "\\x00");
}

TEST(log_text, escapes_marks_alone_where_the_rest_is_wanted) {
  EXPECT_EQ(escape_marks("a\xe2\x80\xae\x1b[1m\n\xd8\x9c\xe2\x81\xa6z\xff"),
            "a\\u202e\x1b[1m\n\\u061c\\u2066z\xff");
}

TEST(log_text, replaces_bytes_that_are_no_utf8) {
  EXPECT_EQ(escape_text("a\xff"
                        "b"),
            "a\xef\xbf\xbd"
            "b");
  EXPECT_EQ(escape_text("\xc3"), "\xef\xbf\xbd");
  EXPECT_EQ(escape_text("\xc0\x80"), "\xef\xbf\xbd\xef\xbf\xbd");
  EXPECT_EQ(escape_text("\xed\xa0\x80"),
            "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"); // A surrogate.
}

TEST(log_text, bounds_a_line) {
  const auto line = text_line(std::string(100'000, 'x'),
                              {{"more", std::string(100'000, 'y')}});
  EXPECT_LT(line.size(), 9000U);
  EXPECT_THAT(line, HasSubstr("bytes more"));
}

TEST(log_text, cuts_by_characters_not_by_bytes) {
  EXPECT_EQ(cut_to_columns("grüße", 5), "grüße");
  EXPECT_EQ(cut_to_columns("grüße", 4), "grü…");
  EXPECT_EQ(cut_to_columns("grüße", 1), "…");
  EXPECT_EQ(cut_to_columns("grüße", 0), "");
  EXPECT_EQ(cut_to_columns("", 3), "");
}

TEST(log_text, survives_any_bytes) {
  std::string bytes;
  for (int i = 0; i < 70'000; ++i)
    bytes += static_cast<char>((i * 7919) >> 3);
  EXPECT_EQ(escape_text(bytes).find('\n'), std::string::npos);
  EXPECT_EQ(escape_json(bytes).find('\0'), std::string::npos);
}

} // namespace
} // namespace racefill
