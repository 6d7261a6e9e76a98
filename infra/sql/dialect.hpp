/// DIALECT: the few words that SQLite and PostgreSQL spell differently.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace racefill {

enum class dialect : std::uint8_t { sqlite, postgres };

/// The n-th parameter, from 1. SQLite counts by itself, and finding a named
/// parameter among thousands is slow there.
std::string placeholder(dialect kind, std::size_t n);

/// What makes a text comparison bytewise: ` COLLATE "C"` or nothing.
std::string bytewise(dialect kind);

/// An instant `seconds` from the database's own clock, as an expression.
std::string now_plus(dialect kind, std::int64_t seconds);

/// A row lock at the end of a SELECT: ` FOR SHARE`, ` FOR UPDATE`; nothing in
/// SQLite, whose writers exclude each other anyway.
std::string row_lock(dialect kind, const char* words);

/// `($1,$2),($3,$4)`: placeholders of `rows` rows of `columns` values.
std::string value_tuples(dialect kind, std::size_t rows, std::size_t columns);

} // namespace racefill
