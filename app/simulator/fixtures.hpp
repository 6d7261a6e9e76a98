/// FIXTURES: recorded bodies from a folder, served instead of the world's.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "messages/date.hpp"

namespace racefill::sim {

/// The files `racecards-DATE.json`, `horse-ID.json` and `courses.json`.
/// Immutable after construction.
class fixtures {
public:
  /// Reads the folder. With `verbatim`, bodies are served byte for byte;
  /// otherwise `total` is set to the items there. Throws std::runtime_error
  /// naming the file that cannot be read or is no JSON object.
  fixtures(const std::string& folder, bool verbatim);

  /// A page of the day's racecards; an empty page without a file.
  std::string racecards(date day, int limit, int skip) const;

  /// A horse's profile; none without a file.
  std::optional<std::string> horse(const std::string& horse_id) const;

  /// The course list; an empty one without a file.
  std::string courses() const;

  std::size_t size() const noexcept {
    return files_.size();
  }

private:
  std::map<std::string, std::string> files_; ///< By name.
  bool verbatim_;
};

/// A member of a JSON object: where its value begins and ends in the text.
struct json_span {
  std::string key;
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// The members of the object that `text` is. The text must be well-formed.
std::vector<json_span> members_of(std::string_view text);

/// The elements of the array that `text` is, as (begin, end) offsets. The text
/// must be well-formed.
std::vector<std::pair<std::size_t, std::size_t>>
elements_of(std::string_view text);

} // namespace racefill::sim
