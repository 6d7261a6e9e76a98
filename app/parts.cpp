#include "app/process/part.hpp"

#include "app/monitor/monitor_part.hpp"
#include "app/web/page_part.hpp"

namespace racefill {

void configure_for_parts(caf::actor_system_config& config,
                         const command_context& context) {
  prepare_monitor(config, context.conf);
}

std::vector<service_part_maker> all_service_parts() {
  return {open_page_part, open_monitor_part};
}

} // namespace racefill
