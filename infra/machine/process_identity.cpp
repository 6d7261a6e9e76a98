#include "infra/machine/process_identity.hpp"

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

} // namespace

std::string host_name() {
  std::array<char, 256> host{};
  if (gethostname(host.data(), host.size() - 1) != 0)
    return {};
  return host.data();
}

std::string process_start(std::int64_t pid) {
  std::ifstream file{"/proc/" + std::to_string(pid) + "/stat"};
  std::string text;
  if (!std::getline(file, text))
    return {};
  // Field 22, counted after the command's closing bracket: the command itself
  // may hold blanks and brackets.
  const auto bracket = text.rfind(')');
  if (bracket == std::string::npos)
    return {};
  std::istringstream fields{text.substr(bracket + 1)};
  std::string state;
  fields >> state; // Field 3. A zombie has ended; it only waits to be reaped.
  if (state == "Z" || state == "X")
    return {};
  std::string field;
  for (int i = 4; i <= 22; ++i)
    fields >> field;
  return fields ? field : std::string{};
}

lease_claim claim_of_this_process() {
  lease_claim claim;
  claim.host = host_name();
  claim.boot_id = first_line("/proc/sys/kernel/random/boot_id");
  claim.pid = getpid();
  claim.pid_start = process_start(claim.pid);
  claim.holder = claim.host + " pid " + std::to_string(claim.pid) + " since "
                 + utc_text(std::chrono::system_clock::now());
  return claim;
}

} // namespace racefill
