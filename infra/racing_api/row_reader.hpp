/// ROW READER: takes cells out of a JSON object; what fits no column goes to
/// quarantine, and the cell stays empty.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <simdjson.h>

#include "infra/racing_api/field_parsers.hpp"
#include "messages/rows.hpp"

namespace racefill {

/// A field's value; none when the object lacks the field or it is null.
using json_cell = std::optional<simdjson::dom::element>;

/// A name usable as a template argument, so that a misspelt field of an
/// object does not compile.
template <std::size_t Size>
struct field_name {
  char text[Size]{}; // NOLINT: a literal's own shape.

  constexpr field_name(const char (&literal)[Size]) { // NOLINT: implicit.
    for (std::size_t i = 0; i < Size; ++i)
      text[i] = literal[i];
  }

  constexpr std::string_view view() const {
    return {text, Size - 1};
  }
};

/// The known fields of one JSON object, found in one pass. `Names` is a
/// constexpr array of names in the order in which the provider writes them (any
/// other order is right, too, only slower). The last of equal keys wins.
template <const auto& Names>
class json_fields {
public:
  explicit json_fields(simdjson::dom::object object) {
    std::size_t expected = 0;
    for (const auto field : object) {
      const auto index = find(field.key, expected);
      if (index == Names.size())
        continue;
      expected = index + 1;
      if (field.value.is_null())
        cells_[index].reset();
      else
        cells_[index] = field.value;
    }
  }

  template <field_name Name>
  const json_cell& at() const {
    constexpr auto index = position(Name.view());
    static_assert(index < Names.size(), "no such field");
    return cells_[index];
  }

private:
  static constexpr std::size_t position(std::string_view name) {
    for (std::size_t i = 0; i < Names.size(); ++i)
      if (Names[i] == name)
        return i;
    return Names.size();
  }

  static std::size_t find(std::string_view name, std::size_t expected) {
    if (expected < Names.size() && Names[expected] == name)
      return expected;
    return position(name);
  }

  std::array<json_cell, Names.size()> cells_;
};

/// The text of `cell` when it can be a key: a string of 1 to 128 printable
/// ASCII bytes without blanks (those at its ends are trimmed); "" otherwise.
std::string plain_id(const json_cell& cell);

/// `cell` for a quarantine's payload: a string's own text, else canonical JSON.
std::string payload_of(const json_cell& cell);

/// Collects the refusals of one unit of work.
class quarantine_log {
public:
  /// A hostile body must not fill the database: beyond this many rows only a
  /// last one is added, which says how many were left out.
  static constexpr std::size_t rows_max = 1000;
  static constexpr std::size_t payload_bytes_max = 4096;

  quarantine_log(std::string source, std::string source_key);

  /// Notes a value (or, with an empty `column`, a whole row) that was refused.
  /// `payload` is made storable and cut at 4 KiB between two characters.
  void refuse(std::string_view table, std::string_view row_key,
              std::string_view column, std::string_view reason,
              std::string_view payload);

  /// Hands all rows over; the log is empty then.
  std::vector<quarantine_row> take();

private:
  std::string source_;
  std::string source_key_;
  std::vector<quarantine_row> rows_;
  std::size_t left_out_ = 0;
};

/// Reads the cells of one row. Every method returns the empty value for a
/// missing cell, and for a cell it refuses (quarantined with its reason).
class row_reader {
public:
  /// `repaired`: U+FFFD in a text stands for lost bytes and is to be noted.
  row_reader(quarantine_log& log, std::string_view table, std::string row_key,
             bool repaired)
    : log_(log),
      table_(table),
      row_key_(std::move(row_key)),
      repaired_(repaired) {
    // nop
  }

  /// A key, by plain_id().
  std::string id(const json_cell& cell, std::string_view column) const;

  /// A name or code: blanks trimmed, a lone dash means missing; a number's own
  /// text when the provider sends a number.
  std::string label(const json_cell& cell, std::string_view column) const;

  /// label() in upper case (regions).
  std::string code(const json_cell& cell, std::string_view column) const;

  /// Text of any length kept as it is; blanks alone mean missing.
  std::string prose(const json_cell& cell, std::string_view column) const;

  opt_int integer(const json_cell& cell, std::string_view column,
                  int_range range = smallint_range) const;
  opt_real real(const json_cell& cell, std::string_view column,
                double limit) const;
  date day(const json_cell& cell, std::string_view column) const;
  std::string instant(const json_cell& cell, std::string_view column) const;

  /// A JSON boolean, or a text that plainly is one; false when missing.
  bool flag(const json_cell& cell, std::string_view column) const;

  /// A list of short texts; a lone text counts as a list of one.
  std::vector<std::string> labels(const json_cell& cell,
                                  std::string_view column) const;

  /// The text of a string or number; none for other types (refused).
  std::optional<std::string> text(const json_cell& cell,
                                  std::string_view column) const;

  /// The value of a parse of `cell`'s text, or the empty one; refusals noted.
  template <class T>
  T settle(const parsed<T>& value, const json_cell& cell,
           std::string_view column, std::string_view reason) const {
    if (value.result == outcome::refused)
      refuse(cell, column, reason);
    return value.ok() ? value.value : T{};
  }

  void refuse(const json_cell& cell, std::string_view column,
              std::string_view reason) const;

private:
  std::string storable(std::string_view text, std::string_view column) const;

  quarantine_log& log_;
  std::string_view table_;
  std::string row_key_;
  bool repaired_;
};

} // namespace racefill
