#include "infra/link/frame_guard.hpp"

#include <gtest/gtest.h>

#include <random>

namespace racefill {
namespace {

std::string head(unsigned char kind, std::uint32_t length) {
  std::string x(frame_guard::head_size, '\0');
  x[0] = static_cast<char>(kind);
  for (std::size_t i = 0; i < 4; ++i)
    x[4 + i] = static_cast<char>(length >> (24 - 8 * i));
  return x;
}

TEST(frame_guard, counts_whole_frames_however_they_are_cut) {
  const auto stream = head(1, 5) + "hello" + head(6, 0) + head(2, 300)
                      + std::string(300, 'x');
  for (std::size_t piece = 1; piece < 80; ++piece) {
    frame_guard guard{{}};
    for (std::size_t at = 0; at < stream.size(); at += piece)
      ASSERT_TRUE(guard.look(std::string_view{stream}.substr(at, piece)));
    EXPECT_EQ(guard.frames(), 3u) << piece;
  }
}

TEST(frame_guard, refuses_a_length_beyond_the_bound_and_stays_so) {
  frame_guard guard{{1'000, 0b1110110}};
  EXPECT_TRUE(guard.look(head(2, 1'000) + std::string(1'000, 'x')));
  EXPECT_FALSE(guard.look(head(2, 1'001)));
  EXPECT_FALSE(guard.look(head(6, 0)));
}

TEST(frame_guard, refuses_kinds_that_a_viewer_has_no_use_for) {
  for (unsigned char kind = 0; kind < 255; ++kind) {
    frame_guard guard{{}};
    const bool allowed = kind == 1 || kind == 2 || (kind >= 4 && kind <= 6);
    EXPECT_EQ(guard.look(head(kind, 0)), allowed) << int{kind};
  }
}

TEST(frame_guard, an_unfinished_head_is_no_frame) {
  frame_guard guard{{}};
  EXPECT_TRUE(guard.look(head(6, 0).substr(0, 31)));
  EXPECT_EQ(guard.frames(), 0u);
}

TEST(frame_guard, lets_no_long_frame_through_whatever_comes) {
  std::mt19937 random{7};
  for (int round = 0; round < 2'000; ++round) {
    frame_guard guard{{}};
    std::string passed;
    for (int piece = 0; piece < 20; ++piece) {
      std::string bytes(random() % 64, '\0');
      for (auto& byte : bytes)
        byte = static_cast<char>(random() % 3 == 0 ? random() % 7 : 0);
      if (!guard.look(bytes))
        break;
      passed += bytes;
    }
    // What passed parses into frames within the bound.
    for (std::size_t at = 0; at + frame_guard::head_size <= passed.size();) {
      std::uint32_t length = 0;
      for (std::size_t i = 4; i < 8; ++i)
        length = length << 8 | static_cast<unsigned char>(passed[at + i]);
      ASSERT_LE(length, 64u * 1024);
      at += frame_guard::head_size + length;
    }
  }
}

} // namespace
} // namespace racefill
