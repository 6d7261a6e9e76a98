/// TABLE_TOTALS: how much each target table holds, in all and by year.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "infra/facts/day_facts.hpp"
#include "infra/facts/report_database.hpp"

namespace racefill {

struct table_total {
  std::string table;
  bool exists = false;
  std::int64_t rows = 0;
  date first; ///< Race date; of entities the day their row was made.
  date last;
  /// What the years mean: `race_date` or `created_at`; "" where none is kept.
  std::string by;
  std::map<int, std::int64_t> by_year;
};

/// The nine target tables in the order of the seed's list. `days` as
/// read_day_facts() gave them: races and runners are summed from there.
std::vector<table_total> read_table_totals(report_database& db,
                                           const std::vector<day_facts>& days);

/// What is known of the horses.
struct enrichment_facts {
  std::int64_t horses = 0;
  std::int64_t with_dob = 0;
  std::int64_t with_colour_code = 0; ///< Only a profile tells it.
  std::int64_t with_pedigree = 0;
};

enrichment_facts read_enrichment(report_database& db);

/// Bytes on disk: the database, all of it; 0 when it cannot be told.
std::int64_t read_database_bytes(report_database& db);

} // namespace racefill
