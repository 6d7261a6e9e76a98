/// RUN_RANGE: which days a run is about, from flags, ledger or checkpoint.
#pragma once

#include <string>

#include <caf/expected.hpp>

#include "app/cli/context.hpp"
#include "infra/ports/record_store.hpp"
#include "infra/pure/day_plan.hpp"
#include "messages/reports.hpp"

namespace racefill {

/// The range and manner of a run.
struct run_range {
  date start;
  date end;
  bool oldest_first = false;
  std::string reopened;   ///< What the run that is resumed asks again.
  std::string start_time; ///< Of the run that is resumed; "" for a new one.
  std::string note;       ///< For people: where it was restored from.
  /// Days that a checkpoint file knows to be without racing while the ledger
  /// is gone; the data cannot show them.
  std::vector<date> known_empty;
};

/// Today in Europe/London.
date today_in_london();

/// The range by flags and conf/ alone.
run_range range_of_conf(const settings& conf);

/// Which settled days `plan` asks again: `all`, `empty history`; "" for none.
std::string reopened_text(const day_plan_request& plan);

/// The range by flags and conf/, its end today by default. With --resume: that
/// of the ledger's last run; without one, that of the checkpoint file; without
/// either, the flags' again.
/// Faults: bad_settings (flags that contradict what is resumed, a checkpoint
/// file that is damaged beyond its copy), and those of the store.
caf::expected<run_range> choose_range(const command_context& context,
                                      record_store& store);

} // namespace racefill
