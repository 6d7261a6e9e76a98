/// VALUE_CHECK: what a column of a type can hold, decided before binding, since
/// SQLite would take anything and PostgreSQL would refuse the whole row.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "infra/store/table_model.hpp"

namespace racefill {

/// Rounds decimals to the column's scale, so that both databases hold the same;
/// returns why the value does not fit, if it does not.
std::optional<std::string> check_value(const column& col, sql_value& value);

/// Tells whether `text` is UTF-8 without NUL.
bool is_clean_text(std::string_view text) noexcept;

/// `text` with every byte that is not clean replaced by `?`, cut at `size_max`.
std::string cleaned(std::string_view text, std::size_t size_max);

} // namespace racefill
