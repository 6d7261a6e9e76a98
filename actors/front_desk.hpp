/// FRONT DESK: all that main may ask of the running service.
#pragma once

#include <chrono>
#include <memory>

#include <caf/fwd.hpp>
#include <caf/optional.hpp>

#include "messages/actors.hpp"

namespace racefill {

/// What was ordered since the start, for newcomers among the neighbours.
struct standing_orders {
  bool is_drained = false; ///< Nothing is to be handed out any more.
  bool is_paused = false;
  caf::optional<gate_limits> gate; ///< By hand or reload.
  caf::optional<writer_limits> writer;
};

struct front_desk_settings {
  std::chrono::milliseconds poll{50}; ///< Between two looks while draining.
  std::chrono::milliseconds timeout{5'000}; ///< For one neighbour's answer.
  std::chrono::milliseconds save_timeout{30'000}; ///< For the checkpoint file.
  /// For the writer's last batch, once nobody waits for held work.
  std::chrono::milliseconds flush_timeout{15'000};
  /// Outlives a desk that dies; only the living one touches it. None: its own.
  std::shared_ptr<standing_orders> orders;
};

/// Starts the FRONT DESK. Holds no work; a drain that it leaves unanswered when
/// it dies is asked for again by main.
front_desk_actor spawn_front_desk(caf::actor_system& sys,
                                  front_desk_settings settings);

} // namespace racefill
