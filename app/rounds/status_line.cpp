#include "app/rounds/status_line.hpp"

#include <array>
#include <cstdio>

#include "app/rounds/round_summary.hpp"

namespace racefill {

std::string status_line(const snapshot& x) {
  auto text = x.phase;
  if (x.gate.paused)
    text += " (paused by hand)";
  if (x.phase == "idle")
    return text + ": " + x.note;
  const auto& run = x.run;
  if (x.phase == "starting" || run.days_total == 0)
    return text;
  text += ": " + std::to_string(run.days_planned - run.days_left) + '/'
          + std::to_string(run.days_planned) + " days, ";
  if (!run.fast)
    text += std::to_string(run.horses_left) + " horses left, ";
  std::array<char, 32> rate{};
  std::snprintf(rate.data(), rate.size(), "%.1f", x.gate.rate_per_second);
  text += std::string(rate.data()) + " requests/s, "
          + std::to_string(run.session_errors) + " errors";
  if (x.gate.breaker == "open" || x.gate.breaker == "probing")
    text += ", provider out of reach";
  if (x.eta_s >= 0)
    text += ", about " + duration_text(x.eta_s) + " left";
  return text;
}

} // namespace racefill
