#include "infra/pure/day_plan.hpp"

#include <algorithm>

namespace racefill {

std::string to_string(day_reason x) {
  switch (x) {
    case day_reason::not_asked_yet:
      return "not asked yet";
    case day_reason::provisional_yet:
      return "provisional: fetched before the day was over";
    case day_reason::failed_before:
      return "failed before";
    case day_reason::asked_again:
      return "settled, to be asked again";
    case day_reason::settled:
      return "done";
    case day_reason::without_racing:
      return "empty: no racing";
    case day_reason::not_offered:
      return "not offered by the provider";
    case day_reason::not_named:
      return "not among the days asked for";
    case day_reason::set_aside:
      return "refused a moment ago; the other days come first";
  }
  return "unknown";
}

bool is_asked(day_reason x) noexcept {
  return x <= day_reason::asked_again;
}

day_reason reason_for(const day_plan_request& request, date day,
                      day_state state) noexcept {
  const auto& named = request.named;
  const bool is_named = request.only_named
                        && std::binary_search(named.begin(), named.end(), day);
  if (request.only_named && !is_named && !request.retry_all)
    return day_reason::not_named;
  const bool reopened = request.reopened;
  const bool again = !reopened && (request.retry_all || is_named);
  const auto& aside = request.aside;
  if (std::find(aside.begin(), aside.end(), day) != aside.end())
    return day_reason::set_aside;
  switch (state) {
    case day_state::pending:
    case day_state::running:
      return day_reason::not_asked_yet;
    case day_state::provisional:
      return day_reason::provisional_yet;
    case day_state::failed:
      return day_reason::failed_before;
    case day_state::done:
      return again ? day_reason::asked_again : day_reason::settled;
    case day_state::empty:
      return again || (request.retry_empty && !reopened)
               ? day_reason::asked_again
               : day_reason::without_racing;
    case day_state::not_offered:
      return again || (request.ask_before_history && !reopened)
               ? day_reason::asked_again
               : day_reason::not_offered;
  }
  return day_reason::not_asked_yet;
}

std::vector<day_task> plan_days(const day_plan_request& request,
                                const std::vector<day_record>& ledger) {
  const auto count
    = static_cast<std::size_t>(std::max(0, request.end - request.start + 1));
  std::vector<day_state> states(count, day_state::pending);
  for (const auto& record : ledger)
    if (record.day >= request.start && record.day <= request.end)
      states[static_cast<std::size_t>(record.day - request.start)]
        = record.state;
  std::vector<day_task> within;
  std::vector<day_task> before;
  // Newest first; the days within the history are turned round if need be.
  for (auto i = count; i-- > 0;) {
    day_task task;
    task.day = request.start + static_cast<int>(i);
    if (!is_asked(reason_for(request, task.day, states[i])))
      continue;
    task.before_history = task.day < request.history_start;
    task.provisional = task.day >= request.today;
    (task.before_history ? before : within).push_back(task);
  }
  if (request.oldest_first) {
    std::reverse(within.begin(), within.end());
    before.insert(before.end(), within.begin(), within.end());
    return before;
  }
  within.insert(within.end(), before.begin(), before.end());
  return within;
}

} // namespace racefill
