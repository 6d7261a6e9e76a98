#include "infra/store/migrate.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "infra/store/catalog.hpp"
#include "infra/store/ddl.hpp"
#include "infra/store/schema_gate.hpp"

namespace racefill {
namespace {

using differences = std::vector<schema_difference>;

/// What a type is, apart from its width and spelling; "" for those that take
/// any text.
std::string family(const std::string& type) {
  auto has = [&](const char* part) {
    return type.find(part) != std::string::npos;
  };
  if (has("int"))
    return "integer";
  if (has("timestamp") || has("datetime"))
    return "instant";
  if (type == "date")
    return "day";
  if (has("numeric") || has("decimal") || has("float") || has("double")
      || has("real"))
    return "decimal";
  if (has("bool"))
    return "boolean";
  if (type == "_text" || type == "_varchar")
    return "array";
  if (has("json"))
    return "json";
  if (has("text") || has("char"))
    return "";
  return type;
}

std::string expected_family(col_type x) {
  switch (x) {
    case col_type::smallint:
    case col_type::integer:
    case col_type::bigint:
      return "integer";
    case col_type::numeric:
    case col_type::real:
      return "decimal";
    case col_type::instant:
      return "instant";
    case col_type::day:
      return "day";
    case col_type::boolean:
      return "boolean";
    case col_type::text_array:
      return "array";
    case col_type::json:
      return "json";
    case col_type::text:
      break;
  }
  return "";
}

bool is_alias(const table& tab, const std::string& name) {
  return std::any_of(tab.aliases.begin(), tab.aliases.end(),
                     [&](const auto& x) { return x.name == name; });
}

void compare_columns(dialect kind, const table& tab, const table_shape& shape,
                     differences& out) {
  for (const auto& col : tab.columns) {
    const auto* actual = shape.find(col.name);
    if (actual == nullptr) {
      out.push_back({tab.name, col.name, difference_kind::missing_column,
                     "column is missing: " + type_name(kind, col)});
      continue;
    }
    const auto have = family(actual->type);
    const auto want = expected_family(col.type);
    // SQLite's types are but names, and text takes any value.
    if (kind == dialect::postgres && have != want && !have.empty())
      out.push_back({tab.name, col.name, difference_kind::other_type,
                     "is " + actual->full_type + " instead of "
                       + type_name(kind, col)
                       + "; values that do not fit will be quarantined"});
    if (actual->not_null && col.nullable && !tab.ledger)
      out.push_back({tab.name, col.name, difference_kind::not_null,
                     "is NOT NULL, but the API does not always tell it"});
  }
  for (const auto& actual : shape.columns)
    // A default helps only where the insert leaves the column out.
    if (actual.not_null && tab.find(actual.name) == nullptr
        && (is_alias(tab, actual.name) || !actual.has_default))
      out.push_back({tab.name, actual.name, difference_kind::not_null,
                     "is NOT NULL and racefill cannot always fill it"});
}

void compare_table(dialect kind, const table& tab, const table_shape& shape,
                   differences& out) {
  if (!shape.exists) {
    out.push_back(
      {tab.name, "", difference_kind::missing_table, "table is missing"});
    return;
  }
  if (!shape.is_table) {
    out.push_back({tab.name, "", difference_kind::foreign_shape,
                   "is a view or the like, not a table; rename it away"});
    return;
  }
  if (!shape.is_unique(tab.key)) {
    out.push_back({tab.name, tab.key.front(), difference_kind::foreign_shape,
                   "there is no primary key or unique index on exactly this "
                   "column; rename the table away, or make one"});
    return;
  }
  compare_columns(kind, tab, shape, out);
  for (const auto& index : tab.indexes)
    if (!shape.leads_index(index.columns.front()))
      out.push_back({tab.name, index.columns.front(),
                     difference_kind::missing_index,
                     "index " + index.name + " is missing"});
}

differences compare(sql_session& session) {
  differences out;
  for (const auto* tab : all_tables())
    compare_table(session.kind(), *tab, read_shape(session, tab->name), out);
  const auto version = read_schema_version(session);
  if (version > schema_version)
    check_schema_version(session);
  if (version > 0 && version < schema_version)
    out.push_back({"racefill_meta", "", difference_kind::old_version,
                   "the ledger is of version " + std::to_string(version)});
  return out;
}

const table& described(const std::string& name) {
  for (const auto* tab : all_tables())
    if (tab->name == name)
      return *tab;
  throw sql_error{fault::store_refused, "no table " + name};
}

/// Indexes first, where their column is there: building one takes seconds and
/// holds up writers only. A column takes no time but bars readers too, until
/// the end of the transaction.
void order_gently(differences& all) {
  std::set<std::pair<std::string, std::string>> missing;
  for (const auto& x : all)
    if (x.kind == difference_kind::missing_column)
      missing.emplace(x.table, x.column);
  std::stable_partition(all.begin(), all.end(), [&](const auto& x) {
    return x.kind == difference_kind::missing_index
           && missing.count({x.table, x.column}) == 0;
  });
}

/// Rows and version that every ledger begins with.
void seed_ledger(sql_session& session) {
  session.execute("INSERT INTO racefill_meta (name,value) VALUES "
                  "('schema_version','"
                  + std::to_string(schema_version)
                  + "') ON CONFLICT (name) DO NOTHING");
  session.execute("INSERT INTO racefill_lease (name,token) VALUES "
                  "('racefill',0) ON CONFLICT (name) DO NOTHING");
}

/// Returns whether it was mended.
bool mend(sql_session& session, const schema_difference& x,
          const migrate_options& options) {
  const auto kind = session.kind();
  const auto& tab = described(x.table);
  switch (x.kind) {
    case difference_kind::missing_table:
      session.execute(create_table_sql(kind, tab));
      for (const auto& index : tab.indexes)
        session.execute(create_index_sql(tab, index));
      return true;
    case difference_kind::missing_column:
      session.execute(add_column_sql(kind, tab, *tab.find(x.column)));
      return true;
    case difference_kind::missing_index:
      for (const auto& index : tab.indexes)
        if (index.columns.front() == x.column)
          session.execute(create_index_sql(tab, index));
      return true;
    case difference_kind::not_null:
      if (!options.relax || kind == dialect::sqlite)
        return false;
      session.execute("ALTER TABLE " + quoted(x.table) + " ALTER COLUMN "
                      + quoted(x.column) + " DROP NOT NULL");
      return true;
    case difference_kind::old_version:
      run_upgrades(session, upgrade_steps(), read_schema_version(session),
                   schema_version);
      return true;
    case difference_kind::other_type:
    case difference_kind::foreign_shape:
      break;
  }
  return false;
}

template <class Work>
auto guarded(sql_session& session, access_mode mode, Work work)
  -> caf::expected<differences> {
  try {
    transaction guard{session, mode};
    auto out = work();
    guard.commit();
    return out;
  } catch (const sql_error& err) {
    return to_error(err);
  }
}

} // namespace

std::string to_string(difference_kind x) {
  switch (x) {
    case difference_kind::missing_table:
      return "missing_table";
    case difference_kind::missing_column:
      return "missing_column";
    case difference_kind::missing_index:
      return "missing_index";
    case difference_kind::old_version:
      return "old_version";
    case difference_kind::not_null:
      return "not_null";
    case difference_kind::other_type:
      return "other_type";
    case difference_kind::foreign_shape:
      return "foreign_shape";
  }
  return "unknown";
}

caf::expected<differences> inspect_schema(sql_session& session) {
  return guarded(session, access_mode::read, [&] { return compare(session); });
}

caf::expected<differences> apply_schema(sql_session& session,
                                        const migrate_options& options) {
  return guarded(session, access_mode::migrate, [&] {
    const auto found = compare(session);
    for (const auto& x : found)
      if (x.kind == difference_kind::foreign_shape)
        throw sql_error{fault::store_refused,
                        "table " + x.table + " has a foreign shape: "
                          + (x.column.empty() ? "" : x.column + ": ") + x.text};
    differences done;
    // An older ledger is upgraded before its columns are compared for good.
    for (const auto& x : found)
      if (x.kind == difference_kind::old_version)
        mend(session, x, options);
    auto open = found.empty() ? found : compare(session);
    order_gently(open);
    for (const auto& x : open)
      if (mend(session, x, options))
        done.push_back(x);
    for (const auto& x : found)
      if (x.kind == difference_kind::old_version)
        done.push_back(x);
    seed_ledger(session);
    return done;
  });
}

const std::vector<upgrade_step>& upgrade_steps() {
  // To version 2: racefill_attempts and racefill_sizes, which are made like any
  // missing table; nothing to convert.
  static const std::vector<upgrade_step> steps{[](sql_session&) {}};
  return steps;
}

void run_upgrades(sql_session& session, const std::vector<upgrade_step>& steps,
                  int from, int to) {
  for (auto version = from; version < to; ++version) {
    const auto index = static_cast<std::size_t>(version - 1);
    if (version < 1 || index >= steps.size())
      throw sql_error{fault::store_refused, "no way leads from ledger version "
                                              + std::to_string(version) + " to "
                                              + std::to_string(version + 1)};
    steps[index](session);
    session.execute("UPDATE racefill_meta SET value='"
                    + std::to_string(version + 1)
                    + "' WHERE name='schema_version'");
  }
}

} // namespace racefill
