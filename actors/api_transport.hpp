/// API TRANSPORT: one connection to the API, on its own thread.
#pragma once

#include <functional>
#include <memory>

#include <caf/fwd.hpp>

#include "actors/common/lane.hpp"
#include "infra/ports/http_transport.hpp"
#include "messages/actors.hpp"

namespace racefill {

/// Starts an API TRANSPORT over the connection that `open` makes; a restarted
/// one makes its own. Forgets nothing that matters: a request that was cut off
/// is an error at its caller, who asks the gate anew.
api_transport_actor
spawn_api_transport(caf::actor_system& sys,
                    std::function<std::unique_ptr<http_transport>()> open,
                    lane where = lane::own_thread);

} // namespace racefill
