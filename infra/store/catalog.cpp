#include "infra/store/catalog.hpp"

#include <algorithm>

namespace racefill {
namespace {

constexpr auto sqlite_exists
  = "SELECT type FROM sqlite_master WHERE name = ? AND type IN "
    "('table','view')";

constexpr auto sqlite_columns
  = "SELECT name, lower(type), type, \"notnull\", "
    "dflt_value IS NOT NULL FROM pragma_table_info(?) ORDER BY cid";

constexpr auto sqlite_indexes
  = "SELECT l.name, l.\"unique\" AND NOT l.partial, i.name "
    "FROM pragma_index_list(?) l JOIN pragma_index_info(l.name) i "
    "WHERE i.name IS NOT NULL ORDER BY l.name, i.seqno";

constexpr auto postgres_exists
  = "SELECT CASE WHEN relkind IN ('r','p') THEN 'table' ELSE 'other' END "
    "FROM pg_class WHERE oid = to_regclass($1)";

constexpr auto postgres_columns
  = "SELECT a.attname, t.typname, format_type(a.atttypid, a.atttypmod), "
    "a.attnotnull::int, "
    "(a.atthasdef OR a.attidentity <> '' OR a.attgenerated <> '')::int "
    "FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid "
    "WHERE a.attrelid = to_regclass($1) AND a.attnum > 0 "
    "AND NOT a.attisdropped ORDER BY a.attnum";

constexpr auto postgres_indexes
  = "SELECT c.relname, (i.indisunique AND i.indpred IS NULL "
    "AND i.indexprs IS NULL)::int, a.attname "
    "FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid "
    "CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY k(attnum, ord) "
    "JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum "
    "WHERE i.indrelid = to_regclass($1) AND i.indisvalid "
    "ORDER BY c.relname, k.ord";

} // namespace

const column_shape*
table_shape::find(const std::string& column_name) const noexcept {
  for (const auto& col : columns)
    if (col.name == column_name)
      return &col;
  return nullptr;
}

bool table_shape::is_unique(std::vector<std::string> names) const {
  std::sort(names.begin(), names.end());
  return std::any_of(indexes.begin(), indexes.end(), [&](const auto& index) {
    auto own = index.columns;
    std::sort(own.begin(), own.end());
    return index.unique && own == names;
  });
}

bool table_shape::leads_index(const std::string& column_name) const {
  return std::any_of(indexes.begin(), indexes.end(), [&](const auto& index) {
    return !index.columns.empty() && index.columns.front() == column_name;
  });
}

table_shape read_shape(sql_session& session, const std::string& table_name) {
  const auto lite = session.kind() == dialect::sqlite;
  const std::vector<sql_value> name{table_name};
  table_shape out;
  out.name = table_name;
  const auto found = session.query(lite ? sqlite_exists : postgres_exists,
                                   name);
  out.exists = !found.empty();
  out.is_table = out.exists && found[0][0] == "table";
  if (!out.exists)
    return out;
  for (auto& row :
       session.query(lite ? sqlite_columns : postgres_columns, name))
    out.columns.push_back({row[0].value_or(""), row[1].value_or(""),
                           row[2].value_or(""), row[3] == "1", row[4] == "1"});
  for (auto& row :
       session.query(lite ? sqlite_indexes : postgres_indexes, name)) {
    const auto index_name = row[0].value_or("");
    if (out.indexes.empty() || out.indexes.back().name != index_name)
      out.indexes.push_back({index_name, row[1] == "1", {}});
    out.indexes.back().columns.push_back(row[2].value_or(""));
  }
  return out;
}

} // namespace racefill
