/// The lease and its fence.
#include "infra/store/lease.hpp"

#include <fstream>

#include <sys/wait.h>
#include <unistd.h>

#include "infra/machine/process_identity.hpp"
#include "tests/infra/store/sample_units.hpp"
#include "tests/infra/store/store_fixture.hpp"

namespace racefill {
namespace {

class lease_test : public store_test {
protected:
  /// A claim of this very process.
  static lease_claim ours() {
    lease_claim x;
    x.holder = "here pid " + std::to_string(::getpid());
    x.host = "here";
    x.boot_id = "boot-1";
    x.pid = ::getpid();
    x.pid_start = process_start(x.pid);
    x.hold_seconds = 60;
    return x;
  }

  /// A claim of a process that lives: our parent.
  static lease_claim neighbour() {
    auto x = ours();
    x.pid = ::getppid();
    x.pid_start = process_start(x.pid);
    x.holder = "here pid " + std::to_string(x.pid);
    return x;
  }

  /// Field 22 of /proc/PID/stat, which outlives the process until it is reaped.
  static std::string start_of_zombie(pid_t pid) {
    std::ifstream file{"/proc/" + std::to_string(pid) + "/stat"};
    std::string field;
    for (int i = 1; i <= 22; ++i)
      file >> field;
    return field;
  }

  fault take_as(const lease_claim& claim) {
    const auto grant = store->acquire_lease(claim);
    return grant ? fault::none : fault_of(grant.error());
  }
};

TEST_P(lease_test, is_granted_when_free_and_again_to_its_holder) {
  const auto first = store->acquire_lease(ours());
  ASSERT_TRUE(first) << describe(first.error());
  EXPECT_EQ(first->token, 1);
  const auto again = database.store()->acquire_lease(ours());
  ASSERT_TRUE(again);
  EXPECT_EQ(again->token, first->token);
}

TEST_P(lease_test, is_refused_while_a_living_process_holds_it) {
  ASSERT_EQ(take_as(neighbour()), fault::none);
  const auto refused = store->acquire_lease(ours());
  ASSERT_FALSE(refused);
  EXPECT_EQ(fault_of(refused.error()), fault::lease_held);
  EXPECT_NE(describe(refused.error()).find(neighbour().holder),
            std::string::npos);
}

TEST_P(lease_test, is_taken_from_a_process_that_is_gone) {
  auto dead = neighbour();
  dead.pid_start = "1"; // Another process had this number before.
  const auto first = store->acquire_lease(dead);
  const auto second = store->acquire_lease(ours());
  ASSERT_TRUE(second) << describe(second.error());
  EXPECT_EQ(second->token, first->token + 1);
}

TEST_P(lease_test, is_taken_after_the_host_was_started_again) {
  auto before = neighbour();
  before.boot_id = "boot-0";
  ASSERT_EQ(take_as(before), fault::none);
  database.execute("UPDATE racefill_lease SET renewed_at = "
                   "'2001-01-01T00:00:00.000Z'");
  EXPECT_EQ(take_as(ours()), fault::none);
}

TEST_P(lease_test, of_another_boot_id_is_kept_while_it_is_renewed) {
  auto other
    = neighbour(); // Of this host and boot, seen through another /proc.
  other.boot_id = "boot-0";
  ASSERT_EQ(take_as(other), fault::none);
  EXPECT_EQ(take_as(ours()), fault::lease_held);
  other.hold_seconds = -1;
  ASSERT_EQ(take_as(other), fault::none);
  EXPECT_EQ(take_as(ours()), fault::none);
}

TEST_P(lease_test, of_another_host_is_taken_only_when_it_ran_out) {
  auto far = neighbour();
  far.host = "elsewhere";
  far.pid_start = "1"; // Not for us to judge.
  ASSERT_EQ(take_as(far), fault::none);
  EXPECT_EQ(take_as(ours()), fault::lease_held);
  far.hold_seconds = -1;
  ASSERT_EQ(take_as(far), fault::none);
  EXPECT_EQ(take_as(ours()), fault::none);
}

TEST_P(lease_test, of_a_living_process_of_this_host_does_not_run_out) {
  auto near = neighbour();
  near.hold_seconds = -1; // As after a jump of the clock, ahead.
  ASSERT_EQ(take_as(near), fault::none);
  EXPECT_EQ(take_as(ours()), fault::lease_held);
}

TEST_P(lease_test, is_taken_from_a_dead_process_that_nobody_has_reaped) {
  const auto child = ::fork();
  if (child == 0)
    ::_exit(0);
  siginfo_t end{};
  ASSERT_EQ(::waitid(P_PID, static_cast<id_t>(child), &end, WEXITED | WNOWAIT),
            0);
  auto dead = neighbour();
  dead.pid = child;
  dead.pid_start = start_of_zombie(child);
  ASSERT_FALSE(dead.pid_start.empty());
  ASSERT_EQ(take_as(dead), fault::none);
  EXPECT_EQ(take_as(ours()), fault::none);
  ::waitpid(child, nullptr, 0);
}

TEST_P(lease_test, fences_off_the_writes_of_who_lost_it) {
  auto far = neighbour();
  far.host = "elsewhere";
  far.hold_seconds = -1;
  const auto lost = store->acquire_lease(far);
  store->set_fence(lost->token);
  EXPECT_EQ(write(full_day("2024-06-01")).days.size(), 1u);
  auto other = database.store();
  const auto held = other->acquire_lease(ours());
  ASSERT_TRUE(held);
  write_batch batch;
  batch.days.push_back(full_day("2024-06-02"));
  const auto refused = store->write(batch);
  ASSERT_FALSE(refused);
  EXPECT_EQ(fault_of(refused.error()), fault::lease_lost);
  EXPECT_EQ(database.cell("SELECT COUNT(*) FROM racefill_days"), "1");
  EXPECT_EQ(fault_of(store->renew_lease(*lost, far).error()),
            fault::lease_lost);
  EXPECT_TRUE(store->release_lease(*lost));
  other->set_fence(held->token);
  EXPECT_TRUE(other->renew_lease(*held, ours()));
  EXPECT_TRUE(other->write(batch));
}

TEST_P(lease_test, given_back_is_free_and_fences_the_giver) {
  const auto grant = store->acquire_lease(neighbour());
  store->set_fence(grant->token);
  ASSERT_TRUE(store->release_lease(*grant));
  write_batch batch;
  batch.days.push_back(full_day("2024-06-02"));
  EXPECT_EQ(fault_of(store->write(batch).error()), fault::lease_lost);
  EXPECT_EQ(take_as(ours()), fault::none);
}

INSTANTIATE_TEST_SUITE_P(on, lease_test,
                         testing::Values(place::sqlite, place::postgres,
                                         place::pooler),
                         name_of);

} // namespace
} // namespace racefill
