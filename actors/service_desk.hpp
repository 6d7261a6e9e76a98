/// SERVICE DESK: what outlives the rounds of a service, for those who ask it.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include <caf/fwd.hpp>

#include "messages/actors.hpp"

namespace racefill {

struct service_desk_settings {
  /// Of the snapshots between two rounds.
  std::function<std::chrono::system_clock::time_point()> clock;
  std::string version;
  std::string host;
  std::int64_t pid = 0;
  std::string command; ///< run or serve.
  /// The pools that may be scaled, with the most workers of each.
  std::map<std::string, std::int32_t> pools;
  /// Called between two rounds with the days (none: all that failed) to be
  /// asked again; must not wait.
  std::function<void(const std::vector<date>&)> reopen;
  std::chrono::milliseconds timeout{5'000};           ///< For a look.
  std::chrono::milliseconds drain_timeout{3'600'000}; ///< Main has its own.
  std::chrono::milliseconds replace_patience{6'000};  ///< For a new desk.
  std::chrono::milliseconds retry{200}; ///< Of a desk not ready yet.
};

/// Starts the SERVICE DESK. What it holds (orders, the last snapshot and
/// calendar) is lost with it, and the service with it: it has no restart.
service_desk_actor spawn_service_desk(caf::actor_system& sys,
                                      service_desk_settings settings);

} // namespace racefill
