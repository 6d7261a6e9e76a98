/// MERGE: which value wins, the same rule as the upsert's SQL.
///
/// Every merged value of an entity carries a stamp of nine digits: a rank, then
/// the day it speaks of as YYYYMMDD. The larger pair (stamp, value) wins, text
/// compared bytewise; NULL never wins. That is the maximum of a total order, so
/// any order and any grouping of the rows ends the same. `provenance` holds the
/// stamps of the table's merged columns, one after the other.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "infra/store/table_model.hpp"

namespace racefill {

inline constexpr std::size_t stamp_size = 9;

/// The stamp of a value that is not known, or known by its id only.
inline constexpr auto stamp_none = "000000000";

/// A value that could not be bound to its column.
struct refused_value {
  std::string column;
  std::string reason;
  std::string payload;
};

/// A row ready to be bound: a value for each column of the description.
struct bound_row {
  std::string key;
  std::vector<sql_value> cells;
  std::vector<sql_value> aliases; ///< Looked-up ones: table::aliases' order.
  std::size_t unit = 0;           ///< The unit of the batch that it came with.
};

/// Binds `row` (the struct that `tab` stores) at the instant `now`. A value
/// that no column of its type can hold becomes NULL and is added to `refused`.
bound_row bind_row(const table& tab, const void* row, const std::string& now,
                   std::vector<refused_value>& refused);

/// A row that is known by its key alone, to satisfy a foreign key.
bound_row stub_row(const table& tab, const std::string& key,
                   const std::string& now);

/// Merges `from` into `into`, a row of the same key; for tables without stamps
/// `from` is the newer one.
void merge_row(const table& tab, bound_row& into, const bound_row& from);

/// Sorts by key, bytewise, and merges rows of the same key, so that a statement
/// meets each row once and all writers lock in the same order.
void merge_rows(const table& tab, std::vector<bound_row>& rows);

} // namespace racefill
