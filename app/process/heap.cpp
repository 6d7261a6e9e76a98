#include "app/process/heap.hpp"

#include <malloc.h>

namespace racefill {

void settle_heap() noexcept {
  // A body of megabytes goes back to the system when it is done with; glibc
  // would otherwise learn to keep such blocks.
  mallopt(M_MMAP_THRESHOLD, 256 * 1024); // NOLINT: once, at the start.
  // A day is made on one thread and given back on another. One arena a thread,
  // as is the default, would keep in each what a dozen threads once needed; one
  // serves them all, and is no slower (docs/performance.md).
  mallopt(M_ARENA_MAX, 1); // NOLINT: as above.
}

} // namespace racefill
