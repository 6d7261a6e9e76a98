/// DATA GUARD: halts the run before it writes what cannot be true.
#pragma once

#include <caf/fwd.hpp>

#include "infra/pure/data_guard.hpp"
#include "messages/actors.hpp"

namespace racefill {

/// Starts the DATA GUARD. Safe to forget: what cannot be true is found again by
/// the next days; only the usual field and the cards' facts must be learnt
/// anew.
data_guard_actor spawn_data_guard(caf::actor_system& sys, guard_limits limits);

} // namespace racefill
