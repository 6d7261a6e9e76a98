/// GATEKEEPER: the only door to the Racing API; hands out the permits.
#pragma once

#include <caf/fwd.hpp>

#include "infra/pure/gatekeeper_settings.hpp"
#include "messages/actors.hpp"

namespace racefill {

/// Starts the GATEKEEPER. What a restarted one forgets is safe to forget: it
/// starts closed (`silence`), and counts what it hears of earlier permits.
gatekeeper_actor spawn_gatekeeper(caf::actor_system& sys,
                                  gatekeeper_settings settings);

} // namespace racefill
