/// WIRING: which actors there are, over which ports, and who knows whom.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "actors/run_control.hpp"
#include "actors/supervisor.hpp"
#include "app/cli/context.hpp"
#include "infra/machine/account_seat.hpp"
#include "infra/ports/record_store.hpp"
#include "infra/pure/day_plan.hpp"

namespace racefill {

/// What one session of the service is about.
struct session_plan {
  std::string run_id;
  std::string start_time; ///< UTC instant of the run's first start.
  day_plan_request days;
  bool fast = false;            ///< Horses are left to a later run.
  bool fetch_references = true; ///< The course list is not there yet.
  bool ask_before_history = false;
  /// When the lease was ours: nobody else has asked the API since. On the clock
  /// of the actors.
  std::chrono::steady_clock::time_point alone_since;
  std::shared_ptr<account_seat> seat; ///< Of the API's account; held by all.
  lease_grant lease;
  lease_claim claim;
  /// Opens the writers' stores; empty for the plain one.
  std::function<caf::expected<std::unique_ptr<record_store>>()> open_writer;
};

/// The pools of a round, with the most workers each may have.
std::map<std::string, std::int32_t> pool_limits_of(const settings& conf);

/// The pool and its size that a conf key stands for; "" for any other key.
std::pair<std::string, std::int32_t> pool_of_key(const settings& conf,
                                                 const std::string& key);

/// Child specs of the whole service, sink to source, and the pools
/// `writer` (database sessions), `racecard_fetcher` and `enricher`, each worker
/// with a connection of its own.
/// RUN CONTROL tells `hears`; `seated` is called on an actor's thread with each
/// new FRONT DESK, the first and those that replace a dead one.
/// Faults: bad_settings (a base URL or certificate file that cannot be used),
/// files_refused, disk_full (the gate's log cannot be written).
caf::expected<supervisor_settings>
wire(caf::actor_system& sys, const command_context& context,
     const session_plan& plan, run_control_settings hears,
     std::function<void(front_desk_actor)> seated);

} // namespace racefill
