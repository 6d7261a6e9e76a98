#include "infra/pure/refusals.hpp"

#include <algorithm>

namespace racefill {

refusals::refusals(nanos pause_max, nanos guard_least)
  : pause_max_(pause_max), guard_least_(guard_least) {
  // nop
}

nanos refusals::refused(nanos now, nanos sent, nanos retry_after,
                        gate_mode in_force) {
  const auto fresh = sent > heard_;
  heard_ = now;
  if (fresh) {
    if (in_force != gate_mode::reply)
      widen(now);
    note_incident(now);
  }
  // Zero asks for nothing, so it is no better than a missing header.
  if (retry_after > 0)
    return std::min(retry_after, pause_max_);
  const auto pause = std::min(pause_, pause_max_);
  if (fresh)
    pause_ = std::min(2 * pause_, pause_max_);
  return pause;
}

void refusals::accepted(nanos sent) {
  if (sent > heard_)
    pause_ = first_pause;
}

void refusals::widen(nanos now) {
  // A 429 tells that requests queue behind the TCP end for longer than the
  // guard, not for how much longer. At first straight to four times the least
  // one: such queues are tens of milliseconds or nothing. Then by half each:
  // what lies between the last guard that failed and the first that holds is
  // lost to every request, a refusal costs one second.
  const auto now_is = guard(now);
  const auto wider = std::max(now_is + now_is / 2, 4 * guard_least_);
  widened_to_ = std::max(std::min(wider, guard_max), guard_least_);
  widened_at_ = now;
}

void refusals::note_incident(nanos now) {
  if (now < reply_until_) { // Reply mode is a proof: others spend our share.
    reply_until_ = std::max(reply_until_, plus(now, quiet_));
    return;
  }
  incidents_ = {incidents_[1], incidents_[2], now};
  if (incidents_[0] < 0 || now - incidents_[0] > relapse_within)
    return;
  incidents_ = {-1, -1, -1};
  reply_until_ = plus(now, quiet_);
  quiet_ = std::min(2 * quiet_, quiet_max);
}

nanos refusals::guard(nanos now) const {
  // A tenth of the excess goes each ten quiet minutes: steps, so that the
  // instant of the next grant does not creep.
  auto excess = std::max<nanos>(widened_to_ - guard_least_, 0);
  for (auto t = now - widened_at_; t >= shrink_after && excess > 0;
       t -= shrink_after)
    excess = excess * 9 / 10;
  return guard_least_ + excess;
}

gate_mode refusals::mode(nanos now, gate_mode configured) const {
  return now < reply_until_ ? gate_mode::reply : configured;
}

} // namespace racefill
