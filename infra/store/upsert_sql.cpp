#include "infra/store/upsert_sql.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "infra/store/array_column.hpp"
#include "infra/store/ddl.hpp"

namespace racefill {
namespace {

/// A statement of more rows gains nothing and costs memory on both sides.
constexpr std::size_t array_rows_max = 2'000;

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

/// NULL for a looked-up value of a row that was not looked up (a stub).
const sql_value& cell_of(const written_column& col, const bound_row& row) {
  static const sql_value null;
  if (!col.looked_up)
    return row.cells[col.cell];
  return col.cell < row.aliases.size() ? row.aliases[col.cell] : null;
}

/// `VALUES (?,…)`, or the arrays unnested.
std::string source_of(const upsert_plan& plan) {
  if (plan.kind == dialect::sqlite)
    return "VALUES " + value_tuples(plan.kind, 1, plan.columns.size());
  std::string cells;
  std::string arrays;
  std::string names;
  for (std::size_t i = 0; i < plan.columns.size(); ++i) {
    const auto& col = plan.columns[i];
    const auto number = std::to_string(i + 1);
    const std::string comma = i == 0 ? "" : ",";
    const auto element = array_element(col.type);
    cells += comma
             + (element.empty()
                  ? "CAST(c" + number + " AS " + bare_type(col.full_type) + ")"
                  : "c" + number);
    arrays += comma + "$" + number + "::" + (element.empty() ? "text" : element)
              + "[]";
    names += comma + "c" + number;
  }
  return "SELECT " + cells + " FROM unnest(" + arrays + ") AS u(" + names + ")";
}

std::string upsert_sql(const upsert_plan& plan) {
  std::vector<std::string> names;
  for (const auto& col : plan.columns)
    names.push_back(col.name);
  const text_maker text{plan};
  return "INSERT INTO " + quoted(plan.tab->name) + " AS t ("
         + quoted_list(names) + ") " + source_of(plan) + "\nON CONFLICT ("
         + quoted_list(plan.tab->key) + ") DO UPDATE SET\n  "
         + text.assignments() + "\nWHERE " + text.condition();
}

/// Tells whether the description's JSON list goes into an array of text.
bool is_text_array(const upsert_plan& plan, const written_column& col) {
  return !col.looked_up
         && plan.tab->columns[col.cell].type == col_type::text_array
         && (col.type == "_text" || col.type == "_varchar");
}

} // namespace

std::size_t upsert_plan::rows_max() const noexcept {
  return kind == dialect::sqlite ? 1 : array_rows_max;
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
                           false, actual->type, actual->full_type});
  }
  for (std::size_t i = 0; i < tab.aliases.size(); ++i) {
    const auto& alias = tab.aliases[i];
    const auto* actual = shape.find(alias.name);
    if (actual == nullptr || tab.find(alias.name) != nullptr)
      continue;
    if (!alias.parent.empty()) {
      out.columns.push_back({alias.name, merge_rule::coalesce, i, 0, true, true,
                             actual->type, actual->full_type});
      continue;
    }
    const auto cell = tab.index_of(alias.source);
    out.columns.push_back({alias.name, alias_rule(tab.columns[cell].rule), cell,
                           0, true, false, actual->type, actual->full_type});
  }
  if (!shape.is_unique(tab.key))
    refuse(tab, "has no unique key on " + tab.key.front());
  out.sql = upsert_sql(out);
  return out;
}

std::vector<sql_value> upsert_values(const upsert_plan& plan,
                                     const std::vector<bound_row>& rows,
                                     std::size_t first, std::size_t last) {
  std::vector<sql_value> out;
  out.reserve(plan.columns.size());
  for (const auto& col : plan.columns) {
    if (plan.kind == dialect::sqlite) {
      out.push_back(cell_of(col, rows[first]));
      continue;
    }
    array_column cells{is_text_array(plan, col), is_integer_type(col.type)};
    for (auto i = first; i < last; ++i)
      cells.add(cell_of(col, rows[i]));
    out.emplace_back(cells.take());
  }
  return out;
}

} // namespace racefill
