/// REFERENCE FETCHER: the small tables, once a run: courses and bookmakers.
#pragma once

#include <memory>
#include <vector>

#include <caf/fwd.hpp>

#include "actors/common/api_call.hpp"
#include "infra/ports/provider.hpp"
#include "infra/ports/wall_clock.hpp"
#include "messages/actors.hpp"

namespace racefill {

struct reference_fetcher_settings {
  bool enabled = true; ///< False: the courses are there, no call is made.
  std::shared_ptr<const provider> api;
  api_call_settings call;
  wall_clock clock;                      ///< For the list's fetch date.
  std::vector<bookmaker_row> bookmakers; ///< Besides the well-known ones.
};

/// Starts the REFERENCE FETCHER: one call, or none if the courses are there,
/// then it only answers its status (backlog 1 until the rows are durable). A
/// list that cannot be had is logged and left to the next run: the days bring a
/// stub of each course they name.
reference_fetcher_actor
spawn_reference_fetcher(caf::actor_system& sys,
                        reference_fetcher_settings settings);

} // namespace racefill
