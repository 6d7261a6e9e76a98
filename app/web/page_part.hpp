/// PAGE_PART: opens the status page, metrics and health for a running service.
#pragma once

#include <memory>

#include "app/process/part.hpp"

namespace racefill {

/// Serves on page.host and page.port; nullptr when page.port is 0 and no
/// page.port_file asks for a free one. Faults: bad_settings.
caf::expected<std::unique_ptr<service_part>>
open_page_part(const service_context& service);

} // namespace racefill
