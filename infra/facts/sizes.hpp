/// SIZES: how large the database is, and how it has grown.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <caf/expected.hpp>

#include "infra/facts/report_database.hpp"

namespace racefill {

/// The database on one day.
struct database_size {
  date taken_on;
  std::int64_t bytes = 0;
  std::int64_t races = 0;
  std::int64_t runners = 0;
  std::int64_t horses = 0;
};

/// As it is now. Throws sql_error.
database_size measure_database(report_database& db, date today);

/// What was noted before, ascending. Throws sql_error.
std::vector<database_size> read_sizes(report_database& db);

/// Notes it, once a day: the last one wins. Faults: those of record_store.
caf::expected<void> note_size(sql_session& session, const database_size& size);

/// The newest entry on or before `day`; null when there is none. `sizes`:
/// ascending.
const database_size* size_on(const std::vector<database_size>& sizes, date day);

} // namespace racefill
