#include "app/service_part.hpp"
#include "app/web/page_part.hpp"

namespace racefill {

void configure_for_parts(caf::actor_system_config&, const command_context&) {
  // No part needs more than the core.
}

std::vector<service_part_maker> all_service_parts() {
  return {open_page_part};
}

} // namespace racefill
