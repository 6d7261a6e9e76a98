/// JSON TEXT: reading bodies that are nearly JSON, writing values canonically.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <simdjson.h>

#include <caf/error.hpp>

namespace racefill {

/// A parsed body. Its elements live as long as it does and must not outlive it.
class json_document {
public:
  /// Parses `body`. A body that breaks JSON only inside its values (bytes that
  /// are no UTF-8, half surrogate pairs, raw control characters, numbers beyond
  /// 64 bits) is repaired by repair_json() first, so that one bad value does
  /// not cost a day. `what` names the body in errors.
  /// Faults: broken_body; bad_shape when nested deeper than 1,024.
  caf::error load(std::string_view body, const std::string& what);

  simdjson::dom::element root() const noexcept {
    return root_;
  }

  /// Tells whether the body had to be repaired: then U+FFFD in a value stands
  /// for something that was lost.
  bool repaired() const noexcept {
    return repaired_;
  }

private:
  simdjson::dom::parser parser_;
  simdjson::dom::element root_;
  bool repaired_ = false;
};

/// `body` with each byte or escape inside a string that JSON forbids replaced
/// by U+FFFD, and each number beyond 64 bits or with an exponent put in quotes.
/// What is wrong outside values stays wrong.
std::string repair_json(std::string_view body);

/// `value` as JSON, compact, object keys in byte order (the last of equal keys
/// wins), NUL as U+FFFD: the same value gives the same text, whatever order the
/// provider wrote it in.
std::string to_canonical_json(simdjson::dom::element value);

/// Appends `text` as a JSON string with its quotes.
void append_json_string(std::string& out, std::string_view text);

} // namespace racefill
