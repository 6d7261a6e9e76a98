#include "app/web/page_board.hpp"

#include <sstream>
#include <thread>

#include <gtest/gtest.h>

#include "app/web/event_stream.hpp"
#include "tests/app/web/web_world.hpp"

using namespace racefill;
using namespace racefill::test;

TEST(page_board_test, keeps_an_hour_of_points_five_seconds_apart) {
  page_board board{at_second(0)};
  const auto x = busy_snapshot();
  for (int second = 0; second < 4'000; ++second)
    board.put(x, at_second(second), second * 1'000);
  const auto& history = *board.look()->history;
  EXPECT_EQ(history.size(), page_board::samples_max);
  EXPECT_EQ(history.back().at_ms, 3'995'000);
  EXPECT_EQ(history.front().at_ms, 3'995'000 - 719 * 5'000);
}

TEST(page_board_test, draws_nothing_before_the_gate_has_answered) {
  page_board board{at_second(0)};
  board.put({}, at_second(0), 1'000);
  EXPECT_TRUE(board.look()->history->empty());
}

TEST(page_board_test, goes_on_when_the_wall_clock_is_set_back) {
  page_board board{at_second(0)};
  board.put(busy_snapshot(), at_second(0), 9'000'000);
  board.put(busy_snapshot(), at_second(1), 1'000);
  EXPECT_EQ(board.look()->history->size(), 2u);
}

TEST(page_board_test, leaves_earlier_views_as_they_were) {
  page_board board{at_second(0)};
  board.put(busy_snapshot(), at_second(0), 1'000);
  board.put_days(three_days());
  const auto before = board.look();
  auto days = three_days();
  days[0].races = 13;
  days.pop_back();
  board.put_days(days);
  EXPECT_EQ(before->calendar->days.size(), 3u);
  EXPECT_EQ(before->calendar->days[0].record.races, 12);
  const auto after = board.look();
  EXPECT_EQ(after->calendar->version, 2u);
  EXPECT_EQ(after->calendar->days[0].version, 2u);
  EXPECT_EQ(after->calendar->days[1].version, 1u);
}

TEST(page_board_test, wakes_those_who_wait) {
  page_board board{at_second(0)};
  std::thread waiter([&] {
    EXPECT_EQ(board.wait_beyond(0, std::chrono::minutes(5))->serial, 1u);
    board.wait_beyond(1, std::chrono::minutes(5)); // Until close().
  });
  board.put(busy_snapshot(), at_second(0), 1'000);
  board.close();
  waiter.join();
}

TEST(event_stream_test, sends_each_thing_once) {
  page_board board{at_second(0)};
  stream_position at;
  board.put(busy_snapshot(), at_second(0), 1'000);
  board.put_days(three_days());
  auto text = events_of(*board.look(), at, at_second(0));
  EXPECT_NE(text.find("event: status\ndata: {\"schema\""), std::string::npos);
  EXPECT_NE(text.find("event: sample\ndata: {"), std::string::npos);
  EXPECT_NE(text.find("event: days\ndata: 1\n\n"), std::string::npos);
  EXPECT_NE(text.find("event: health\ndata: {"), std::string::npos);
  board.put(busy_snapshot(), at_second(1), 2'000);
  text = events_of(*board.look(), at, at_second(1));
  EXPECT_NE(text.find("event: status"), std::string::npos);
  EXPECT_EQ(text.find("event: sample"), std::string::npos);
  EXPECT_EQ(text.find("event: days"), std::string::npos);
}

TEST(event_stream_test, keeps_an_event_on_one_line_whatever_it_says) {
  page_board board{at_second(0)};
  auto x = busy_snapshot();
  x.run.last_errors = {{"t", "k", "a\n\nevent: status\ndata: {}\n\n"}};
  board.put(x, at_second(0), 1'000);
  stream_position at;
  std::istringstream lines{events_of(*board.look(), at, at_second(0))};
  for (std::string line; std::getline(lines, line);)
    EXPECT_TRUE(line.empty() || line.starts_with("event: ")
                || line.starts_with("data: ") || line.starts_with(": "))
      << line;
}

TEST(event_stream_test, ends_with_the_board) {
  page_board board{at_second(0)};
  board.close();
  std::ostringstream out;
  stream_events(out, board, [](bool) {});
  EXPECT_EQ(out.str(), "");
}
