/// WIRING_CHILDREN: one child spec an actor: how it starts, whom it knows.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "app/rounds/edges.hpp"
#include "app/wiring/roster.hpp"
#include "infra/ports/gate_log.hpp"
#include "infra/ports/provider.hpp"

namespace racefill {

/// All that the specs are made from; shared by the lambdas that start children.
struct workshop {
  caf::actor_system& sys;
  command_context context;
  session_plan plan;
  run_control_settings hears;
  std::function<void(front_desk_actor)> seated;
  http_settings http;
  std::shared_ptr<const provider> api;
  std::shared_ptr<gate_log> log; ///< Over every life of the gate; may be null.

  const settings& conf() const {
    return context.conf;
  }
};
using workshop_ptr = std::shared_ptr<const workshop>;

/// The handle as the SUPERVISOR keeps it.
template <class Handle>
caf::strong_actor_ptr started(const Handle& x) {
  return caf::actor_cast<caf::strong_actor_ptr>(x);
}

/// The wall clock that actors are given.
inline std::chrono::system_clock::time_point wall_now() {
  return std::chrono::system_clock::now();
}

/// The name of the index-th session that writes.
std::string writer_session_name(std::int32_t index);

child_spec session_spec(const workshop_ptr& shop, const std::string& name);
child_spec transport_spec(const workshop_ptr& shop, const std::string& name);

/// Those of which there is one, sink to source, neighbours before those who
/// know them.
std::vector<child_spec> single_children(const workshop_ptr& shop);

/// The pools, in the order of their start.
std::vector<pool_spec> worker_pools(const workshop_ptr& shop);

} // namespace racefill
