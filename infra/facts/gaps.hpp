/// GAPS: which days are missing or thin, so that a run asks no others.
#pragma once

#include <vector>

#include "infra/facts/coverage.hpp"

namespace racefill {

/// Ascending, all before `today`: days that are not settled; days that have
/// rows which the ledger does not prove; and settled days that are thin or
/// whose rows differ from the ledger, unless two attempts have brought exactly
/// what is there: then the provider has no more. Days not offered are none.
/// Throws sql_error.
std::vector<date> read_gap_days(report_database& db, const day_range& range,
                                date today, const std::string& source,
                                const std::vector<std::string>& regions);

} // namespace racefill
