#include "messages/date.hpp"

#include <gtest/gtest.h>

namespace racefill::test {
namespace {

TEST(date_test, reads_and_writes_iso_days) {
  for (const char* text : {"2015-01-01", "2024-02-29", "1999-12-31"}) {
    auto day = parse_date(text);
    ASSERT_TRUE(day) << text;
    EXPECT_EQ(to_string(*day), text);
  }
}

TEST(date_test, refuses_what_is_no_day) {
  for (const char* text :
       {"", "2024-02-30", "2023-02-29", "2024-13-01", "2024-00-10", "2024-1-01",
        "24-01-01", "2024-01-01 ", "2024/01/01", "0000-01-01", "2024-01-3a"})
    EXPECT_FALSE(parse_date(text)) << text;
}

TEST(date_test, counts_days) {
  auto first = *parse_date("2015-01-01");
  auto last = *parse_date("2025-10-16");
  EXPECT_EQ(last - first + 1, 3942);
  EXPECT_EQ(to_string(first + 365), "2016-01-01");
  EXPECT_EQ(first.year(), 2015);
  EXPECT_FALSE(date{}.known());
  EXPECT_EQ(to_string(date{}), "");
}

} // namespace
} // namespace racefill::test
