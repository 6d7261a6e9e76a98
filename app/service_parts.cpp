#include "app/service_part.hpp"
#include "app/web/page_part.hpp"

namespace racefill {

std::vector<service_part_maker> all_service_parts() {
  return {open_page_part};
}

} // namespace racefill
