/// DDL: the statements that make a table, from its description.
#pragma once

#include <string>
#include <vector>

#include "infra/sql/dialect.hpp"
#include "infra/store/table_model.hpp"

namespace racefill {

/// The type's name in a CREATE TABLE.
std::string type_name(dialect kind, const column& col);

/// `name` as an identifier of both databases.
std::string quoted(const std::string& name);

/// `"a","b"`.
std::string quoted_list(const std::vector<std::string>& names);

/// CREATE TABLE with keys, foreign keys, UNIQUE and CHECK; the indexes apart.
std::string create_table_sql(dialect kind, const table& tab);

/// ALTER TABLE … ADD COLUMN: nullable, or with the description's default, so
/// that no row that is there can stand against it.
std::string add_column_sql(dialect kind, const table& tab, const column& col);

/// CREATE INDEX.
std::string create_index_sql(const table& tab, const table_index& index);

/// Everything that an empty database needs, in order.
std::vector<std::string> schema_sql(dialect kind);

} // namespace racefill
