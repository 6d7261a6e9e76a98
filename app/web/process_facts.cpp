#include "app/web/process_facts.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace racefill {
namespace {

double seconds_of(const timeval& x) {
  return static_cast<double>(x.tv_sec) + static_cast<double>(x.tv_usec) / 1e6;
}

// The process's start is told in ticks since the machine's.
double started_seconds() {
  std::ifstream in{"/proc/self/stat"};
  std::string text{std::istreambuf_iterator<char>{in}, {}};
  // The name in parentheses may hold blanks: count from its end.
  const auto name_end = text.rfind(')');
  if (name_end == std::string::npos)
    return 0;
  std::istringstream fields{text.substr(name_end + 1)};
  std::string word;
  for (int i = 3; i <= 22; ++i) // Field 22 is the start.
    fields >> word;
  timespec boot{};
  clock_gettime(CLOCK_BOOTTIME, &boot);
  const double up = static_cast<double>(boot.tv_sec)
                    + static_cast<double>(boot.tv_nsec) / 1e9;
  const double now = std::chrono::duration<double>(
                       std::chrono::system_clock::now().time_since_epoch())
                       .count();
  const auto ticks = std::strtod(word.c_str(), nullptr);
  return now - up + ticks / static_cast<double>(sysconf(_SC_CLK_TCK));
}

} // namespace

process_facts read_process_facts() {
  // The start does not change; the wall clock behind it may.
  static const double started = started_seconds();
  process_facts x;
  x.started_seconds = started;
  rusage used{};
  if (getrusage(RUSAGE_SELF, &used) == 0)
    x.cpu_seconds = seconds_of(used.ru_utime) + seconds_of(used.ru_stime);
  std::int64_t pages = 0;
  std::int64_t resident = 0;
  if (std::ifstream{"/proc/self/statm"} >> pages >> resident) {
    x.virtual_bytes = pages * sysconf(_SC_PAGESIZE);
    x.resident_bytes = resident * sysconf(_SC_PAGESIZE);
  }
  std::error_code ignored;
  for (std::filesystem::directory_iterator it{"/proc/self/fd", ignored}, end;
       !ignored && it != end; it.increment(ignored))
    ++x.open_fds;
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0)
    x.fds_max = static_cast<std::int64_t>(limit.rlim_cur);
  return x;
}

} // namespace racefill
