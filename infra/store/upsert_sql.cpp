#include "infra/store/upsert_sql.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "infra/store/ddl.hpp"
#include "infra/store/json_array.hpp"

namespace racefill {
namespace {

/// A statement much longer gains nothing and costs memory.
constexpr std::size_t rows_per_statement_max = 250;

bool is_integer_type(const std::string& type) {
  return type.find("int") != std::string::npos;
}

std::string stamp_of(const char* side, std::size_t at) {
  return "substr(" + std::string{side} + ".provenance," + std::to_string(at)
         + "," + std::to_string(stamp_size) + ")";
}

/// The expressions of one statement.
class text_maker {
public:
  explicit text_maker(const upsert_plan& plan) : plan_(plan) {
    for (const auto& col : plan_.columns)
      if (col.rule == merge_rule::stamped && !col.alias)
        wins_.emplace(col.cell, wins(col));
  }

  std::string assignments() const {
    std::string out;
    for (const auto& col : plan_.columns) {
      const auto value = assigned(col);
      if (value.empty())
        continue;
      out += (out.empty() ? "" : ",\n  ") + quoted(col.name) + "=" + value;
    }
    return out;
  }

  /// True when the row would not be the same afterwards.
  std::string condition() const {
    std::string out;
    auto add = [&out](const std::string& term) {
      out += (out.empty() ? "" : "\n  OR ") + term;
    };
    for (const auto& col : plan_.columns) {
      if (col.rule == merge_rule::stamped && !col.alias)
        add(wins_.at(col.cell));
      else if (col.rule == merge_rule::newest)
        add(later(col));
      else if (col.rule == merge_rule::coalesce)
        add("(" + incoming(col) + " IS NOT NULL AND " + differs(col) + ")");
      else if (col.rule == merge_rule::plain)
        add(differs(col));
    }
    return out;
  }

private:
  static std::string incoming(const written_column& col) {
    return "excluded." + quoted(col.name);
  }

  static std::string existing(const written_column& col) {
    return "t." + quoted(col.name);
  }

  /// The type json knows no equality.
  std::string differs(const written_column& col) const {
    const auto* cast
      = plan_.kind == dialect::postgres && col.type == "json" ? "::text" : "";
    return incoming(col) + cast + " IS DISTINCT FROM " + existing(col) + cast;
  }

  static std::string later(const written_column& col) {
    return "(" + incoming(col) + " IS NOT NULL AND (" + existing(col)
           + " IS NULL OR " + incoming(col) + ">" + existing(col) + "))";
  }

  static std::string old_stamp(const written_column& col) {
    return "COALESCE(NULLIF(" + stamp_of("t", col.stamp_at) + ",''),'"
           + stamp_none + "')";
  }

  std::string wins(const written_column& col) const {
    const auto collate = bytewise(plan_.kind);
    // Days compare as days; bytes of their text would do as well, but
    // PostgreSQL knows no collation for them.
    const auto value_collate
      = plan_.tab->columns[col.cell].type == col_type::text ? collate : "";
    const auto fresh = stamp_of("excluded", col.stamp_at);
    const auto old = old_stamp(col);
    return "(" + incoming(col) + " IS NOT NULL AND (" + existing(col)
           + " IS NULL OR " + fresh + ">" + old + collate + " OR (" + fresh
           + "=" + old + " AND " + fresh + "<>'" + stamp_none + "' AND "
           + incoming(col) + ">" + existing(col) + value_collate + ")))";
  }

  std::string assigned(const written_column& col) const {
    switch (col.rule) {
      case merge_rule::key:
      case merge_rule::once:
      case merge_rule::unwritten:
        return {};
      case merge_rule::plain:
      case merge_rule::on_change:
        return incoming(col);
      case merge_rule::coalesce:
        return "COALESCE(" + incoming(col) + "," + existing(col) + ")";
      case merge_rule::stamped:
        return "CASE WHEN " + wins_.at(col.cell) + " THEN " + incoming(col)
               + " ELSE " + existing(col) + " END";
      case merge_rule::newest:
        return "CASE WHEN " + later(col) + " THEN " + incoming(col) + " ELSE "
               + existing(col) + " END";
      case merge_rule::provenance:
        return stamps();
    }
    return {};
  }

  std::string stamps() const {
    std::string out;
    for (const auto& col : plan_.columns) {
      if (col.rule != merge_rule::stamped || col.alias)
        continue;
      out += (out.empty() ? "" : " || ") + std::string{"CASE WHEN "}
             + wins_.at(col.cell) + " THEN "
             + stamp_of("excluded", col.stamp_at) + " ELSE " + old_stamp(col)
             + " END";
    }
    return out;
  }

  const upsert_plan& plan_;
  std::map<std::size_t, std::string> wins_; ///< By the column's cell.
};

[[noreturn]] void refuse(const table& tab, const std::string& what) {
  throw sql_error{fault::store_refused,
                  "table " + tab.name + " " + what
                    + "; run `racefill migrate --check`, then `racefill "
                      "migrate`"};
}

/// An alias follows its source; of a key, which never changes, it is filled
/// when it is empty.
merge_rule alias_rule(merge_rule source) {
  return source == merge_rule::key ? merge_rule::coalesce : source;
}

sql_value adapted(const upsert_plan& plan, const written_column& col,
                  const sql_value& value) {
  if (plan.kind != dialect::postgres)
    return value;
  if (const auto* real = std::get_if<double>(&value))
    if (is_integer_type(col.type))
      return static_cast<std::int64_t>(std::llround(*real));
  if (col.looked_up)
    return value;
  const auto& own = plan.tab->columns[col.cell];
  if (const auto* text = std::get_if<std::string>(&value))
    if (own.type == col_type::text_array
        && (col.type == "_text" || col.type == "_varchar"))
      return array_literal(*text);
  return value;
}

/// NULL for a looked-up value of a row that was not looked up (a stub).
sql_value cell_of(const written_column& col, const bound_row& row) {
  if (!col.looked_up)
    return row.cells[col.cell];
  return col.cell < row.aliases.size() ? row.aliases[col.cell] : sql_value{};
}

} // namespace

std::size_t upsert_plan::rows_max() const noexcept {
  return std::min(rows_per_statement_max,
                  parameters_max(kind) / columns.size());
}

upsert_plan make_plan(const table& tab, dialect kind,
                      const table_shape& shape) {
  if (!shape.exists)
    refuse(tab, "does not exist");
  if (!shape.is_table)
    refuse(tab, "is no table");
  upsert_plan out;
  out.tab = &tab;
  out.kind = kind;
  std::map<std::string, std::size_t> stamps;
  for (std::size_t i = 0; i < tab.columns.size(); ++i) {
    const auto& col = tab.columns[i];
    if (col.rule == merge_rule::stamped)
      stamps.emplace(col.name, stamps.size() * stamp_size + 1);
    if (col.rule == merge_rule::unwritten)
      continue;
    const auto* actual = shape.find(col.name);
    if (actual == nullptr)
      refuse(tab, "has no column " + col.name);
    const auto stamp = stamps.find(col.name);
    out.columns.push_back({col.name, col.rule, i,
                           stamp == stamps.end() ? 0 : stamp->second, false,
                           false, actual->type});
  }
  for (std::size_t i = 0; i < tab.aliases.size(); ++i) {
    const auto& alias = tab.aliases[i];
    const auto* actual = shape.find(alias.name);
    if (actual == nullptr || tab.find(alias.name) != nullptr)
      continue;
    if (!alias.parent.empty()) {
      out.columns.push_back(
        {alias.name, merge_rule::coalesce, i, 0, true, true, actual->type});
      continue;
    }
    const auto cell = tab.index_of(alias.source);
    out.columns.push_back({alias.name, alias_rule(tab.columns[cell].rule), cell,
                           0, true, false, actual->type});
  }
  if (!shape.is_unique(tab.key))
    refuse(tab, "has no unique key on " + tab.key.front());
  return out;
}

std::string upsert_sql(const upsert_plan& plan, std::size_t rows) {
  std::vector<std::string> names;
  for (const auto& col : plan.columns)
    names.push_back(col.name);
  const text_maker text{plan};
  return "INSERT INTO " + quoted(plan.tab->name) + " AS t ("
         + quoted_list(names) + ") VALUES "
         + value_tuples(plan.kind, rows, plan.columns.size())
         + "\nON CONFLICT (" + quoted_list(plan.tab->key)
         + ") DO UPDATE SET\n  " + text.assignments() + "\nWHERE "
         + text.condition();
}

std::vector<sql_value> upsert_values(const upsert_plan& plan,
                                     const std::vector<bound_row>& rows,
                                     std::size_t first, std::size_t last) {
  std::vector<sql_value> out;
  out.reserve((last - first) * plan.columns.size());
  for (auto i = first; i < last; ++i)
    for (const auto& col : plan.columns)
      out.push_back(adapted(plan, col, cell_of(col, rows[i])));
  return out;
}

} // namespace racefill
