/// SERVICE CONTROL: steers the process as a whole, for the remote monitor.
#pragma once

#include <functional>
#include <string>

#include <caf/expected.hpp>
#include <caf/fwd.hpp>

#include "actors/common/lane.hpp"
#include "messages/actors.hpp"

namespace racefill {

/// What app/ does when asked; each is called on the actor's own thread, may
/// read files, and answers with a sentence for people.
struct service_control_settings {
  /// Reads the conf files anew. Faults: bad_settings, and nothing has changed.
  std::function<caf::expected<std::string>()> reload;
  /// Sets KEY to VALUE until the next start. Faults: bad_settings.
  std::function<caf::expected<std::string>(const std::string& key,
                                           const std::string& value)>
    set;
  /// Asks the main thread to drain and leave; must not wait for it.
  std::function<std::string()> drain;
};

/// Starts SERVICE CONTROL. Holds nothing of its own.
service_control_actor spawn_service_control(caf::actor_system& sys,
                                            service_control_settings settings,
                                            lane where = lane::own_thread);

} // namespace racefill
