/// SETTING_KEYS: the table of every conf key: type, range, unit, meaning.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "app/config/settings.hpp"

namespace racefill {

/// One key of the conf file and the member of `settings` it stands for.
struct setting_key {
  std::string name; ///< `gate.requests`.
  std::string type; ///< `number`, `switch`, `choice`, `date`, `text`, `list`.
  std::string unit; ///< `requests`, `seconds`; "" where there is none.
  std::string allowed;     ///< For people: `1 to 100`, `ack, reply or paced`.
  std::string comment;     ///< One sentence.
  bool reloadable = false; ///< A running service takes the new value at once.
  bool may_hold_secret = false; ///< Its value is never repeated in an error.

  /// Takes the value over, or returns false and leaves `settings` as it was.
  std::function<bool(settings&, std::string_view)> assign;
  /// The value as assign() would take it back.
  std::function<std::string(const settings&)> print;
};

/// All keys, in the order of the conf file, sections together.
const std::vector<setting_key>& setting_keys();

/// The key of that name; nullptr when there is none.
const setting_key* find_setting_key(std::string_view name);

/// All names, in the table's order.
const std::vector<std::string>& setting_names();

/// The part of a key before its first dot.
std::string_view section_of(std::string_view key);

} // namespace racefill
