/// METRICS_TEXT: the snapshot in Prometheus' text format.
#pragma once

#include <string>

#include "app/web/page_board.hpp"
#include "app/web/process_facts.hpp"

namespace racefill {

/// What /metrics answers. Counters are the run's own, so they begin again with
/// a restart of the process or of the actor that counts; rate() expects that.
std::string metrics_text(const page_view& view, page_clock::time_point now,
                         const process_facts& process);

} // namespace racefill
