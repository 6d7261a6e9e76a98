/// ARRAY_SCAN: where a JSON array of objects in a file is still sound.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace racefill {

/// Takes a text in pieces and follows it as far as it is `[{…}, {…}]`. Holds
/// one entry at most.
class array_scan {
public:
  static constexpr std::size_t entry_bytes_max = std::size_t{1024} * 1024;

  /// Goes on with the next piece. False once the text is damaged.
  bool feed(std::string_view piece);

  /// The array has been closed, and nothing but blanks came after it.
  bool is_whole() const noexcept {
    return phase_ == phase::closed;
  }

  /// The text up to here is an array but for its closing bracket: the end of
  /// the last sound entry, or of the opening bracket; 0 before that.
  long sound_end() const noexcept {
    return sound_end_;
  }

  /// Sound entries so far.
  long entries() const noexcept {
    return entries_;
  }

private:
  enum class phase { before, opened, entry, after_entry, after_comma, closed };

  bool take(char c);
  bool take_within_entry(char c);

  phase phase_ = phase::before;
  long position_ = 0;
  long sound_end_ = 0;
  long entries_ = 0;
  bool damaged_ = false;
  std::string entry_;
  int depth_ = 0;
  bool in_string_ = false;
  bool escaped_ = false;
};

/// What the end of an array's text says.
struct array_tail {
  long open_end = 0; ///< Where the closing bracket may be written over.
  bool has_entries = false;
};

/// Reads the last bytes of an array, `tail` beginning at `offset`; none when
/// they are not the end of one.
std::optional<array_tail> read_tail(std::string_view tail, long offset);

} // namespace racefill
