/// TEXT: bytes from outside made fit for UTF-8 columns; pure, never throws.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace racefill {

/// What stands for a byte or character that no column can hold: U+FFFD.
inline constexpr std::string_view replacement_character = "\xEF\xBF\xBD";

/// The length in bytes (1 to 4) of the valid UTF-8 sequence that starts at
/// `at`; 0 when none does. Surrogates and overlong forms are not valid.
std::size_t utf8_length(std::string_view text, std::size_t at) noexcept;

/// Each byte that belongs to no valid sequence, and each NUL, becomes U+FFFD.
/// The API has sent neither so far; PostgreSQL takes neither.
std::string to_storable(std::string_view text);

/// The longest prefix of at most `bytes_max` bytes that splits no character.
std::string_view cut_utf8(std::string_view text,
                          std::size_t bytes_max) noexcept;

/// Without blanks (space, tab, line ends, U+00A0) at either end.
std::string_view trim(std::string_view text) noexcept;

/// ASCII letters only; other bytes stay as they are.
std::string to_upper(std::string_view text);
std::string to_lower(std::string_view text);

/// Tells whether `text` begins with `prefix`, ASCII case ignored; `prefix` is
/// given in upper case.
bool begins_with(std::string_view text, std::string_view prefix) noexcept;

/// `text` as a URL path segment or query value: all but RFC 3986's unreserved
/// characters percent-encoded.
std::string percent_encode(std::string_view text);

} // namespace racefill
