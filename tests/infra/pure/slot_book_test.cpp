#include "infra/pure/slot_book.hpp"

#include <gtest/gtest.h>

namespace racefill::test {
namespace {

constexpr nanos ms = one_millisecond;
constexpr nanos s = one_second;
constexpr slot_window two_a_second{2, s};
constexpr slot_rule by_reply{gate_mode::reply, 20 * ms, 5 * ms, 0};
constexpr slot_rule by_ack{gate_mode::ack, 20 * ms, 5 * ms, 8 * ms};

class slot_book_test : public ::testing::Test {
protected:
  call_trace& enter(std::uint64_t serial, nanos at,
                    call_kind kind = call_kind::horse) {
    call_trace x;
    x.serial = serial;
    x.granted = at;
    x.kind = kind;
    return book.enter(x);
  }

  void reply(std::uint64_t serial, nanos at) {
    auto& x = *book.find(serial);
    x.replied = x.closed = x.gone_by = at;
  }

  nanos next(const slot_rule& rule = by_reply) const {
    return book.free_at(two_a_second, rule, nullptr);
  }

  slot_book book{0, 128};
};

TEST_F(slot_book_test, starts_a_window_after_what_is_unknown) {
  EXPECT_EQ(next(), 1'005 * ms);
}

TEST_F(slot_book_test, an_unproven_request_occupies_without_end) {
  enter(1, 2 * s);
  EXPECT_EQ(next(), 1'005 * ms);
  enter(2, 2 * s);
  EXPECT_EQ(next(), never);
  reply(1, 3 * s);
  EXPECT_EQ(next(), 4'005 * ms);
}

// "The request N back" would wait for the first reply here; any window holds
// at most the first request and one other.
TEST_F(slot_book_test, replies_out_of_order_free_slots_all_the_same) {
  enter(1, 2 * s);
  enter(2, 2 * s);
  reply(2, 3 * s);
  EXPECT_EQ(next(), 4'005 * ms);
  enter(3, 4'005 * ms);
  EXPECT_EQ(next(), never);
  reply(3, 5 * s);
  EXPECT_EQ(next(), 6'005 * ms); // Request 1 is still out.
}

// And an early first reply alone must not let more than one go.
TEST_F(slot_book_test, the_second_largest_release_decides) {
  enter(1, 2 * s);
  enter(2, 2 * s);
  reply(1, 3 * s);
  reply(2, 9 * s);
  EXPECT_EQ(next(), 4'005 * ms);
  enter(3, 4'005 * ms);
  reply(3, 4'500 * ms);
  EXPECT_EQ(next(), 5'505 * ms); // 2 is on the way until 9 s, 3 until 4.5 s.
}

TEST_F(slot_book_test, the_better_of_two_proofs_counts_in_ack_mode) {
  enter(1, 2 * s).acknowledged = 2'100 * ms;
  enter(2, 2 * s);
  EXPECT_EQ(next(by_ack), 2'100 * ms + s + 20 * ms - 8 * ms);
  reply(1, 2'101 * ms); // 5 ms of guard instead of 12.
  EXPECT_EQ(next(by_ack), 2'101 * ms + s + 5 * ms);
  EXPECT_EQ(next(by_reply), 2'101 * ms + s + 5 * ms);
}

TEST_F(slot_book_test, a_distrusted_acknowledgement_counts_later) {
  auto& x = enter(1, 2 * s);
  enter(2, 2 * s);
  x.acknowledged = 2'100 * ms;
  x.ack_from = 7 * s;
  EXPECT_EQ(next(by_ack), 7 * s + s + 12 * ms);
}

TEST_F(slot_book_test, a_floor_longer_than_the_window_does_no_harm) {
  auto& x = enter(1, 2 * s);
  enter(2, 2 * s);
  x.acknowledged = 6 * s;
  EXPECT_EQ(next({gate_mode::ack, 20 * ms, 5 * ms, 5 * s}), 6'020 * ms);
}

TEST_F(slot_book_test, kinds_count_their_own_and_strangers) {
  const auto horse = call_kind::horse;
  enter(1, 2 * s, call_kind::racecards);
  enter(2, 2 * s, call_kind::racecards);
  EXPECT_EQ(book.free_at(two_a_second, by_reply, &horse), 1'005 * ms);
  enter(3, 2 * s).foreign = true;
  enter(4, 2 * s);
  EXPECT_EQ(book.free_at(two_a_second, by_reply, &horse), never);
}

TEST_F(slot_book_test, forgets_only_what_is_out_of_every_window) {
  for (std::uint64_t i = 1; i <= 200; ++i) {
    enter(i, static_cast<nanos>(i) * s);
    reply(i, static_cast<nanos>(i) * s);
  }
  book.prune(200 * s, 100 * s);
  EXPECT_EQ(book.traces().size(), 200u); // Not even request 1 is old enough.
  book.prune(201 * s, 10 * s);
  EXPECT_EQ(book.traces().size(), 128u);
  EXPECT_EQ(book.find(1), nullptr);
}

TEST_F(slot_book_test, wider_windows_assume_the_worst_of_what_is_forgotten) {
  for (std::uint64_t i = 1; i <= 200; ++i) {
    enter(i, static_cast<nanos>(i) * s);
    reply(i, static_cast<nanos>(i) * s);
  }
  book.prune(201 * s, 10 * s); // Up to request 72.
  EXPECT_EQ(book.free_at({150, 1'000 * s}, by_reply, nullptr),
            72 * s + 1'000 * s + 5 * ms);
  EXPECT_EQ(book.free_at({100, 1'000 * s}, by_reply, nullptr),
            101 * s + 1'000 * s + 5 * ms);
}

TEST_F(slot_book_test, a_charge_counts_as_so_many_requests_at_the_start) {
  EXPECT_EQ(book.free_at_charged({4, 10 * s}, by_reply, 4), 10'005 * ms);
  EXPECT_EQ(book.free_at_charged({4, 10 * s}, by_reply, 3), 0);
  enter(1, 2 * s);
  EXPECT_EQ(book.free_at_charged({4, 10 * s}, by_reply, 3), 10'005 * ms);
}

TEST_F(slot_book_test, pacing_spaces_by_grants) {
  constexpr slot_rule paced{gate_mode::paced, 20 * ms, 5 * ms, 0};
  enter(1, 2 * s);
  EXPECT_EQ(next(paced), 2'520 * ms);
  enter(2, 2'600 * ms);
  EXPECT_EQ(next(paced), 3'120 * ms);
}

} // namespace
} // namespace racefill::test
