/// BATCH_ROWS: a batch of units, sorted by table and ready to be written.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "infra/store/merge.hpp"
#include "messages/work.hpp"

namespace racefill {

/// A unit as the quarantine names it.
struct unit_label {
  std::string source; ///< racecards, horse or courses.
  std::string key;    ///< The day, or the horse's id.
  std::int32_t quarantined = 0;
};

/// Units are numbered: days first, then horses, then references.
struct batch_rows {
  std::string now; ///< The transaction's instant, UTC.
  std::vector<unit_label> units;
  std::map<const table*, std::vector<bound_row>> tables;
  std::vector<quarantine_row> quarantine;

  /// Adds a quarantine row of the unit and counts it.
  void put_aside(std::size_t unit, std::string table_name, std::string key,
                 std::string column, std::string reason, std::string payload);
};

/// Binds, sorts and merges the rows of `batch`, and adds a stub for every
/// parent that a row names and the batch does not hold.
batch_rows collect_rows(const write_batch& batch, const std::string& now);

/// `column=value; column=value` of a row, for people, cut at 4 KiB.
std::string row_text(const table& tab, const bound_row& row);

} // namespace racefill
