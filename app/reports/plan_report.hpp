/// PLAN_REPORT: a plan as text and JSON.
#pragma once

#include <string>

#include "app/print/terminal.hpp"
#include "infra/facts/plan_summary.hpp"

namespace racefill {

/// What the plan is of, for its first lines.
struct plan_title {
  std::string database;
  std::string note; ///< A line more, with its end; "" for none.
  day_range range;
  std::string order; ///< newest-first or oldest-first.
  date history_start;
};

/// At most 80 columns wide.
std::string plan_text(const plan_title& title, const plan_summary& plan,
                      const terminal_look& look);

/// One JSON object with a "schema" version.
std::string plan_json(const plan_title& title, const plan_summary& plan);

} // namespace racefill
