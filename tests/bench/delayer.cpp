/// DELAYER: a wire between two network namespaces that keeps each packet back
/// for BASE +- JITTER ms, each way, in order. TCP runs through it untouched, so
/// an acknowledgement is the far kernel's own.
///
/// delayer READY_FILE NAMESPACE_A NAMESPACE_B BASE_MS JITTER_MS SEED, as root.
/// Makes a device `wire` in each, 10.99.0.1 in A and 10.99.0.2 in B (the caller
/// gives the addresses). Serves until it is ended.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <random>
#include <string>
#include <vector>

#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <poll.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <unistd.h>

namespace {

using clock_type = std::chrono::steady_clock;
using std::chrono::microseconds;

[[noreturn]] void fail(const std::string& what) {
  std::perror(("delayer: " + what).c_str());
  std::exit(1);
}

// A device that hands IP packets to this process.
int open_device(const std::string& name_space) {
  const auto path = "/run/netns/" + name_space;
  const int where = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (where < 0 || ::setns(where, CLONE_NEWNET) != 0)
    fail(path);
  ::close(where);
  const int fd = ::open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
  ifreq wanted{};
  wanted.ifr_flags = IFF_TUN | IFF_NO_PI;
  std::strncpy(wanted.ifr_name, "wire", IFNAMSIZ - 1);
  if (fd < 0 || ::ioctl(fd, TUNSETIFF, &wanted) != 0)
    fail("/dev/net/tun");
  return fd;
}

// One direction: packets leave in order, each no earlier than its own delay.
class lane {
public:
  lane(int from, int to, microseconds base, microseconds jitter,
       std::uint64_t seed)
    : from_(from),
      to_(to),
      random_(seed),
      delay_((base - jitter).count(), (base + jitter).count()) {
  }

  void take() {
    char packet[65536];
    for (;;) {
      const auto count = ::read(from_, packet, sizeof(packet));
      if (count <= 0)
        return;
      auto due = clock_type::now() + microseconds(delay_(random_));
      if (!under_way_.empty())
        due = std::max(due, under_way_.back().due);
      under_way_.push_back({due, {packet, packet + count}});
    }
  }

  void deliver() {
    while (!under_way_.empty() && under_way_.front().due <= clock_type::now()) {
      const auto& bytes = under_way_.front().bytes;
      if (::write(to_, bytes.data(), bytes.size()) < 0)
        std::perror("delayer: a packet is lost");
      under_way_.pop_front();
    }
  }

  clock_type::time_point next() const {
    return under_way_.empty() ? clock_type::time_point::max()
                              : under_way_.front().due;
  }

private:
  struct held {
    clock_type::time_point due;
    std::vector<char> bytes;
  };

  int from_;
  int to_;
  std::mt19937_64 random_;
  std::uniform_int_distribution<std::int64_t> delay_;
  std::deque<held> under_way_;
};

} // namespace

int main(int argc, char** argv) {
  if (argc != 7) {
    std::fputs("delayer READY_FILE NAMESPACE_A NAMESPACE_B BASE_MS JITTER_MS "
               "SEED\n",
               stderr);
    return 2;
  }
  const int a = open_device(argv[2]);
  const int b = open_device(argv[3]);
  // The kernel may wake us up to 50 us late without this.
  ::prctl(PR_SET_TIMERSLACK, 1UL);
  const auto base = microseconds(std::atoi(argv[4]) * 1'000);
  const auto jitter = microseconds(std::atoi(argv[5]) * 1'000);
  const auto seed = std::strtoull(argv[6], nullptr, 10);
  lane there{a, b, base, jitter, seed};
  lane back{b, a, base, jitter, seed + 1};
  if (auto* file = std::fopen(argv[1], "w"))
    std::fclose(file);
  for (;;) {
    pollfd ends[] = {{a, POLLIN, 0}, {b, POLLIN, 0}};
    const auto next = std::min(there.next(), back.next());
    timespec limit{};
    const auto left = next - clock_type::now();
    if (next != clock_type::time_point::max() && left.count() > 0) {
      limit.tv_sec = left.count() / 1'000'000'000;
      limit.tv_nsec = left.count() % 1'000'000'000;
    }
    ::ppoll(ends, 2, next == clock_type::time_point::max() ? nullptr : &limit,
            nullptr);
    there.take();
    back.take();
    there.deliver();
    back.deliver();
  }
}
