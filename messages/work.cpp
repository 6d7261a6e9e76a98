#include "messages/work.hpp"

#include <array>

namespace racefill {
namespace {

constexpr std::array day_state_names{"pending", "running", "provisional",
                                     "done",    "empty",   "not_offered",
                                     "failed"};
constexpr std::array horse_state_names{"pending", "done", "not_found",
                                       "failed"};

template <class Enum, std::size_t N>
caf::optional<Enum>
parse_state(const std::array<const char*, N>& names, const std::string& text) {
  for (std::size_t i = 0; i < N; ++i)
    if (text == names[i])
      return static_cast<Enum>(i);
  return caf::none;
}

} // namespace

std::string to_string(day_state x) {
  const auto index = static_cast<std::size_t>(x);
  return index < day_state_names.size() ? day_state_names[index] : "unknown";
}

caf::optional<day_state> parse_day_state(const std::string& text) {
  return parse_state<day_state>(day_state_names, text);
}

std::string to_string(horse_state x) {
  const auto index = static_cast<std::size_t>(x);
  return index < horse_state_names.size() ? horse_state_names[index]
                                          : "unknown";
}

caf::optional<horse_state> parse_horse_state(const std::string& text) {
  return parse_state<horse_state>(horse_state_names, text);
}

} // namespace racefill
