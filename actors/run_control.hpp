/// RUN CONTROL: hears that the run has ended or cannot go on; tells main.
#pragma once

#include <functional>
#include <string>

#include <caf/fwd.hpp>

#include "messages/actors.hpp"

namespace racefill {

/// What main wants to hear; both are called on an actor's thread.
struct run_control_settings {
  std::function<void(const caf::error&)> halted; ///< Once: the first.
  std::function<void()> finished;
};

/// Starts RUN CONTROL. Holds nothing but whether it has halted already.
run_control_actor spawn_run_control(caf::actor_system& sys,
                                    run_control_settings settings);

} // namespace racefill
