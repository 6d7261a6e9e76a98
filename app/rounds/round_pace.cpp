#include "app/rounds/round_pace.hpp"

#include <algorithm>

#include "app/config/setting_values.hpp"
#include "infra/pure/instant.hpp"

namespace racefill {
namespace {

std::string reason_of(const round_end& last) {
  if (last.why)
    return describe(last.why);
  std::string text;
  if (last.failed_days > 0)
    text = std::to_string(last.failed_days) + " days failed";
  if (last.failed_horses > 0)
    text += (text.empty() ? "" : ", ") + std::to_string(last.failed_horses)
            + " horses failed";
  return text.empty() ? "something is left" : text;
}

} // namespace

round_end end_of(const caf::error& why, const run_verdict& verdict, bool fast) {
  round_end x;
  x.why = why;
  x.failed_days = verdict.failed;
  x.failed_horses = verdict.totals.horses_failed;
  x.is_settled = !why && verdict.failed == 0 && verdict.pending == 0
                 && verdict.totals.horses_failed == 0
                 && (fast || verdict.totals.horses_pending == 0);
  return x;
}

bool ends_service(fault why) noexcept {
  switch (why) {
    case fault::bad_settings:
    case fault::unauthorized:
    case fault::gave_up:
    case fault::store_refused:
    case fault::schema_newer:
      return true;
    default:
      return false;
  }
}

date refused_day(const caf::error& why) {
  if (fault_of(why) != fault::guard_tripped
      || !why.context().match_element<std::string>(0))
    return {};
  // Its reasons begin with what was refused.
  return parse_date(why.context().get_as<std::string>(0).substr(0, 10))
    .value_or(date{});
}

next_round plan_next(const settings& conf, const round_end& last, int failures,
                     std::chrono::system_clock::time_point now) {
  const auto& serve = conf.serve;
  next_round x;
  if (serve.upkeep) {
    x.at = next_upkeep(now, minute_of_day(serve.at), serve.every_hours);
    x.kind = round_kind::upkeep;
    x.why = "upkeep";
  }
  if (last.is_settled)
    return x;
  // Who is away may be back soon; what failed will fail again.
  const bool is_away = last.why && fault_of(last.why) != fault::guard_tripped;
  const auto retry = std::chrono::minutes(serve.retry_minutes);
  const auto longest = is_away ? retry : std::chrono::minutes(24 * 60);
  auto wait = is_away ? std::chrono::minutes(1) : retry;
  for (int i = 1; i < failures && wait < longest; ++i)
    wait *= 2;
  const auto again = now + std::min(wait, longest);
  if (x.at && *x.at <= again)
    return x;
  return {again, last.kind, reason_of(last)};
}

} // namespace racefill
