/// STATE FILES: the checkpoint and error files, on their own thread.
#pragma once

#include <functional>
#include <memory>

#include <caf/fwd.hpp>

#include "actors/common/lane.hpp"
#include "infra/ports/state_files.hpp"
#include "messages/actors.hpp"

namespace racefill {

/// Starts the keeper of the files that `open` gives access to. Forgets nothing:
/// each file is whole after every request.
state_files_actor
spawn_state_keeper(caf::actor_system& sys,
                   std::function<std::unique_ptr<state_files>()> open,
                   lane where = lane::own_thread);

} // namespace racefill
