// SIMULATE_FAULTS [--seeds N] [--seed S]: so many runs of a small plan under
// virtual time, each with the faults of its seed, from S on. A seed that fails
// is named with the command that replays it.
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <iostream>

#include "tests/flow/flow_run.hpp"

namespace racefill::test {
namespace {

struct totals {
  std::int64_t api_faults = 0;
  std::int64_t store_faults = 0;
  std::int64_t lost_answers = 0;
  std::int64_t exceptions = 0;
  std::int64_t crashes = 0;
  std::int64_t requests = 0;
  std::size_t mailbox_most = 0;
  nanos virtual_time = 0;
  std::uint64_t hash = 14'695'981'039'346'656'037u;

  void add(const flow_run& run) {
    const auto& world = *run.world;
    api_faults += world.plan.api_faults - world.api_faults;
    store_faults += world.plan.store_faults - world.store_faults;
    lost_answers += world.plan.lost_answers - world.lost_answers;
    exceptions += world.plan.exceptions - world.exceptions;
    crashes += world.crashed;
    requests += world.sent;
    for (const auto& [name, most] : run.mailbox_most)
      mailbox_most = std::max(mailbox_most, most);
    virtual_time += run.age();
    hash = (hash ^ world.hash) * 1'099'511'628'211u;
  }
};

bool run_seed(std::uint64_t seed, totals& sums) {
  flow_run run{faulty_plan(seed)};
  const bool has_finished = run.run();
  const auto wrongs = wrongs_at_end(run, has_finished);
  sums.add(run);
  if (wrongs.empty())
    return true;
  std::cout << "seed " << seed << ": " << wrongs
            << "\n  replay: ./dev simulate-faults --seed " << seed << "\n";
  return false;
}

int simulate(std::uint64_t first, std::uint64_t count) {
  totals sums;
  std::uint64_t failed = 0;
  for (std::uint64_t i = 0; i < count; ++i)
    failed += !run_seed(first + i, sums);
  std::cout << count << " seeds from " << first << ": " << failed
            << " failed\n  " << sums.crashes << " actors killed, "
            << sums.exceptions << " exceptions, " << sums.api_faults
            << " faults of the API, " << sums.store_faults << " of the store, "
            << sums.lost_answers << " answers lost after a commit\n  "
            << sums.requests << " requests, never above the limit; at most "
            << sums.mailbox_most << " messages waited at one actor; "
            << sums.virtual_time / one_minute / 60 << " virtual hours\n  trace "
            << std::hex << sums.hash << "\n";
  return failed == 0 ? 0 : 1;
}

int usage() {
  std::cerr << "simulate_faults [--seeds N] [--seed S]\n"
               "  N runs (1) of a small plan, with the faults of seeds S (1), "
               "S + 1, ...\n";
  return 2;
}

} // namespace
} // namespace racefill::test

int main(int argc, char** argv) {
  std::uint64_t first = 1;
  std::uint64_t count = 1;
  for (int i = 1; i < argc; i += 2) {
    const bool is_count = std::strcmp(argv[i], "--seeds") == 0;
    if ((!is_count && std::strcmp(argv[i], "--seed") != 0) || i + 1 == argc)
      return racefill::test::usage();
    const char* end = argv[i + 1] + std::strlen(argv[i + 1]);
    auto [rest, err] = std::from_chars(argv[i + 1], end,
                                       is_count ? count : first);
    if (err != std::errc{} || rest != end)
      return racefill::test::usage();
  }
  return racefill::test::simulate(first, count);
}
