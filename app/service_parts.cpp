#include "app/service_part.hpp"

#include "app/monitor/monitor_part.hpp"

namespace racefill {

std::vector<service_part_maker> all_service_parts() {
  return {open_monitor_part};
}

} // namespace racefill
