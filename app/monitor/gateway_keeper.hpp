/// GATEWAY KEEPER: starts the remote gateway anew whenever a peer kills it.
#pragma once

#include <functional>

#include <caf/actor.hpp>
#include <caf/fwd.hpp>

#include "actors/remote_gateway.hpp"

namespace racefill {

struct gateway_keeper_settings {
  remote_gateway_settings gateway;
  /// Hears of each new gateway, and of none (an empty handle) when it has died;
  /// called on the keeper's thread.
  std::function<void(const remote_gateway_actor&)> seat;
  std::chrono::milliseconds pause_initial{100}; ///< Before a new one.
  std::chrono::milliseconds pause_max{5'000};
  std::chrono::milliseconds healthy{30'000}; ///< Alive so long: no grudge.
};

/// Starts the keeper; an exit message ends it and its gateway.
caf::actor spawn_gateway_keeper(caf::actor_system& sys,
                                gateway_keeper_settings settings);

} // namespace racefill
