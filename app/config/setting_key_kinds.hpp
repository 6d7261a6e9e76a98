/// SETTING_KEY_KINDS: how a key of the conf file is bound to its member of
/// `settings`, by what it may hold.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/config/setting_keys.hpp"
#include "app/config/setting_values.hpp"

namespace racefill {

/// The keys of the database, the log, the monitor, the page and the service.
void add_outside_keys(std::vector<setting_key>& out);

namespace setting_key_kinds {

using s = settings;

inline constexpr bool live = true; // Reloadable.

/// Binds a key to `settings::*Section.*Member`.
template <auto Section, auto Member>
setting_key bind(std::string name) {
  setting_key key;
  key.name = std::move(name);
  key.assign = [](settings& all, std::string_view text) {
    return read(text, all.*Section.*Member);
  };
  key.print = [](const settings& all) { return print(all.*Section.*Member); };
  return key;
}

/// A whole number within a range.
template <auto Section, auto Member>
setting_key number(const std::string& name, std::int32_t min, std::int32_t max,
                   const std::string& unit, const std::string& comment,
                   bool reloadable = false) {
  auto key = bind<Section, Member>(name);
  key.type = "number";
  key.unit = unit;
  key.allowed = std::to_string(min) + " to " + std::to_string(max);
  key.comment = comment;
  key.reloadable = reloadable;
  key.assign = [min, max](settings& all, std::string_view text) {
    std::int32_t value = 0;
    if (!read(text, value) || value < min || value > max)
      return false;
    all.*Section.*Member = value;
    return true;
  };
  return key;
}

/// Any other type, with the words for what it may be.
template <auto Section, auto Member>
setting_key value(const std::string& name, const std::string& type,
                  const std::string& allowed, const std::string& comment,
                  bool reloadable = false) {
  auto key = bind<Section, Member>(name);
  key.type = type;
  key.allowed = allowed;
  key.comment = comment;
  key.reloadable = reloadable;
  return key;
}

template <auto Section, auto Member>
setting_key toggle(const std::string& name, const std::string& comment,
                   bool reloadable = false) {
  return value<Section, Member>(name, "switch", "true or false", comment,
                                reloadable);
}

/// A path or an address, which may be left empty.
template <auto Section, auto Member>
setting_key text(const std::string& name, const std::string& allowed,
                 const std::string& comment) {
  return value<Section, Member>(name, "text", allowed, comment);
}

/// A path or an address that must be there and start as one of `starts`.
template <auto Section, auto Member>
setting_key needed(const std::string& name, const std::string& allowed,
                   std::vector<std::string> starts,
                   const std::string& comment) {
  auto key = text<Section, Member>(name, allowed, comment);
  key.assign = [starts = std::move(starts)](settings& all,
                                            std::string_view input) {
    bool fits = false;
    for (const auto& start : starts)
      fits = fits || (input.size() > start.size() && input.starts_with(start));
    return fits && read(input, all.*Section.*Member);
  };
  return key;
}

/// A URL; people paste passwords into them.
template <auto Section, auto Member>
setting_key url(const std::string& name, const std::string& allowed,
                std::vector<std::string> starts, const std::string& comment) {
  auto key = needed<Section, Member>(name, allowed, std::move(starts), comment);
  key.may_hold_secret = true;
  return key;
}

} // namespace setting_key_kinds
} // namespace racefill
