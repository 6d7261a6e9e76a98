/// PAGE_HEALTH: whether the service lives, and whether it can work.
#pragma once

#include <string>
#include <vector>

#include "app/web/page_board.hpp"

namespace racefill {

/// The verdict behind /healthz and /readyz.
struct page_health {
  bool alive = false; ///< The process is up and its actors answer.
  bool ready = false; ///< Alive, and the next request may go out.
  std::vector<std::string> reasons; ///< Why not; empty when ready.
};

/// Actors that have not answered for so long count as dead; a starting service
/// gets as long before its first answer.
inline constexpr std::chrono::seconds page_silence_max{15};

/// Judges by the last snapshot. The service works under its lease or not at
/// all, so a snapshot with a plan in it means that the lease is held.
page_health judge_health(const page_view& view, page_clock::time_point now);

/// `{"schema":"racefill.health/1","alive":true,"ready":false,"reasons":[...]}`.
std::string health_json(const page_health& x);

} // namespace racefill
