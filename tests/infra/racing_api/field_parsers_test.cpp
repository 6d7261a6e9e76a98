#include "infra/racing_api/field_parsers.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace racefill::test {
namespace {

// What a table expects: a value's text, `missing` or `refused`.
constexpr const char* missing = "missing";
constexpr const char* refused = "refused";

struct expectation {
  std::string given;
  std::string expected;
};

template <class T, class ToText>
std::string told(const parsed<T>& x, ToText to_text) {
  switch (x.result) {
    case outcome::missing:
      return missing;
    case outcome::refused:
      return refused;
    default:
      return to_text(x.value);
  }
}

std::string told(const parsed<std::int32_t>& x) {
  return told(x, [](std::int32_t value) { return std::to_string(value); });
}

std::string told(const parsed<std::string>& x) {
  return told(x, [](const std::string& value) { return value; });
}

template <class Parse>
void expect_all(const std::vector<expectation>& table, Parse parse) {
  for (const auto& [given, expected] : table)
    EXPECT_EQ(parse(given), expected) << '"' << given << '"';
}

TEST(field_parsers, reads_integers_and_the_marks_for_none) {
  expect_all(
    {
      {"60", "60"},
      {" 60 ", "60"},
      {"60.0", "60"},
      {"+7", "7"},
      {"-3", "-3"},
      {"0", "0"},
      {"007", "7"},
      {"32767", "32767"},
      {"-32768", "-32768"},
      {"", missing},
      {"   ", missing},
      {"\xC2\xA0", missing},
      {"-", missing},
      {"–", missing},
      {"—", missing},
      {" - ", missing},
      {"32768", refused},
      {"-32769", refused},
      {"99999999999999999999", refused},
      {"6x", refused},
      {"x6", refused},
      {"6 0", refused},
      {"60.5", refused},
      {"60.", refused},
      {".0", refused},
      {"+", refused},
      {"+-3", refused},
      {"--", refused},
      {"1,234", refused},
      {"1e3", refused},
      {"0x10", refused},
      {std::string("6\0", 2), refused},
      {"\xFF", refused},
      {"٣", refused},
    },
    [](const std::string& x) {
      return told(parse_integer(x, smallint_range));
    });
  EXPECT_EQ(told(parse_integer("2147483647", int_range_32)), "2147483647");
  EXPECT_EQ(told(parse_integer("2147483648", int_range_32)), refused);
}

TEST(field_parsers, tells_non_runners_by_their_number) {
  for (const char* text : {"NR", "nr", " NR "}) {
    const auto cloth = parse_number(text);
    EXPECT_TRUE(cloth.non_runner) << text;
    EXPECT_EQ(told(cloth.number), missing) << text;
  }
  EXPECT_EQ(told(parse_number("66").number), "66");
  EXPECT_FALSE(parse_number("66").non_runner);
  EXPECT_EQ(told(parse_number("").number), missing);
  EXPECT_FALSE(parse_number("").non_runner);
  EXPECT_EQ(told(parse_number("NRX").number), refused);
  EXPECT_EQ(told(parse_number("1A").number), refused);
}

TEST(field_parsers, tells_reserves_by_their_number) {
  for (const char* text : {"R1", "r2", " R12 "}) {
    const auto cloth = parse_number(text);
    EXPECT_TRUE(cloth.reserve) << text;
    EXPECT_FALSE(cloth.non_runner) << text;
    EXPECT_EQ(told(cloth.number), missing) << text;
  }
  EXPECT_FALSE(parse_number("NR").reserve);
  for (const char* text : {"R", "RX", "R1A", "R123"}) {
    EXPECT_FALSE(parse_number(text).reserve) << text;
    EXPECT_EQ(told(parse_number(text).number), refused) << text;
  }
}

TEST(field_parsers, takes_draw_zero_for_no_draw) {
  expect_all({{"7", "7"},
              {"0", missing},
              {"", missing},
              {"-", missing},
              {"seven", refused},
              {"70000", refused}},
             [](const std::string& x) { return told(parse_draw(x)); });
}

TEST(field_parsers, reads_decimals) {
  auto parse = [](const std::string& x) {
    return told(parse_real(x, 10000.0), [](double value) {
      return std::to_string(value).substr(0, 4);
    });
  };
  expect_all({{"8.0", "8.00"},
              {"16", "16.0"},
              {" 5.5 ", "5.50"},
              {"", missing},
              {"–", missing},
              {"10000", refused},
              {"1e308", refused},
              {"1e999", refused},
              {"inf", refused},
              {"nan", refused},
              {"8,0", refused},
              {"8.0f", refused}},
             parse);
}

TEST(field_parsers, splits_jockeys_from_claims) {
  struct row {
    const char* given;
    const char* name;
    const char* claim;
    bool non_runner;
  };
  for (const auto& [given, name, claim, non_runner] : {
         row{"David Egan", "David Egan", missing, false},
         row{"Tommie Jakes(5)", "Tommie Jakes", "5", false},
         row{"Tommie Jakes (10)", "Tommie Jakes", "10", false},
         row{" Rosé Ó Briain(7) ", "Rosé Ó Briain", "7", false},
         row{"NON-RUNNER(5)", "", missing, true},
         row{"NON-RUNNER", "", missing, true},
         row{"Non-Runner (3)", "", missing, true},
         row{"Non Runner", "", missing, true},
         row{"", "", missing, false},
         row{"-", "", missing, false},
         row{"–", "", missing, false},
         row{"Jo (junior)", "Jo (junior)", missing, false},
         row{"Jo(123)", "Jo(123)", missing, false},
         row{"Jo()", "Jo()", missing, false},
         row{"Jo(-5)", "Jo(-5)", missing, false},
         row{"Jo)", "Jo)", missing, false},
         row{"(5)", "", "5", false},
       }) {
    const auto jockey = parse_jockey(given);
    EXPECT_EQ(jockey.name, name) << given;
    EXPECT_EQ(told(jockey.claim_lbs), claim) << given;
    EXPECT_EQ(jockey.non_runner, non_runner) << given;
  }
}

TEST(field_parsers, measures_distances_in_yards_and_metres) {
  auto parse = [](const std::string& x) {
    return told(parse_distance(x), [](const race_distance& value) {
      return std::to_string(value.yards) + "/" + std::to_string(value.metres);
    });
  };
  expect_all(
    {
      {"1m7f209y", "3509/3209"},
      {"2m53y", "3573/3267"},
      {"1m", "1760/1609"},
      {"2m", "3520/3219"},
      {"2m6f31y", "4871/4454"},
      {"5½f", "1210/1106"},
      {"½f", "110/101"},
      {"1m½f", "1870/1710"},
      {"2½m", "4400/4023"},
      {"1¼m", "2200/2012"},
      {"7¾f", "1705/1559"},
      {"5.5f", "1210/1106"},
      {"1m 2f 10y", "2210/2021"},
      {" 6f ", "1320/1207"},
      {"6F", "1320/1207"},
      {"1 m", "1760/1609"},
      {"", missing},
      {"-", missing},
      {"0f", refused},
      {"m", refused},
      {"7", refused},
      {"7f1m", refused},
      {"1m1m", refused},
      {"1m7", refused},
      {"7ff", refused},
      {"7x", refused},
      {"-1m", refused},
      {"1e5f", refused},
      {"99999999m", refused},
      {"9999999999999999999999m", refused},
      {"½½f", refused},
      {"1m\xC2", refused},
      {"1200", refused},
      {"six furlongs", refused},
    },
    parse);
}

TEST(field_parsers, reads_prizes_with_their_currency) {
  auto parse = [](const std::string& x) {
    return told(parse_prize(x), [](const money& value) {
      auto text = std::to_string(value.amount);
      text.resize(text.size() - 4); // Two decimals are enough to see.
      return text + " " + std::string{value.currency};
    });
  };
  expect_all(
    {
      {"£4,193", "4193.00 GBP"},
      {"£283,550", "283550.00 GBP"},
      {"£1,234,567.89", "1234567.89 GBP"},
      {"£ 500", "500.00 GBP"},
      {"€1,234.50", "1234.50 EUR"},
      {"$500", "500.00 USD"},
      {"HK$1,000", "1000.00 HKD"},
      {"A$75", "75.00 AUD"},
      {"¥100", "100.00 JPY"},
      {"4187.20", "4187.20 "},
      {"4187", "4187.00 "},
      {"0", "0.00 "},
      {"12.346", "12.35 "},
      {"", missing},
      {"-", missing},
      {"£", refused},
      {"£-", refused},
      {"-£5", refused},
      {"£4,19", refused},
      {"£4,1933", refused},
      {"£,193", refused},
      {"£4193,000", refused},
      {"1.234,50", refused},
      {"£4.", refused},
      {"£4.x", refused},
      {"£99999999999", refused},
      {"£9999999999.999", refused},
      {"1e5", refused},
      {"£nan", refused},
      {"a lot", refused},
    },
    parse);
}

TEST(field_parsers, takes_the_leading_days_of_the_last_run) {
  expect_all({{"31", "31"},
              {"128 (9F)", "128"},
              {"128(9F)", "128"},
              {"0", "0"},
              {"(32F)", missing},
              {"", missing},
              {"-", missing},
              {"–", missing},
              {"40000", refused},
              {"99999999999999999999 (1F)", refused},
              {"soon", refused},
              {"12x", refused},
              {"12 days", refused}},
             [](const std::string& x) { return told(parse_last_run(x)); });
}

TEST(field_parsers, brings_instants_to_utc) {
  expect_all(
    {
      {"2025-10-14T13:30:00+01:00", "2025-10-14T12:30:00Z"},
      {"2025-01-14T13:30:00+00:00", "2025-01-14T13:30:00Z"},
      {"2025-01-14T13:30:00Z", "2025-01-14T13:30:00Z"},
      {"2025-01-14 13:30:00z", "2025-01-14T13:30:00Z"},
      {"2025-01-14T13:30+0530", "2025-01-14T08:00:00Z"},
      {"2025-01-14T13:30-05", "2025-01-14T18:30:00Z"},
      {"2025-01-14T13:30:00.123456+00:00", "2025-01-14T13:30:00Z"},
      {"2025-01-01T00:30:00+01:00", "2024-12-31T23:30:00Z"},
      {"2024-02-28T23:30:00-01:00", "2024-02-29T00:30:00Z"},
      {"", missing},
      {"-", missing},
      {"2025-10-14T13:30:00", refused},
      {"2025-10-14", refused},
      {"2025-02-29T13:30:00Z", refused},
      {"2025-10-14T24:00:00Z", refused},
      {"2025-10-14T13:60:00Z", refused},
      {"2025-10-14T13:30:60Z", refused},
      {"2025-10-14T13:30:00+19:00", refused},
      {"2025-10-14T13:30:00+01:60", refused},
      {"2025-10-14T13:30:00+01:00x", refused},
      {"2025-10-14T13:30:00+", refused},
      {"2025-10-14T13:30:00.Z", refused},
      {"2025-10-14T1:30:00Z", refused},
      {"0001-01-01T00:00:00+01:00", refused},
      {"9999-12-31T23:59:59-01:00", refused},
      {"now", refused},
    },
    [](const std::string& x) { return told(parse_instant(x)); });
}

TEST(field_parsers, reads_days) {
  expect_all({{"2021-02-08", "2021-02-08"},
              {" 2021-02-08 ", "2021-02-08"},
              {"2021-02-08T00:00:00", "2021-02-08"},
              {"", missing},
              {"–", missing},
              {"0000-00-00", refused},
              {"2021-02-30", refused},
              {"2021-02-08x", refused},
              {"08/02/2021", refused}},
             [](const std::string& x) {
               return told(parse_day(x),
                           [](date value) { return to_string(value); });
             });
}

TEST(field_parsers, reads_booleans_in_words) {
  expect_all({{"true", "yes"},
              {"TRUE", "yes"},
              {"1", "yes"},
              {"Y", "yes"},
              {"false", "no"},
              {"0", "no"},
              {"No", "no"},
              {"", missing},
              {"-", missing},
              {"2", refused},
              {"perhaps", refused}},
             [](const std::string& x) {
               return told(parse_flag(x), [](bool value) {
                 return std::string{value ? "yes" : "no"};
               });
             });
}

} // namespace
} // namespace racefill::test
