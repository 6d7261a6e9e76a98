/// SUPERVISOR: starts the children, restarts the dead one alone, introduces
/// neighbours, and gives up when a child keeps dying.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include <caf/actor_cast.hpp>
#include <caf/fwd.hpp>
#include <caf/send.hpp>

#include "messages/actors.hpp"

namespace racefill {

/// Whom a child must know, and how it is told.
struct introduction {
  std::string neighbour; ///< The neighbour's name.
  std::function<void(const caf::strong_actor_ptr& child,
                     const caf::strong_actor_ptr& neighbour)>
    tell;
};

/// How one child comes to life.
struct child_spec {
  std::string name; ///< `gatekeeper`, `racecard_fetcher/2`: unique.
  std::function<caf::strong_actor_ptr()> start;
  std::vector<introduction> meets;
};

/// Workers of one kind whose number changes while the service runs.
struct pool_spec {
  std::string name; ///< `racecard_fetcher`.
  std::int32_t count = 1;
  std::int32_t count_max = 64;
  /// The specs of the index-th worker (from 1), sink first, the worker last.
  std::function<std::vector<child_spec>(std::int32_t index)> make;
  /// Tells a worker to go once it is done; none: by a `retire` message.
  std::function<void(const caf::strong_actor_ptr& worker)> retire;
};

struct supervisor_settings {
  std::vector<child_spec> children; ///< Sink to source.
  std::vector<pool_spec> pools;     ///< Started after the children, in order.
  std::int32_t restarts_max = 5;    ///< Of one child …
  std::chrono::milliseconds restarts_window{60'000}; ///< … within this.
  std::chrono::milliseconds backoff_initial{20};
  std::chrono::milliseconds backoff_max{5'000};
  /// Told once when a child has spent its restarts; then nothing is restarted.
  std::function<void(const std::string& child, const std::string& why)> gave_up;
};

/// `Child` is told of `Neighbour` by `meet`.
template <class Child, class Neighbour>
introduction meets(std::string neighbour) {
  return {std::move(neighbour), [](const caf::strong_actor_ptr& child,
                                   const caf::strong_actor_ptr& other) {
            caf::anon_send(caf::actor_cast<Child>(child), meet_atom_v,
                           caf::actor_cast<Neighbour>(other));
          }};
}

/// Starts the SUPERVISOR, which starts everybody. Its own name among the
/// neighbours is `supervisor`.
supervisor_actor spawn_supervisor(caf::actor_system& sys,
                                  supervisor_settings settings);

} // namespace racefill
