/// PROCESS_FACTS: what the system says of this process.
#pragma once

#include <cstdint>

namespace racefill {

struct process_facts {
  double cpu_seconds = 0;     ///< User and system.
  double started_seconds = 0; ///< Since 1970.
  std::int64_t resident_bytes = 0;
  std::int64_t virtual_bytes = 0;
  std::int64_t open_fds = 0;
  std::int64_t fds_max = 0;
};

/// Reads /proc/self; what it cannot tell stays 0.
process_facts read_process_facts();

} // namespace racefill
