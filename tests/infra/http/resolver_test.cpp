#include "infra/http/resolver.hpp"

#include <filesystem>

#include <gtest/gtest.h>

namespace racefill::test {
namespace {

using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;

std::ptrdiff_t threads() {
  return std::distance(std::filesystem::directory_iterator{"/proc/self/task"},
                       {});
}

TEST(resolver_test, knows_addresses_without_asking) {
  resolver names;
  for (const char* host : {"127.0.0.1", "::1"}) {
    auto found = names.resolve(host, 80, clock::now());
    ASSERT_TRUE(found) << describe(found.error());
    EXPECT_EQ(found->size(), 1u);
  }
}

TEST(resolver_test, bounds_the_wait_and_starts_one_look_up_at_a_time) {
  const auto before = threads();
  resolver names;
  for (int i = 0; i < 50; ++i) {
    auto found = names.resolve("no-such-host.invalid", 80, clock::now());
    ASSERT_FALSE(found);
    EXPECT_TRUE(fault_of(found.error()) == fault::timed_out
                || fault_of(found.error()) == fault::unreachable);
    EXPECT_LE(threads(), before + 2);
  }
  auto found = names.resolve("no-such-host.invalid", 80, clock::now() + 60s);
  ASSERT_FALSE(found);
  EXPECT_EQ(fault_of(found.error()), fault::unreachable);
  found = names.resolve("localhost", 80, clock::now() + 60s);
  EXPECT_TRUE(found);
}

} // namespace
} // namespace racefill::test
