/// MIGRATE: makes the tables what racefill needs, and nothing else: it adds,
/// never drops, renames or empties.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <caf/expected.hpp>

#include "infra/sql/sql_session.hpp"

namespace racefill {

enum class difference_kind : std::uint8_t {
  missing_table,  ///< Will be created.
  missing_column, ///< Will be added, nullable or with a default.
  missing_index,  ///< Will be created.
  old_version,    ///< The ledger will be upgraded.
  not_null,       ///< Real data may break it; relaxed on demand only.
  other_type,     ///< Only told: values are cast to it.
  foreign_shape,  ///< Cannot be mended; racefill refuses to write there.
};

std::string to_string(difference_kind x);

/// One way in which a database is not what racefill expects.
struct schema_difference {
  std::string table;
  std::string column; ///< "" when it concerns the whole table.
  difference_kind kind = difference_kind::missing_table;
  std::string text; ///< For people.
};

/// Compares the database with the description of the tables; empty when nothing
/// is to be done. Faults: schema_newer and those of record_store.
caf::expected<std::vector<schema_difference>>
inspect_schema(sql_session& session);

struct migrate_options {
  bool relax = false; ///< Drop NOT NULLs that real data violates.
};

/// Mends what can be mended, in one transaction, and returns what was done.
/// Refuses (store_refused) before it touches anything when a table has a
/// foreign shape. Idempotent. Faults: schema_newer and those of record_store.
caf::expected<std::vector<schema_difference>>
apply_schema(sql_session& session, const migrate_options& options = {});

/// Takes the ledger from version `from` to from + 1; throws sql_error.
using upgrade_step = void (*)(sql_session& session);

/// The steps, the first one from version 1 to 2.
const std::vector<upgrade_step>& upgrade_steps();

/// Runs the steps that lead from `from` to `to`, in the open transaction, and
/// records the version. Throws sql_error.
void run_upgrades(sql_session& session, const std::vector<upgrade_step>& steps,
                  int from, int to);

} // namespace racefill
