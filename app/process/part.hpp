/// SERVICE_PART: what a running process opens to the outside besides its work:
/// the status page, the remote monitor's port.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include <caf/expected.hpp>
#include <caf/fwd.hpp>

#include "app/commands/command.hpp"
#include "messages/actors.hpp"

namespace racefill {

/// What a part may use. The handles outlive every round of the service.
struct service_context {
  caf::actor_system& sys;
  const command_context& context;
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

/// Before the actor system exists: the modules of CAF and the options that the
/// parts need.
void configure_for_parts(caf::actor_system_config& config,
                         const command_context& context);

/// Every part there is, in the order of opening.
std::vector<service_part_maker> all_service_parts();

} // namespace racefill
