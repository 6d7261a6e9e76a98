#include "app/parts.hpp"

#include "app/monitor/monitor_part.hpp"
#include "app/web/page_part.hpp"

namespace racefill {

service_parts all_service_parts() {
  return {prepare_monitor, {open_page_part, open_monitor_part}};
}

} // namespace racefill
