/// LOG_TEXT: one event as one line; pure.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "infra/log/log.hpp"

namespace racefill {

/// One line without its line break. `at` counts from 1970 in UTC.
std::string format_line(log_format format, std::chrono::milliseconds at,
                        log_level level, std::string_view component,
                        std::string_view text, log_fields fields);

/// `text` with the marks that reorder a line, U+202E and its kind, as `\u202e`:
/// an escape that JSON knows too. Everything else stays.
std::string escape_marks(std::string_view text);

/// Valid UTF-8 without control characters: line breaks become `\n`, tabs `\t`,
/// others `\x1b`, bytes that are no UTF-8 U+FFFD.
std::string escape_text(std::string_view text);

/// The same for the inside of a JSON string, quotes and backslashes included.
std::string escape_json(std::string_view text);

/// The first `columns` code points of a valid UTF-8 text, an ellipsis in the
/// last place when something was cut.
std::string cut_to_columns(std::string_view text, std::size_t columns);

} // namespace racefill
