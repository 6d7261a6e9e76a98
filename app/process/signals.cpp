#include "app/process/signals.hpp"

#include <csignal>
#include <ctime>

namespace racefill {
namespace {

using clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

sigset_t our_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (int number : {SIGINT, SIGTERM, SIGHUP})
    sigaddset(&set, number);
  return set;
}

sigset_t deadly_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  return set;
}

} // namespace

void block_signals() {
  const auto set = our_signals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

mortal_step::mortal_step() {
  while (wait_for_signal(milliseconds{0}) != 0)
    continue;
  const auto set = deadly_signals();
  pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

mortal_step::~mortal_step() {
  const auto set = deadly_signals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

int wait_for_signal(milliseconds patience) {
  const auto set = our_signals();
  const timespec limit{patience.count() / 1000,
                       (patience.count() % 1000) * 1'000'000};
  const int number = sigtimedwait(&set, nullptr, &limit);
  return number > 0 ? number : 0;
}

bool stop_requested_within(milliseconds patience) {
  const auto until = clock::now() + patience;
  for (auto left = patience; left.count() > 0;
       left = std::chrono::duration_cast<milliseconds>(until - clock::now())) {
    const int number = wait_for_signal(left);
    if (number == SIGINT || number == SIGTERM)
      return true;
  }
  return false;
}

} // namespace racefill
