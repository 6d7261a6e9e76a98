/// RUN_RECORDS: what is read back from the ledger, and the rows of runs, within
/// a transaction that the caller has opened. All throw sql_error.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "infra/ports/record_store.hpp"
#include "infra/sql/sql_session.hpp"

namespace racefill {

std::vector<day_record>
read_days(sql_session& session, const std::string& source, date from, date to);

std::vector<horse_record>
read_horses(sql_session& session, const std::string& after, std::int32_t limit);

std::int64_t count_rows(sql_session& session, const std::string& table_name);

ledger_totals read_totals(sql_session& session);

std::int64_t reopen(sql_session& session, horse_state from,
                    const std::string& now);

/// Horses that reopen() made pending fail again, unless they have got a new
/// outcome since. Returns how many.
std::int64_t close_reopened(sql_session& session, const std::string& now);

/// Sets settled days back to pending. Those that failed or are provisional keep
/// their state and reason: the plan asks them anyway. Returns how many.
std::int64_t reopen(sql_session& session, const std::string& source,
                    const std::vector<date>& days, const std::string& now);

void write_run(sql_session& session, const run_record& run);

run_record read_last_run(sql_session& session);

} // namespace racefill
