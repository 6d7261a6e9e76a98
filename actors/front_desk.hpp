/// FRONT DESK: all that main may ask of the running service.
#pragma once

#include <chrono>

#include <caf/fwd.hpp>

#include "messages/actors.hpp"

namespace racefill {

struct front_desk_settings {
  std::chrono::milliseconds poll{50}; ///< Between two looks while draining.
  std::chrono::milliseconds timeout{5'000}; ///< For one neighbour's answer.
  std::chrono::milliseconds save_timeout{30'000}; ///< For the checkpoint file.
};

/// Starts the FRONT DESK. Holds no work; a drain that it forgets is asked for
/// again by main.
front_desk_actor spawn_front_desk(caf::actor_system& sys,
                                  front_desk_settings settings);

} // namespace racefill
