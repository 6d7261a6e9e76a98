/// PART: what a running process opens to the outside besides its work:
/// the status page, the remote monitor's port.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include <caf/expected.hpp>
#include <caf/fwd.hpp>

#include "app/config/config.hpp"
#include "messages/actors.hpp"

namespace racefill {

/// What a part may use. The handles outlive every round of the service.
struct service_context {
  caf::actor_system& sys;
  const settings& conf;
  front_desk_actor desk;
  service_control_actor control;
};

/// Something that is open; its destructor closes it and returns soon. It must
/// leave no actor behind.
class service_part {
public:
  virtual ~service_part() = default;
};

/// Opens a part; nullptr when conf/ does not want it. Faults: bad_settings (an
/// address that cannot be had, incomplete certificates).
using service_part_maker
  = std::function<caf::expected<std::unique_ptr<service_part>>(
    const service_context&)>;

/// The parts of a process.
struct service_parts {
  /// Before the actor system exists: the modules of CAF and the options that
  /// the parts need.
  std::function<void(caf::actor_system_config&, const settings&)> configure;
  std::vector<service_part_maker> makers; ///< In the order of opening.
};

} // namespace racefill
