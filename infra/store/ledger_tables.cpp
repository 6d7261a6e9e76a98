/// LEDGER_TABLES: the racefill_* tables: what is done, what is pending, who
/// runs, what was refused.
#include "infra/store/table_model.hpp"

namespace racefill {
namespace {

column col(std::string name, col_type type, std::string initial = {}) {
  column result;
  result.name = std::move(name);
  result.type = type;
  result.initial = std::move(initial);
  result.nullable = result.initial.empty();
  return result;
}

column required(std::string name, col_type type) {
  auto result = col(std::move(name), type);
  result.nullable = false;
  return result;
}

table ledger(std::string name, std::vector<std::string> key,
             std::vector<column> columns) {
  table result;
  result.name = std::move(name);
  result.key = std::move(key);
  result.columns = std::move(columns);
  result.ledger = true;
  return result;
}

table meta() {
  return ledger("racefill_meta", {"name"},
                {required("name", col_type::text),
                 required("value", col_type::text)});
}

table days() {
  using enum col_type;
  return ledger("racefill_days", {"source", "day"},
                {required("source", text), required("day", day),
                 required("state", text), col("attempts", integer, "0"),
                 col("races", integer, "0"), col("runners", integer, "0"),
                 col("foreign_races", integer, "0"),
                 col("dropped_runners", integer, "0"),
                 col("quarantined", integer, "0"), col("error", text),
                 col("run_id", text), required("first_seen_at", instant),
                 col("settled_at", instant), required("updated_at", instant)});
}

table horses() {
  using enum col_type;
  auto result = ledger("racefill_horses", {"horse_id"},
                       {required("horse_id", text), required("state", text),
                        col("attempts", integer, "0"), col("error", text),
                        col("run_id", text), required("first_seen_at", instant),
                        required("updated_at", instant)});
  result.indexes = {{"racefill_horses_state_idx", {"state", "horse_id"}, {}}};
  return result;
}

table runs() {
  using enum col_type;
  return ledger("racefill_runs", {"run_id"},
                {required("run_id", text), required("started_at", instant),
                 col("ended_at", instant), col("start_date", day),
                 col("end_date", day), col("run_order", text),
                 col("fast", boolean, "false"), col("outcome", text),
                 col("exit_status", integer), col("version", text),
                 col("stats", text)});
}

table lease() {
  using enum col_type;
  return ledger("racefill_lease", {"name"},
                {required("name", text), col("token", bigint, "0"),
                 col("holder", text), col("host", text), col("boot_id", text),
                 col("pid", bigint), col("pid_start", text),
                 col("renewed_at", instant), col("expires_at", instant)});
}

table quarantine() {
  using enum col_type;
  auto result = ledger("racefill_quarantine", {"content_hash"},
                       {required("content_hash", text), col("source", text),
                        col("source_key", text), col("table_name", text),
                        col("row_key", text), col("column_name", text),
                        col("reason", text), col("payload", text),
                        col("run_id", text), required("created_at", instant)});
  result.indexes
    = {{"racefill_quarantine_source_idx", {"source", "source_key"}, {}}};
  return result;
}

/// What came of each time a day or a horse was asked for; some 100 bytes each.
table attempts() {
  using enum col_type;
  return ledger("racefill_attempts", {"item", "at"},
                {required("item", text), required("at", instant),
                 col("run_id", text), required("state", text),
                 col("requests", integer, "0"), col("responses", text),
                 col("races", integer, "0"), col("runners", integer, "0"),
                 col("error", text)});
}

/// The database's size on the days when somebody looked.
table sizes() {
  using enum col_type;
  return ledger("racefill_sizes", {"taken_on"},
                {required("taken_on", day), col("bytes", bigint, "0"),
                 col("races", bigint, "0"), col("runners", bigint, "0"),
                 col("horses", bigint, "0")});
}

} // namespace

const std::vector<const table*>& ledger_tables() {
  static const std::vector<table> tables{meta(),     days(),  horses(),
                                         runs(),     lease(), quarantine(),
                                         attempts(), sizes()};
  static const std::vector<const table*> result = [] {
    std::vector<const table*> out;
    out.reserve(tables.size());
    for (const auto& x : tables)
      out.push_back(&x);
    return out;
  }();
  return result;
}

} // namespace racefill
