/// RACECARD FETCHER: fetches all pages of a day, one day after the other.
#pragma once

#include <cstddef>
#include <memory>

#include <caf/fwd.hpp>

#include "actors/common/api_call.hpp"
#include "infra/ports/provider.hpp"
#include "messages/actors.hpp"

namespace racefill {

struct racecard_fetcher_settings {
  std::shared_ptr<const provider> api;
  api_call_settings call;
  /// Days handed over and not yet durable, so that the next day's request need
  /// not wait for a commit.
  std::size_t awaiting_max = 2;
  std::int32_t pages_max = 200; ///< A day with more is refused as bad_shape.
};

/// Starts a RACECARD FETCHER. Safe to forget: the scheduler hands a dead
/// fetcher's day to another.
racecard_fetcher_actor
spawn_racecard_fetcher(caf::actor_system& sys,
                       racecard_fetcher_settings settings);

} // namespace racefill
