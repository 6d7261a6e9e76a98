#include "app/reports/this_process.hpp"

#include <cerrno>
#include <cstdio>
#include <fstream>

#include <unistd.h>

#include "infra/files/durable_file.hpp"
#include "infra/store/lease.hpp"

namespace racefill {

lease_claim claim_of_this_process() {
  lease_claim out;
  char host[256] = {};
  if (::gethostname(host, sizeof host - 1) == 0)
    out.host = host;
  std::ifstream boot{"/proc/sys/kernel/random/boot_id"};
  std::getline(boot, out.boot_id);
  out.pid = ::getpid();
  out.pid_start = process_start(out.pid);
  out.holder = out.host + " pid " + std::to_string(out.pid);
  return out;
}

caf::error write_report_file(const std::string& path, const std::string& text) {
  const auto draft = path + ".tmp";
  if (auto err = write_new_file(draft, text))
    return err;
  if (std::rename(draft.c_str(), path.c_str()) != 0) {
    const auto reason = errno;
    std::remove(draft.c_str());
    return file_error("write", path, reason);
  }
  return sync_folder_of(path);
}

} // namespace racefill
