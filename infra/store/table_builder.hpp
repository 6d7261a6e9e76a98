/// TABLE_BUILDER: writes a table's description down, a line a column.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "infra/store/table_model.hpp"

namespace racefill {

inline sql_value day_value(date x) {
  return x.known() ? sql_value{to_string(x)} : sql_value{};
}

/// Collects the columns of the table that stores `Row`.
template <class Row>
class table_builder {
public:
  explicit table_builder(std::string name) {
    table_.name = std::move(name);
  }

  /// A key column made of the row.
  table_builder& key(std::string name, std::string (*make)(const Row&)) {
    table_.key.push_back(name);
    auto& col = add(std::move(name), col_type::text, merge_rule::key);
    col.nullable = false;
    col.get = [make](const void* row) { return text_value(make(cast(row))); };
    return *this;
  }

  table_builder& key(std::string name, std::string Row::*member) {
    table_.key.push_back(name);
    auto& col = add(std::move(name), col_type::text, merge_rule::key);
    col.nullable = false;
    col.get = [member](const void* row) {
      return text_value(cast(row).*member);
    };
    return *this;
  }

  table_builder& text(std::string name, std::string Row::*member,
                      col_type type = col_type::text) {
    auto& col = add(std::move(name), type, merge_rule::coalesce);
    col.get = [member](const void* row) {
      return text_value(cast(row).*member);
    };
    return *this;
  }

  table_builder& day(std::string name, date Row::*member) {
    auto& col = add(std::move(name), col_type::day, merge_rule::coalesce);
    col.get = [member](const void* row) {
      return day_value(cast(row).*member);
    };
    return *this;
  }

  table_builder& number(std::string name, opt_int Row::*member,
                        col_type type = col_type::smallint) {
    auto& col = add(std::move(name), type, merge_rule::coalesce);
    col.get = [member](const void* row) {
      const auto& value = cast(row).*member;
      return value ? sql_value{std::int64_t{*value}} : sql_value{};
    };
    return *this;
  }

  table_builder& count(std::string name, std::int32_t Row::*member) {
    auto& col = add(std::move(name), col_type::integer, merge_rule::plain);
    col.nullable = false;
    col.initial = "0";
    col.get = [member](const void* row) {
      return sql_value{std::int64_t{cast(row).*member}};
    };
    return *this;
  }

  table_builder& decimal(std::string name, opt_real Row::*member, int precision,
                         int scale) {
    auto& col = add(std::move(name), col_type::numeric, merge_rule::coalesce);
    col.precision = precision;
    col.scale = scale;
    col.get = [member](const void* row) {
      const auto& value = cast(row).*member;
      return value ? sql_value{*value} : sql_value{};
    };
    return *this;
  }

  table_builder& flag(std::string name, bool Row::*member,
                      const char* initial = "false") {
    auto& col = add(std::move(name), col_type::boolean, merge_rule::plain);
    col.nullable = false;
    col.initial = initial;
    col.get = [member](const void* row) {
      return sql_value{std::int64_t{cast(row).*member ? 1 : 0}};
    };
    return *this;
  }

  /// A column made of the row by `make`.
  table_builder& made(std::string name, col_type type,
                      sql_value (*make)(const Row&)) {
    auto& col = add(std::move(name), type, merge_rule::coalesce);
    col.get = [make](const void* row) { return make(cast(row)); };
    return *this;
  }

  /// A column that we create and never write.
  table_builder& foreign(std::string name, col_type type) {
    add(std::move(name), type, merge_rule::unwritten);
    return *this;
  }

  /// A column that only the store itself fills.
  table_builder& own(std::string name, col_type type, merge_rule rule) {
    add(std::move(name), type, rule);
    return *this;
  }

  // -- about the column added last --------------------------------------------

  table_builder& stamped(rank_rule rank) {
    last().rule = merge_rule::stamped;
    last().rank = rank;
    return *this;
  }

  table_builder& rule(merge_rule x) {
    last().rule = x;
    return *this;
  }

  table_builder& required() {
    last().nullable = false;
    return *this;
  }

  // -- about the table --------------------------------------------------------

  /// The columns of an entity whose values win by stamp.
  table_builder& origin(row_source (*source)(const Row&),
                        date (*as_of)(const Row&)) {
    table_.source = [source](const void* row) { return source(cast(row)); };
    table_.as_of = [as_of](const void* row) { return as_of(cast(row)); };
    auto& col = add("as_of", col_type::day, merge_rule::newest);
    col.get = [as_of](const void* row) { return day_value(as_of(cast(row))); };
    add("provenance", col_type::text, merge_rule::provenance);
    return *this;
  }

  table_builder& parent(std::string name, std::string table_name,
                        std::string parent_column, bool cascade = false) {
    table_.foreign_keys.push_back({std::move(name), std::move(table_name),
                                   std::move(parent_column), cascade});
    return *this;
  }

  table_builder& unique(std::vector<std::string> names) {
    table_.uniques.push_back(std::move(names));
    return *this;
  }

  table_builder& check(std::string condition) {
    table_.checks.push_back(std::move(condition));
    return *this;
  }

  table_builder& index(std::string name, std::vector<std::string> names,
                       std::string where = {}) {
    table_.indexes.push_back(
      {std::move(name), std::move(names), std::move(where)});
    return *this;
  }

  table_builder& alias(std::string name, std::string source) {
    table_.aliases.push_back({std::move(name), std::move(source), {}, {}});
    return *this;
  }

  /// An alias for a column of the row's parent.
  table_builder& looked_up(std::string name, std::string via,
                           std::string parent, std::string source) {
    table_.aliases.push_back(
      {std::move(name), std::move(source), std::move(parent), std::move(via)});
    return *this;
  }

  /// Adds created_at and updated_at, and yields the table.
  table build() {
    add("created_at", col_type::instant, merge_rule::once).nullable = false;
    add("updated_at", col_type::instant, merge_rule::on_change).nullable
      = false;
    return std::move(table_);
  }

private:
  static const Row& cast(const void* row) {
    return *static_cast<const Row*>(row);
  }

  column& add(std::string name, col_type type, merge_rule rule) {
    auto& col = table_.columns.emplace_back();
    col.name = std::move(name);
    col.type = type;
    col.rule = rule;
    return col;
  }

  column& last() {
    return table_.columns.back();
  }

  table table_;
};

} // namespace racefill
