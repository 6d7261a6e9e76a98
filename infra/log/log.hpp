/// LOG: one event a line, text or JSON, to stderr and to a rotating file.
///
/// A call formats its line on the caller's thread and hands it to a writer
/// thread through a queue of 8192 lines; it never waits for a terminal or a
/// disk. When the queue is full the oldest line makes room, and the writer says
/// how many went missing. Lines still queued are written by log_shutdown(), at
/// a plain exit and on std::terminate; only a kill -9 or a fatal signal can
/// lose the last milliseconds.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

#include <caf/error.hpp>

namespace racefill {

enum class log_level : std::uint8_t { debug, info, warn, error, off };

enum class log_format : std::uint8_t {
  text, ///< `2024-01-31T10:00:00.000Z info  writer: text name=value`
  json, ///< `{"ts":"…","level":"info","component":"writer","msg":"text",…}`
};

/// Where the log goes; app/ fills them from `log.*` in conf/.
struct log_settings {
  /// The least level that is written. Reloadable.
  log_level level = log_level::info;
  /// The shape of a line.
  log_format format = log_format::text;
  /// Also written here, whatever stderr does; "" for stderr alone.
  std::string file;
  /// A file of this many MiB is rotated.
  std::int32_t rotate_mb = 20;
  /// Rotated files that are kept: file.1, file.2 …
  std::int32_t rotate_files = 5;
};

/// A named value of an event: ` name=value` in text, a member in JSON.
struct log_field {
  std::string_view name;
  std::string value;
};

using log_fields = std::initializer_list<log_field>;

/// Opens the log; a second call replaces the first one's settings. Before the
/// first call lines of level info and above go to stderr as text.
/// Faults: files_refused (the file or its folder cannot be written); then the
/// log stays as it was.
caf::error log_setup(const log_settings& settings);

/// Changes the least level at once, from any thread.
void log_set_level(log_level level) noexcept;

/// Tells whether a line of this level would be written.
bool log_enabled(log_level level) noexcept;

/// Writes one event. `text` and `fields` may hold any bytes: line breaks and
/// control characters are escaped, invalid UTF-8 becomes U+FFFD, and a line
/// beyond 8 KiB is cut with a word. Never throws, never blocks on I/O.
void log_write(log_level level, std::string_view component,
               std::string_view text, log_fields fields = {}) noexcept;

inline void log_debug(std::string_view component, std::string_view text,
                      log_fields fields = {}) noexcept {
  log_write(log_level::debug, component, text, fields);
}

inline void log_info(std::string_view component, std::string_view text,
                     log_fields fields = {}) noexcept {
  log_write(log_level::info, component, text, fields);
}

inline void log_warn(std::string_view component, std::string_view text,
                     log_fields fields = {}) noexcept {
  log_write(log_level::warn, component, text, fields);
}

inline void log_error(std::string_view component, std::string_view text,
                      log_fields fields = {}) noexcept {
  log_write(log_level::error, component, text, fields);
}

/// Shows `line` as the last line of the terminal, below the log, in place of
/// the one before; "" takes it away. Cut to the terminal's width. Without
/// effect when stderr is no terminal. Does not block on I/O.
void log_live_line(std::string_view line) noexcept;

/// Tells whether log_live_line() shows anything: stderr is a terminal.
bool log_on_terminal() noexcept;

/// Waits until every line written so far is out, but at most two seconds.
void log_flush() noexcept;

/// Writes what is queued, takes the live line away and closes the file. Later
/// lines go to stderr as before log_setup(). Safe to call twice.
void log_shutdown() noexcept;

/// `debug`, `info`, `warn`, `error`, `off`.
std::string to_string(log_level x);

/// `text`, `json`.
std::string to_string(log_format x);

} // namespace racefill
