#include "app/rounds/event_watch.hpp"

#include <algorithm>
#include <utility>

namespace racefill {
namespace {

constexpr auto between_tellings = std::chrono::minutes(1);

service_event paused(std::string text, std::string reason) {
  return {"run_paused", std::move(text), {{"REASON", std::move(reason)}}};
}

} // namespace

void event_watch::take_parked(const progress& run) {
  if (run.run_id != run_id_ || run.session_errors < errors_) {
    run_id_ = run.run_id;
    errors_ = 0;
    seen_.clear();
  }
  if (run.session_errors == errors_)
    return;
  errors_ = run.session_errors;
  for (const auto& each : run.last_errors)
    if (seen_.insert(each.timestamp + ' ' + each.key).second)
      parked_.push_back(each.key);
}

service_event event_watch::parked_event() {
  const auto all = std::exchange(parked_, {});
  std::string keys;
  for (const auto& key : all)
    keys += (keys.empty() ? "" : " ") + key;
  return {"days_parked",
          std::to_string(all.size()) + " parked: " + keys,
          {{"DAYS", keys}, {"RUN_ID", run_id_}}};
}

std::vector<service_event> event_watch::look(const snapshot& x,
                                             time_point now) {
  std::vector<service_event> out;
  if (x.gate.paused && !is_paused_)
    out.push_back(
      paused("paused by hand; racefill ctl resume goes on", "hand"));
  is_paused_ = x.gate.paused;
  if (x.phase == "idle" || x.phase == "starting")
    return out;
  const bool is_away = x.gate.breaker == "open" || x.gate.breaker == "probing";
  if (is_away && !is_away_)
    out.push_back(
      paused("the provider is out of reach; the gate probes it", "provider"));
  is_away_ = is_away;
  take_parked(x.run);
  if (!parked_.empty() && (!told_at_ || now >= *told_at_ + between_tellings)) {
    told_at_ = now;
    out.push_back(parked_event());
  }
  return out;
}

std::vector<service_event> event_watch::end_of_round() {
  is_away_ = false;
  if (parked_.empty())
    return {};
  return {parked_event()};
}

} // namespace racefill
