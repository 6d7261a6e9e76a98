/// HEAP: how the C library keeps memory, settled once for the process.
#pragma once

namespace racefill {

/// Makes memory that is done with go back to the system. Comes before any
/// thread is made.
void settle_heap() noexcept;

} // namespace racefill
