#include "infra/store/ddl.hpp"

namespace racefill {
namespace {

const char* sqlite_type(col_type x) {
  switch (x) {
    case col_type::smallint:
    case col_type::integer:
    case col_type::bigint:
      return "INTEGER";
    case col_type::numeric:
    case col_type::real:
      return "REAL";
    case col_type::boolean:
      return "BOOLEAN"; // 0 and 1.
    case col_type::text:
    case col_type::day:
    case col_type::instant:
    case col_type::text_array:
    case col_type::json:
      return "TEXT";
  }
  return "TEXT";
}

const char* postgres_type(col_type x) {
  switch (x) {
    case col_type::text:
      return "text";
    case col_type::day:
      return "date";
    case col_type::instant:
      return "timestamptz";
    case col_type::smallint:
      return "smallint";
    case col_type::integer:
      return "integer";
    case col_type::bigint:
      return "bigint";
    case col_type::numeric:
      return "numeric";
    case col_type::real:
      return "double precision";
    case col_type::boolean:
      return "boolean";
    case col_type::text_array:
      return "text[]";
    case col_type::json:
      return "jsonb";
  }
  return "text";
}

/// DEFAULT as the dialect spells it: SQLite knows `true` only as 1.
std::string default_clause(dialect kind, const column& col) {
  if (col.initial.empty())
    return {};
  if (kind == dialect::sqlite && col.type == col_type::boolean)
    return col.initial == "true" ? " DEFAULT 1" : " DEFAULT 0";
  return " DEFAULT " + col.initial;
}

std::string clock_default(dialect kind) {
  return kind == dialect::postgres
           ? " DEFAULT now()"
           : " DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ','now'))";
}

} // namespace

std::string type_name(dialect kind, const column& col) {
  if (kind == dialect::sqlite)
    return sqlite_type(col.type);
  std::string result = postgres_type(col.type);
  if (col.type == col_type::numeric)
    result += "(" + std::to_string(col.precision) + ","
              + std::to_string(col.scale) + ")";
  return result;
}

std::string quoted(const std::string& name) {
  return "\"" + name + "\"";
}

std::string quoted_list(const std::vector<std::string>& names) {
  std::string out;
  for (const auto& name : names) {
    if (!out.empty())
      out += ',';
    out += quoted(name);
  }
  return out;
}

std::string create_table_sql(dialect kind, const table& tab) {
  std::string out = "CREATE TABLE " + quoted(tab.name) + " (\n";
  for (const auto& col : tab.columns) {
    out += "  " + quoted(col.name) + " " + type_name(kind, col);
    // Keyset pages go by bytes, whatever the server's language: so must the
    // ledger's indexes, or each page would sort the whole table.
    if (tab.ledger && col.type == col_type::text)
      out += bytewise(kind);
    if (!col.nullable)
      out += " NOT NULL";
    out += default_clause(kind, col);
    if (col.rule == merge_rule::once)
      out += clock_default(kind);
    out += ",\n";
  }
  for (const auto& names : tab.uniques)
    out += "  UNIQUE (" + quoted_list(names) + "),\n";
  for (const auto& condition : tab.checks)
    out += "  CHECK (" + condition + "),\n";
  for (const auto& fk : tab.foreign_keys)
    out += "  FOREIGN KEY (" + quoted(fk.column) + ") REFERENCES "
           + quoted(fk.parent) + " (" + quoted(fk.parent_column) + ")"
           + (fk.cascade ? " ON DELETE CASCADE" : "") + ",\n";
  return out + "  PRIMARY KEY (" + quoted_list(tab.key) + ")\n)";
}

std::string add_column_sql(dialect kind, const table& tab, const column& col) {
  std::string out = "ALTER TABLE " + quoted(tab.name) + " ADD COLUMN "
                    + quoted(col.name) + " " + type_name(kind, col);
  if (!col.nullable && !col.initial.empty())
    out += " NOT NULL";
  return out + default_clause(kind, col);
}

std::string create_index_sql(const table& tab, const table_index& index) {
  return "CREATE INDEX " + quoted(index.name) + " ON " + quoted(tab.name) + " ("
         + quoted_list(index.columns) + ")"
         + (index.where.empty() ? "" : " WHERE " + index.where);
}

std::vector<std::string> schema_sql(dialect kind) {
  std::vector<std::string> out;
  for (const auto* tab : all_tables()) {
    out.push_back(create_table_sql(kind, *tab));
    for (const auto& index : tab->indexes)
      out.push_back(create_index_sql(*tab, index));
  }
  return out;
}

} // namespace racefill
