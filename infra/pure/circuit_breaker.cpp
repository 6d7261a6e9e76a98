#include "infra/pure/circuit_breaker.hpp"

#include <algorithm>

namespace racefill {
namespace {

// Of the share of good answers: about the last sixteen count.
constexpr double weight_of_one = 1.0 / 16;
constexpr double good_part = 0.25;

} // namespace

circuit_breaker::circuit_breaker(std::int32_t failures, nanos probe,
                                 nanos probe_max)
  : failures_max_(std::max(failures, 1)),
    probe_(probe),
    probe_max_(std::max(probe, probe_max)) {
  // nop
}

nanos circuit_breaker::ready_at() const {
  switch (state_) {
    case state::closed:
      return 0;
    case state::open:
      return probe_at_;
    case state::probing:
      return never;
  }
  return never;
}

bool circuit_breaker::granted() {
  if (state_ == state::closed)
    return false;
  state_ = state::probing;
  return true;
}

void circuit_breaker::failed(nanos now, bool probe) {
  if (failures_ == 0)
    good_ = now_;
  now_ -= now_ * weight_of_one;
  if (state_ == state::closed) {
    if (++failures_ < failures_max_ * (good_ > good_part ? 2 : 1))
      return;
    wait_ = probe_;
  } else if (state_ == state::probing && probe) {
    wait_ = std::min(plus(wait_, wait_), probe_max_);
  } else {
    return;
  }
  state_ = state::open;
  probe_at_ = plus(now, wait_);
}

void circuit_breaker::succeeded() {
  state_ = state::closed;
  failures_ = 0;
  now_ += (1 - now_) * weight_of_one;
}

void circuit_breaker::probe_lost(nanos now) {
  if (state_ != state::probing)
    return;
  state_ = state::open;
  probe_at_ = now;
}

std::string to_string(circuit_breaker::state x) {
  switch (x) {
    case circuit_breaker::state::closed:
      return "closed";
    case circuit_breaker::state::open:
      return "open";
    case circuit_breaker::state::probing:
      return "probing";
  }
  return "unknown";
}

} // namespace racefill
