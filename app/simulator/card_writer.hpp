/// CARD WRITER: the members of a racecard's JSON objects.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "app/simulator/body.hpp"
#include "app/simulator/cards.hpp"
#include "app/simulator/json_text.hpp"

namespace racefill::sim {

/// Writes fields, heeding those that shall be null or left out.
class card_writer {
public:
  card_writer(json_writer& json, const gaps& missing,
              std::string_view null_name)
    : json_(json), missing_(missing), null_name_(null_name) {
  }

  // Opens an optional field; false when its value must not be written.
  bool begin(std::string_view name, field f) {
    if (missing_.is_missing(f))
      return false;
    json_.key(name);
    if (!missing_.is_null(f) && name != null_name_)
      return true;
    json_.raw("null");
    return false;
  }
  void text(std::string_view name, field f, std::string_view value) {
    if (begin(name, f))
      json_.text(value);
  }
  void text(std::string_view name, std::string_view value) {
    json_.key(name);
    if (name == null_name_)
      json_.raw("null");
    else
      json_.text(value);
  }
  void number(std::string_view name, std::optional<int> value,
              std::string_view none) {
    text(name, value ? std::to_string(*value) : std::string{none});
  }

private:
  json_writer& json_;
  const gaps& missing_;
  std::string_view null_name_;
};

/// Appends one race, its runners included.
void write_race(json_writer& json, const race& x, const body_changes& changes);

/// Appends one runner of a race on `day`.
void write_runner(json_writer& json, const runner& x, date day,
                  const body_changes& changes);

/// `7.0` or `7.5` of 14 or 15 halves.
std::string text_of_halves(int halves);

} // namespace racefill::sim
