#include "app/rounds/edges.hpp"

#include <string>

#include <unistd.h>

#include <gtest/gtest.h>

namespace racefill::test {
namespace {

TEST(edges_test, a_reserve_leaves_room_for_others) {
  settings conf;
  conf.api.url = "http://127.0.0.1:1";
  credentials secrets;
  secrets.api_username = "edges" + std::to_string(::getpid());
  const auto first = take_account_seat(conf, secrets);
  ASSERT_TRUE(first);
  EXPECT_FALSE(take_account_seat(conf, secrets));
  conf.gate.reserve = 1;
  const auto second = take_account_seat(conf, secrets);
  ASSERT_TRUE(second);
  EXPECT_FALSE(*second);
}

} // namespace
} // namespace racefill::test
