/// ANALYZE_REPORT: what the tables hold, as text and JSON.
#pragma once

#include <string>
#include <vector>

#include "app/print/terminal.hpp"
#include "infra/facts/plan_summary.hpp"
#include "infra/facts/table_totals.hpp"

namespace racefill {

/// Everything `analyze` found.
struct analysis {
  std::string database;
  std::string note;      ///< A line more, with its end; "" for none.
  std::string timestamp; ///< UTC instant.
  day_range range;
  date today;
  std::int64_t bytes = 0; ///< The database on disk; 0 when not known.
  std::vector<table_total> tables;
  std::vector<day_facts> days;
  std::vector<ledger_day> ledger;
  enrichment_facts enrichment;
  plan_summary plan; ///< Of what is left.
};

/// Days of the range, before today, without a race and without a word of the
/// ledger that there was none.
std::vector<day_range> gaps_of(const analysis& x);

/// Days with races on which something seems to be missing.
std::vector<day_range> thin_days_of(const analysis& x);

/// At most 80 columns wide.
std::string analyze_text(const analysis& x, const terminal_look& look);

/// One JSON object with the keys of the old job's backfill_analysis.json and
/// ours.
std::string analyze_json(const analysis& x);

} // namespace racefill
