#include "app/monitor/styled_text.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace racefill {
namespace {

bool starts_character(char x) {
  return (static_cast<unsigned char>(x) & 0xc0) != 0x80;
}

// The first `cells` characters.
std::string_view head_of(std::string_view text, std::size_t cells) {
  std::size_t seen = 0;
  for (std::size_t i = 0; i < text.size(); ++i)
    if (starts_character(text[i]) && seen++ == cells)
      return text.substr(0, i);
  return text;
}

} // namespace

std::size_t cells_of(std::string_view text) {
  return static_cast<std::size_t>(
    std::count_if(text.begin(), text.end(), starts_character));
}

std::string cut_to(std::string_view text, std::size_t cells) {
  if (cells_of(text) <= cells)
    return std::string{text};
  if (cells == 0)
    return {};
  return std::string{head_of(text, cells - 1)} + "~";
}

std::string harmless(std::string_view text) {
  std::string out;
  for (const char x : text) {
    const auto byte = static_cast<unsigned char>(x);
    // Names and errors of ours are ASCII; anything else may be of any width.
    out += byte >= 0x20 && byte < 0x7f ? x : '?';
  }
  return out;
}

styled_line& styled_line::add(std::string text, tint colour) {
  cells_ += cells_of(text);
  pieces_.push_back({std::move(text), colour});
  return *this;
}

styled_line& styled_line::pad_to(std::size_t column) {
  if (cells_ < column)
    add(std::string(column - cells_, ' '));
  return *this;
}

styled_line& styled_line::add(const styled_line& x) {
  for (const auto& piece : x.pieces_)
    add(piece.text, piece.colour);
  return *this;
}

void styled_line::cut(std::size_t cells) {
  if (cells_ <= cells)
    return;
  std::size_t left = cells;
  for (auto& piece : pieces_) {
    piece.text = std::string{head_of(piece.text, left)};
    left -= cells_of(piece.text);
  }
  cells_ = cells;
}

std::string styled_line::text(const terminal_look& look) const {
  std::string out;
  for (const auto& piece : pieces_)
    out += tinted(look, piece.colour, piece.text);
  while (!out.empty() && out.back() == ' ')
    out.pop_back();
  return out;
}

styled_lines side_by_side(const styled_lines& left, const styled_lines& right,
                          std::size_t column) {
  styled_lines out;
  for (std::size_t i = 0; i < std::max(left.size(), right.size()); ++i) {
    styled_line line = i < left.size() ? left[i] : styled_line{};
    line.cut(column > 1 ? column - 1 : column);
    if (i < right.size())
      line.pad_to(column).add(right[i]);
    out.push_back(std::move(line));
  }
  return out;
}

styled_line bar_of(double share, std::size_t cells, bool utf8, tint colour) {
  constexpr std::array<const char*, 8> eighths{"",  "▏", "▎", "▍",
                                               "▌", "▋", "▊", "▉"};
  if (!std::isfinite(share))
    share = 0;
  share = std::clamp(share, 0.0, 1.0);
  const auto filled = static_cast<std::size_t>(
    std::floor(share * static_cast<double>(cells) * 8));
  std::string done;
  std::size_t used = 0;
  for (; used < filled / 8; ++used)
    done += utf8 ? "█" : "#";
  if (utf8 && used < cells && filled % 8 != 0) {
    done += eighths[filled % 8];
    ++used;
  }
  std::string rest;
  for (; used < cells; ++used)
    rest += utf8 ? "░" : ".";
  styled_line out;
  out.add(std::move(done), colour).add(std::move(rest), tint::dim);
  return out;
}

} // namespace racefill
