#include "infra/machine/process_identity.hpp"

#include <unistd.h>

#include <array>
#include <chrono>
#include <fstream>
#include <iterator>
#include <string>

#include "infra/pure/instant.hpp"
#include "infra/store/lease.hpp"

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
