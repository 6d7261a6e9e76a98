#include "app/process_identity.hpp"

#include <unistd.h>

#include <array>
#include <chrono>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>

#include "infra/pure/instant.hpp"

namespace racefill {
namespace {

std::string first_line(const std::string& path) {
  std::ifstream in{path};
  std::string line;
  std::getline(in, line);
  return line;
}

// Field 22 of /proc/PID/stat (proc(5)); the name in field 2 may hold blanks
// and parentheses, so counting starts behind its closing one.
std::string start_time_of(std::int64_t pid) {
  const auto stat = first_line("/proc/" + std::to_string(pid) + "/stat");
  const auto behind_name = stat.rfind(')');
  if (behind_name == std::string::npos)
    return {};
  std::istringstream fields{stat.substr(behind_name + 1)};
  std::string field;
  for (int number = 3; number <= 22; ++number)
    fields >> field;
  return field;
}

} // namespace

std::string host_name() {
  std::array<char, 256> host{};
  if (gethostname(host.data(), host.size() - 1) != 0)
    return {};
  return host.data();
}

lease_claim claim_of_this_process() {
  lease_claim claim;
  claim.host = host_name();
  claim.boot_id = first_line("/proc/sys/kernel/random/boot_id");
  claim.pid = getpid();
  claim.pid_start = start_time_of(claim.pid);
  claim.holder = claim.host + " pid " + std::to_string(claim.pid) + " since "
                 + utc_text(std::chrono::system_clock::now());
  return claim;
}

} // namespace racefill
