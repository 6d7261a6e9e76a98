/// EXTRACTOR: turns a day's pages into rows and sees them into the database.
#pragma once

#include <chrono>
#include <memory>

#include <caf/fwd.hpp>

#include "infra/ports/provider.hpp"
#include "messages/actors.hpp"

namespace racefill {

struct extractor_settings {
  std::shared_ptr<const provider> api;  ///< Decodes the bodies.
  std::size_t days_max = 64;            ///< Days held; beyond: queue_full.
  std::chrono::milliseconds retry{200}; ///< While a neighbour restarts.
  std::chrono::milliseconds lookup_timeout{120'000};
  bool guarded = false; ///< Each day needs the DATA GUARD's word.
};

/// Starts the EXTRACTOR. Safe to forget: a fetcher keeps its pages until the
/// receipt and hands them over again.
extractor_actor spawn_extractor(caf::actor_system& sys,
                                extractor_settings settings);

} // namespace racefill
