/// On which thread an edge actor runs.
#pragma once

#include <cstdint>

namespace racefill {

enum class lane : std::uint8_t {
  own_thread, ///< Detached: it may block.
  pool,       ///< On the scheduler: tests, with ports that do not block.
};

} // namespace racefill
