/// STORE SESSION: one session of the database, on its own thread.
#pragma once

#include <functional>
#include <memory>

#include <caf/fwd.hpp>

#include "actors/common/lane.hpp"
#include "infra/ports/record_store.hpp"
#include "messages/actors.hpp"

namespace racefill {

/// What makes a session, and under which lease it writes.
struct store_session_settings {
  /// Called on the session's own thread; again after each restart and as long
  /// as it fails.
  std::function<caf::expected<std::unique_ptr<record_store>>()> open;
  lease_grant lease; ///< Token 0: no lease, no fence.
  lease_claim claim; ///< For renewals.
};

/// Starts a STORE SESSION. Opens the session at the first request; while that
/// fails, every request is answered with the fault.
store_session_actor spawn_store_session(caf::actor_system& sys,
                                        store_session_settings settings,
                                        lane where = lane::own_thread);

} // namespace racefill
