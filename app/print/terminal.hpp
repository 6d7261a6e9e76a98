/// TERMINAL: what the output can show, and text that fits 80 columns.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/config/config.hpp"

namespace racefill {

/// What standard output can show.
struct terminal_look {
  bool utf8 = false;   ///< By LC_ALL, LC_CTYPE, LANG.
  bool colour = false; ///< A terminal, TERM is not dumb, NO_COLOR is not set.
};

/// Of this process's standard output.
terminal_look look_of_stdout(const environment& env);

/// The colours that the reports use.
enum class tint : std::uint8_t { none, good, warn, bad, dim, bold };

/// `text` in a colour, or as it is.
std::string tinted(const terminal_look& look, tint colour,
                   const std::string& text);

/// 1,326,595
std::string with_commas(std::int64_t x);

/// 1.6 GB, 231 MB, 12 kB; decimal units.
std::string human_bytes(std::int64_t bytes);

/// 20 h 15 min, 33 min, 40 s.
std::string human_seconds(std::int64_t seconds);

/// `98.7` without needless zeros, at most two decimals.
std::string short_number(double x);

/// Columns of text; numbers right, words left.
class text_table {
public:
  enum class align : std::uint8_t { left, right };

  struct column {
    std::string title;
    align side = align::right;
  };

  explicit text_table(std::vector<column> columns)
    : columns_(std::move(columns)) {
  }

  /// A row of as many cells as columns; `colour` for all of it.
  void add(std::vector<std::string> cells, tint colour = tint::none);

  /// Titles, a rule and the rows; two blanks between columns. The last column
  /// is cut to fit 80 when it is to the left.
  std::string text(const terminal_look& look) const;

private:
  struct row {
    std::vector<std::string> cells;
    tint colour = tint::none;
  };

  std::vector<column> columns_;
  std::vector<row> rows_;
};

/// `text` in lines of at most 80 columns, each begun by `indent` blanks.
std::string wrapped_text(const std::string& text, std::size_t indent);

/// Prints to standard output; a refused write (a full disk behind it) is told.
/// Returns `status`, or that of files when the text could not be written.
int print_report(const std::string& text, int status);

} // namespace racefill
