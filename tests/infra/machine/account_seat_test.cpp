#include "infra/machine/account_seat.hpp"

#include <string>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gtest/gtest.h>

namespace racefill::test {
namespace {

// Of this process alone, so that tests side by side do not meet.
std::string user(const std::string& name) {
  return name + std::to_string(::getpid());
}

TEST(account_seat_test, is_taken_once_and_free_again_when_given_back) {
  {
    const auto first = take_account_seat("api:443", user("a"));
    ASSERT_TRUE(first);
    EXPECT_TRUE(*first);
    const auto second = take_account_seat("api:443", user("a"));
    ASSERT_FALSE(second);
    EXPECT_EQ(fault_of(second.error()), fault::lease_held);
    EXPECT_NE(describe(second.error())
                .find("process " + std::to_string(::getpid()) + ' '),
              std::string::npos)
      << describe(second.error());
  }
  EXPECT_TRUE(take_account_seat("api:443", user("a")));
}

TEST(account_seat_test, others_have_their_own) {
  const auto first = take_account_seat("api:443", user("a"));
  ASSERT_TRUE(first);
  EXPECT_TRUE(take_account_seat("api:443", user("b")));
  EXPECT_TRUE(take_account_seat("api:8443", user("a")));
}

TEST(account_seat_test, is_free_once_its_holder_is_killed) {
  int ready[2];
  ASSERT_EQ(::pipe(ready), 0);
  const auto name = user("a");
  const auto child = ::fork();
  if (child == 0) {
    const auto held = take_account_seat("api:443", name);
    const char word = held && *held ? '+' : '-';
    if (::write(ready[1], &word, 1) == 1)
      ::pause();
    ::_exit(0);
  }
  char word = 0;
  ASSERT_EQ(::read(ready[0], &word, 1), 1);
  EXPECT_EQ(word, '+');
  EXPECT_FALSE(take_account_seat("api:443", name));
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  EXPECT_TRUE(take_account_seat("api:443", name));
  ::close(ready[0]);
  ::close(ready[1]);
}

} // namespace
} // namespace racefill::test
