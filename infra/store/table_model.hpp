/// TABLE_MODEL: the one description of every table, from which the DDL, the
/// upserts and the schema check of both databases are made.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "infra/sql/sql_value.hpp"
#include "messages/rows.hpp"

namespace racefill {

/// The meaning of a column, whatever a database calls it.
enum class col_type : std::uint8_t {
  text,
  day,      ///< A date without a time zone.
  instant,  ///< A point in time, UTC.
  smallint, ///< 16 bits.
  integer,  ///< 32 bits.
  bigint,   ///< 64 bits.
  numeric,  ///< Decimal with column::precision and column::scale.
  real,     ///< Double precision.
  boolean,
  text_array, ///< text[] in PostgreSQL, a JSON array in SQLite.
  json,       ///< jsonb in PostgreSQL, JSON text in SQLite.
};

/// What an upsert does to a column of a row that is there already.
enum class merge_rule : std::uint8_t {
  key,        ///< Finds the row; never changes.
  stamped,    ///< The value with the larger stamp wins (merge.hpp).
  newest,     ///< as_of: the later day.
  provenance, ///< The stamps of the stamped columns.
  coalesce,   ///< The new value, unless it is NULL.
  plain,      ///< The new value.
  once,       ///< Set by the insert, never touched again (created_at).
  on_change,  ///< The clock, when anything else of the row changes.
  unwritten,  ///< Not ours to write (a course's latitude).
};

/// How much a stamped value weighs, before its day is looked at.
enum class rank_rule : std::uint8_t {
  by_source, ///< 2 from a profile or list, 1 from a racecard.
  even,      ///< 1 from both: the newest wins.
  gelding,   ///< 9 for a gelding, who never becomes anything else; else 1.
};

struct column {
  std::string name;
  col_type type = col_type::text;
  merge_rule rule = merge_rule::coalesce;
  rank_rule rank = rank_rule::even;
  int precision = 0;    ///< Of numeric.
  int scale = 0;        ///< Of numeric.
  bool nullable = true; ///< In tables that we create.
  std::string initial;  ///< DEFAULT, as both databases spell it; "" is none.
  std::function<sql_value(const void*)> get; ///< From the table's row struct.
};

struct foreign_key {
  std::string column;
  std::string parent;
  std::string parent_column;
  bool cascade = false; ///< The row goes when its parent goes.
};

struct table_index {
  std::string name;
  std::vector<std::string> columns;
  std::string where; ///< Only rows that answer to this; "" for all.
};

/// A column of the job before us that people's queries still read: it gets the
/// value of `source` where it exists, and is never created.
struct column_alias {
  std::string name;
  std::string source;
  std::string parent; ///< The table that has `source`; "": this one.
  std::string via;    ///< Our column with that table's key.
};

struct table {
  std::string name;
  std::vector<column> columns;
  std::vector<std::string> key;
  std::vector<foreign_key> foreign_keys;
  std::vector<std::vector<std::string>> uniques;
  std::vector<std::string> checks; ///< Conditions that both databases read.
  std::vector<table_index> indexes;
  std::vector<column_alias> aliases;
  bool ledger = false; ///< A racefill_* table, wholly ours.

  /// Of stamped tables: where the row comes from and the day it speaks of.
  std::function<row_source(const void*)> source;
  std::function<date(const void*)> as_of;

  /// The column named `column_name`; null if there is none.
  const column* find(const std::string& column_name) const noexcept;

  /// Its position in `columns`; columns.size() if there is none.
  std::size_t index_of(const std::string& column_name) const noexcept;

  /// Tells whether values carry stamps.
  bool is_stamped() const noexcept;
};

/// The version of the ledger's schema that this program writes.
inline constexpr int schema_version = 2;

// The target tables (names and keys are fixed).
const table& courses_table();
const table& jockeys_table();
const table& trainers_table();
const table& owners_table();
const table& horses_table();
const table& pedigree_table();
const table& races_table();
const table& runners_table();
const table& bookmakers_table();

/// The nine target tables, parents before children.
const std::vector<const table*>& target_tables();

/// The racefill_* tables.
const std::vector<const table*>& ledger_tables();

/// Both, target tables first.
std::vector<const table*> all_tables();

/// `race_id_horse_id`.
std::string runner_id_of(const runner_row& x);

} // namespace racefill
