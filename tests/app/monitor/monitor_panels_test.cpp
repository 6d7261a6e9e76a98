#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/monitor/view_layout.hpp"

namespace racefill {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

monitor_view some_view() {
  monitor_view x;
  auto& now = x.now;
  now.version = "0.1.0";
  now.host = "host";
  now.command = "serve";
  now.phase = "racecards";
  now.taken_at = "2026-01-02T03:04:05Z";
  now.gate.limit_per_second = 2;
  now.gate.rate_per_second = 1.96;
  now.gate.breaker = "closed";
  now.gate.statuses = {{"200", 900}, {"timed_out", 3}};
  now.run.days_planned = 100;
  now.run.days_left = 25;
  now.run.horses_left = 10;
  now.run.session_horses = 30;
  now.run.days = {{"done", 70}, {"failed", 5}};
  now.run.tables = {{"ra_mst_races", 700, 650}, {"ra_horses", 8'000, 7'000}};
  now.run.last_errors = {{"2026-01-02T03:00:00Z", "2015-01-03", "old one"},
                         {"2026-01-02T03:01:00Z", "2015-01-04", "new one"}};
  now.stages = {{"date_scheduler", 25, 4}, {"db_writer", 2, 30}};
  for (int i = 1; i <= 20; ++i)
    now.children.push_back({"enricher_" + std::to_string(i), i != 3,
                            i == 3 ? 2 : 0, i == 3 ? "boom" : ""});
  now.eta_low_s = 3'600;
  now.eta_s = 5'000;
  now.eta_high_s = 7'200;
  x.calendar_start = date{16436};
  x.calendar = std::string(3'000, 'd') + "f" + std::string(999, 'p');
  return x;
}

std::string text_of(const styled_lines& lines) {
  std::string out;
  for (const auto& line : lines)
    out += line.text({}) + "\n";
  return out;
}

TEST(monitor_panels, the_picture_fits_every_room) {
  const auto view = some_view();
  for (const std::size_t columns : {20u, 40u, 79u, 80u, 119u, 120u, 160u, 300u})
    for (const std::size_t lines : {1u, 4u, 10u, 23u, 30u, 31u, 50u, 200u})
      for (const bool utf8 : {false, true}) {
        const auto out = view_lines(view, {"connected", tint::good, ""},
                                    {columns, lines, utf8});
        ASSERT_LE(out.size(), lines) << columns << "x" << lines;
        for (const auto& line : out)
          ASSERT_LE(line.cells(), columns) << columns << "x" << lines;
      }
}

TEST(monitor_panels, tells_all_that_matters_in_80_by_23) {
  const auto text = text_of(
    view_lines(some_view(), {"connected", tint::good, ""}, {80, 23, false}));
  for (const auto* part :
       {"racefill 0.1.0 serve on host", "connected", "1h 00m to 2h 00m",
        "75 of 100", "30 of 40", "70 done", "5 failed", "1.96 of 2.00/s",
        "timed_out 3", "2015-01", "date_scheduler", "ra_horses", "enricher x20",
        "1 dead", "restarts 2", "new one"})
    EXPECT_THAT(text, HasSubstr(part)) << text;
}

TEST(monitor_panels, a_failed_day_never_hides_in_a_cell_of_done_ones) {
  auto view = some_view();
  view.calendar = std::string(4'000, 'd');
  EXPECT_THAT(text_of(calendar_panel(view, {80, false}, 1)),
              Not(HasSubstr("X")));
  view.calendar[1'234] = 'f';
  EXPECT_THAT(text_of(calendar_panel(view, {80, false}, 1)), HasSubstr("X"));
}

TEST(monitor_panels, shows_the_newest_error_first) {
  const auto text = text_of(errors_panel(some_view().now, {80, false}, 10));
  EXPECT_LT(text.find("new one"), text.find("old one"));
}

TEST(monitor_panels, shows_no_control_characters_of_others) {
  auto view = some_view();
  view.now.host = "ho\x1b[31mst\n";
  view.now.run.last_errors = {{"", "2015-01-03", "a\x1b]0;title\x07\r\nb"}};
  view.now.children[0].last_error = "\x1b[2J";
  for (const std::size_t lines : {23u, 0u}) {
    const auto text = text_of(
      view_lines(view, {"gone", tint::bad, "why\x1b"}, {160, lines, false}));
    EXPECT_THAT(text, Not(HasSubstr("\x1b")));
    EXPECT_THAT(text, Not(HasSubstr("\r")));
  }
}

TEST(monitor_panels, says_how_old_a_view_is_and_why_it_is_gone) {
  auto view = some_view();
  view.age_ms = 65'000;
  const auto text = text_of(
    view_lines(view, {"gone", tint::bad, "no answer"}, {100, 23, false}));
  EXPECT_THAT(text, HasSubstr("1m 05s old"));
  EXPECT_THAT(text, HasSubstr("no answer"));
}

TEST(monitor_panels, an_empty_view_is_a_picture_too) {
  for (const std::size_t lines : {0u, 23u})
    EXPECT_THAT(text_of(view_lines({}, {"connecting", tint::warn, ""},
                                   {80, lines, false})),
                HasSubstr("not known yet"));
}

TEST(styled_text, bars_are_as_long_as_asked) {
  for (const bool utf8 : {false, true})
    for (int percent = -100; percent < 200; ++percent)
      EXPECT_EQ(bar_of(percent / 100.0, 20, utf8, tint::none).cells(), 20u)
        << percent;
}

TEST(styled_text, cuts_by_characters_not_bytes) {
  styled_line line{"████"};
  line.cut(2);
  EXPECT_EQ(line.text({}), "██");
  EXPECT_EQ(cut_to("abcdef", 4), "abc~");
}

} // namespace
} // namespace racefill
