/// METRICS REPORTER: gathers everyone's status into the snapshot.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include <caf/fwd.hpp>

#include "infra/ports/wall_clock.hpp"
#include "messages/actors.hpp"

namespace racefill {

struct metrics_reporter_settings {
  std::chrono::milliseconds interval{500};  ///< Between two rounds.
  std::chrono::milliseconds timeout{5'000}; ///< For one neighbour's answer.
  wall_clock clock;
  std::string version; ///< These four say who is speaking.
  std::string host;
  std::int64_t pid = 0;
  std::string command;
};

/// Starts the METRICS REPORTER. It asks each neighbour again only after its
/// last answer, so a slow one delays nobody. Safe to forget: it holds copies.
metrics_reporter_actor
spawn_metrics_reporter(caf::actor_system& sys,
                       metrics_reporter_settings settings);

} // namespace racefill
