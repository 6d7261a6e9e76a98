/// ENRICHER: fetches a horse's Pro profile, one horse after the other.
#pragma once

#include <cstddef>
#include <memory>

#include <caf/fwd.hpp>

#include "actors/common/api_call.hpp"
#include "infra/ports/provider.hpp"
#include "infra/ports/wall_clock.hpp"
#include "messages/actors.hpp"

namespace racefill {

struct enricher_settings {
  std::shared_ptr<const provider> api;
  api_call_settings call;
  wall_clock clock; ///< For the profile's fetch date.
  /// Profiles handed over and not yet durable, so that the next horse's request
  /// need not wait for a commit.
  std::size_t awaiting_max = 16;
  bool guarded = false; ///< Each profile needs the DATA GUARD's word.
};

/// Starts an ENRICHER. Safe to forget: the queue hands a dead enricher's horses
/// to another.
enricher_actor spawn_enricher(caf::actor_system& sys,
                              enricher_settings settings);

} // namespace racefill
