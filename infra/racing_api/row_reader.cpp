#include "infra/racing_api/row_reader.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "infra/racing_api/json_text.hpp"
#include "infra/racing_api/text.hpp"

namespace racefill {

namespace {

using simdjson::dom::element_type;

bool is_id_byte(char c) noexcept {
  return c > ' ' && c < '\x7F';
}

template <class Number>
std::string number_text(Number value) {
  std::array<char, 64> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value);
  return {text.data(), end.ptr};
}

template <class T>
caf::optional<T> settled(const parsed<T>& value) {
  if (value.ok())
    return value.value;
  return caf::none;
}

} // namespace

// -- quarantine ---------------------------------------------------------------

quarantine_log::quarantine_log(std::string source, std::string source_key)
  : source_(std::move(source)), source_key_(std::move(source_key)) {
  // nop
}

void quarantine_log::refuse(std::string_view table, std::string_view row_key,
                            std::string_view column, std::string_view reason,
                            std::string_view payload) {
  if (rows_.size() >= rows_max) {
    ++left_out_;
    return;
  }
  quarantine_row row;
  row.source = source_;
  row.source_key = source_key_;
  row.table_name = table;
  row.row_key = row_key;
  row.column = column;
  row.reason = reason;
  // Cut before the clean-up and after it: U+FFFD is longer than what it
  // replaces, and a hostile value may have megabytes.
  const auto clean = to_storable(cut_utf8(payload, payload_bytes_max));
  row.payload = cut_utf8(clean, payload_bytes_max);
  rows_.push_back(std::move(row));
}

std::vector<quarantine_row> quarantine_log::take() {
  if (left_out_ > 0) {
    quarantine_row row;
    row.source = source_;
    row.source_key = source_key_;
    row.reason = std::to_string(left_out_) + " more refusals were left out";
    rows_.push_back(std::move(row));
    left_out_ = 0;
  }
  return std::move(rows_);
}

std::string plain_id(const json_cell& cell) {
  static constexpr std::size_t id_bytes_max = 128;
  if (!cell || !cell->is_string())
    return {};
  const auto bare = trim(std::string_view(*cell));
  if (is_missing(bare) || bare.size() > id_bytes_max
      || !std::all_of(bare.begin(), bare.end(), is_id_byte))
    return {};
  return std::string{bare};
}

std::string payload_of(const json_cell& cell) {
  if (!cell)
    return {};
  if (cell->is_string())
    return std::string{std::string_view(*cell)};
  return to_canonical_json(*cell);
}

// -- cells --------------------------------------------------------------------

void row_reader::refuse(const json_cell& cell, std::string_view column,
                        std::string_view reason) const {
  log_.refuse(table_, row_key_, column, reason, payload_of(cell));
}

std::string row_reader::storable(std::string_view text,
                                 std::string_view column) const {
  const bool has_nul = text.find('\0') != std::string_view::npos;
  const bool has_gap
    = repaired_ && text.find(replacement_character) != std::string_view::npos;
  if (!has_nul && !has_gap)
    return std::string{text};
  auto result = to_storable(text);
  log_.refuse(table_, row_key_, column,
              "bytes that no column holds; stored with U+FFFD in their place",
              result);
  return result;
}

std::optional<std::string> row_reader::text(const json_cell& cell,
                                            std::string_view column) const {
  if (!cell)
    return std::nullopt;
  switch (cell->type()) {
    case element_type::STRING:
      return std::string{std::string_view(*cell)};
    case element_type::INT64:
      return number_text(std::int64_t(*cell));
    case element_type::UINT64:
      return number_text(std::uint64_t(*cell));
    case element_type::DOUBLE:
      return number_text(double(*cell));
    default:
      refuse(cell, column, "a text is documented");
      return std::nullopt;
  }
}

std::string row_reader::id(const json_cell& cell,
                           std::string_view column) const {
  auto result = plain_id(cell);
  const bool given
    = cell && !(cell->is_string() && is_missing(std::string_view(*cell)));
  if (result.empty() && given)
    refuse(cell, column, "no id: not a text, over 128 bytes, or blanks in it");
  return result;
}

std::string row_reader::label(const json_cell& cell,
                              std::string_view column) const {
  const auto whole = text(cell, column);
  if (!whole || is_missing(*whole))
    return {};
  return storable(trim(*whole), column);
}

std::string row_reader::code(const json_cell& cell,
                             std::string_view column) const {
  return to_upper(label(cell, column));
}

std::string row_reader::prose(const json_cell& cell,
                              std::string_view column) const {
  const auto whole = text(cell, column);
  if (!whole || trim(*whole).empty())
    return {};
  return storable(*whole, column);
}

opt_int row_reader::integer(const json_cell& cell, std::string_view column,
                            int_range range) const {
  const auto whole = text(cell, column);
  if (!whole)
    return caf::none;
  const auto value = parse_integer(*whole, range);
  settle(value, cell, column, "no whole number that the column holds");
  return settled(value);
}

opt_real row_reader::real(const json_cell& cell, std::string_view column,
                          double limit) const {
  const auto whole = text(cell, column);
  if (!whole)
    return caf::none;
  const auto value = parse_real(*whole, limit);
  settle(value, cell, column, "no decimal that the column holds");
  return settled(value);
}

date row_reader::day(const json_cell& cell, std::string_view column) const {
  const auto whole = text(cell, column);
  if (!whole)
    return {};
  return settle(parse_day(*whole), cell, column, "no day YYYY-MM-DD");
}

std::string row_reader::instant(const json_cell& cell,
                                std::string_view column) const {
  const auto whole = text(cell, column);
  if (!whole)
    return {};
  return settle(parse_instant(*whole), cell, column,
                "no instant with an offset");
}

bool row_reader::flag(const json_cell& cell, std::string_view column) const {
  if (cell && cell->is_bool())
    return bool(*cell);
  const auto whole = text(cell, column);
  if (!whole)
    return false;
  return settle(parse_flag(*whole), cell, column, "neither true nor false");
}

std::vector<std::string> row_reader::labels(const json_cell& cell,
                                            std::string_view column) const {
  std::vector<std::string> result;
  auto add = [&](const json_cell& item) {
    if (auto one = label(item, column); !one.empty())
      result.push_back(std::move(one));
  };
  if (!cell)
    return result;
  if (!cell->is_array()) {
    if (cell->is_string())
      add(cell);
    else
      refuse(cell, column, "a list is documented");
    return result;
  }
  for (const auto item : simdjson::dom::array(*cell))
    if (!item.is_null())
      add(item);
  return result;
}

} // namespace racefill
