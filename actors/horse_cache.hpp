/// HORSE CACHE: which horses the ledger knows already, so that a horse seen
/// before costs no look-up and no call.
#pragma once

#include <chrono>
#include <cstdint>

#include <caf/fwd.hpp>

#include "messages/actors.hpp"

namespace racefill {

struct horse_cache_settings {
  std::int32_t page_rows = 5'000; ///< Ledger rows a page of the first load.
  std::chrono::milliseconds retry{500}; ///< After a failed page.
  std::chrono::milliseconds page_timeout{60'000};
};

/// Starts the HORSE CACHE. It loads itself by keyset pages and checks its size
/// against COUNT(*). Safe to forget: a restarted one loads again, and the
/// store ignores a horse entered twice.
horse_cache_actor spawn_horse_cache(caf::actor_system& sys,
                                    horse_cache_settings settings);

} // namespace racefill
