#include <array>
#include <cstdio>

#include "app/simulator/body.hpp"

namespace racefill::sim {

std::string text_of(const distance& x) {
  std::string text;
  if (x.miles > 0)
    text += std::to_string(x.miles) + "m";
  if (x.furlongs > 0 || x.half)
    text += (x.furlongs > 0 ? std::to_string(x.furlongs) : std::string{})
            + (x.half ? "½f" : "f");
  if (x.yards > 0)
    text += std::to_string(x.yards) + "y";
  return text;
}

std::string text_of_prize(int amount, bool euros) {
  auto digits = std::to_string(amount);
  for (int at = static_cast<int>(digits.size()) - 3; at > 0; at -= 3)
    digits.insert(static_cast<std::size_t>(at), 1, ',');
  return (euros ? "€" : "£") + digits;
}

std::string british_text(std::int64_t utc_seconds) {
  const date day{static_cast<std::int32_t>(utc_seconds / 86'400)};
  const auto offset = british_offset(day);
  const auto local = utc_seconds + offset;
  const date local_day{static_cast<std::int32_t>(local / 86'400)};
  const auto minute = static_cast<int>(local % 86'400 / 60);
  std::array<char, 32> clock{};
  std::snprintf(clock.data(), clock.size(), "T%02d:%02d:00+0%d:00", minute / 60,
                minute % 60, offset / 3600);
  return to_string(local_day) + clock.data();
}

std::string text_of_last_run(const runner& x) {
  std::string text;
  if (x.last_run_days)
    text = std::to_string(*x.last_run_days);
  if (x.last_run_flat_days) {
    text += text.empty() ? "(" : " (";
    text += std::to_string(*x.last_run_flat_days);
    text += "F)";
  }
  return text;
}

std::string text_of_jockey(const runner& x) {
  if (x.jockey.empty() && !x.withdrawn)
    return {};
  auto text = x.withdrawn ? std::string{"NON-RUNNER"} : x.jockey;
  if (x.claim_lbs) {
    text += '(';
    text += std::to_string(*x.claim_lbs);
    text += ')';
  }
  return text;
}

} // namespace racefill::sim
