/// STYLED_TEXT: lines of cells with a colour, for the screen and for pipes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "app/print/terminal.hpp"

namespace racefill {

/// A piece of a line in one colour. UTF-8, each character one cell wide.
struct styled_piece {
  std::string text;
  tint colour = tint::none;
};

/// The number of cells that a text takes.
std::size_t cells_of(std::string_view text);

/// A text cut to so many cells, with `~` where something is missing.
std::string cut_to(std::string_view text, std::size_t cells);

/// `text` from elsewhere, without anything that moves a terminal's cursor.
std::string harmless(std::string_view text);

class styled_line {
public:
  styled_line() = default;
  styled_line(std::string text, tint colour = tint::none) {
    add(std::move(text), colour);
  }

  styled_line& add(std::string text, tint colour = tint::none);

  /// Adds blanks up to a column.
  styled_line& pad_to(std::size_t column);

  /// Adds another line's pieces.
  styled_line& add(const styled_line& x);

  /// Cuts what is beyond so many cells.
  void cut(std::size_t cells);

  std::size_t cells() const noexcept {
    return cells_;
  }

  const std::vector<styled_piece>& pieces() const noexcept {
    return pieces_;
  }

  /// The line with escape codes, or without.
  std::string text(const terminal_look& look) const;

private:
  std::vector<styled_piece> pieces_;
  std::size_t cells_ = 0;
};

using styled_lines = std::vector<styled_line>;

/// Puts `right` beside `left`, from `column` on.
styled_lines side_by_side(const styled_lines& left, const styled_lines& right,
                          std::size_t column);

/// A bar of so many cells, filled in eighths of a cell where UTF-8 is.
styled_line bar_of(double share, std::size_t cells, bool utf8, tint colour);

} // namespace racefill
