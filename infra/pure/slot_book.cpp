#include "infra/pure/slot_book.hpp"

#include <algorithm>
#include <functional>
#include <utility>

namespace racefill {
namespace {

// The N-th largest of all instants, given N >= 1; -1 if there are fewer.
nanos nth_largest(std::vector<nanos>& instants, std::int32_t n) {
  const auto index = static_cast<std::ptrdiff_t>(n) - 1;
  if (index >= static_cast<std::ptrdiff_t>(instants.size()))
    return -1;
  const auto nth = instants.begin() + index;
  std::nth_element(instants.begin(), nth, instants.end(), std::greater<>{});
  return *nth;
}

} // namespace

nanos slot_free_at(const call_trace& trace, nanos length,
                   const slot_rule& rule) {
  if (rule.mode == gate_mode::paced)
    return plus(plus(trace.granted, length), rule.guard_min);
  const auto proof = std::min(trace.replied, trace.gone_by);
  const auto free = plus(plus(proof, length), rule.guard_min);
  if (rule.mode != gate_mode::ack || trace.acknowledged == never)
    return free;
  // Both proofs hold, so the better one counts.
  const auto acked = std::max(trace.acknowledged, trace.ack_from);
  const auto wait = std::max<nanos>(length - rule.floor, 0) + rule.guard;
  return std::min(free, plus(acked, wait));
}

slot_book::slot_book(nanos unknown_until, std::size_t keep)
  : unknown_until_(unknown_until), keep_(keep) {
  // nop
}

call_trace& slot_book::enter(const call_trace& trace) {
  traces_.push_back(trace);
  return traces_.back();
}

call_trace* slot_book::find(std::uint64_t serial) {
  // The youngest first: events nearly always tell of them.
  const auto hit = std::find_if(traces_.rbegin(), traces_.rend(),
                                [serial](const call_trace& x) {
                                  return x.serial == serial;
                                });
  return hit == traces_.rend() ? nullptr : &*hit;
}

void slot_book::strike(std::uint64_t serial) {
  const auto hit = std::find_if(traces_.begin(), traces_.end(),
                                [serial](const call_trace& x) {
                                  return x.serial == serial;
                                });
  if (hit != traces_.end())
    traces_.erase(hit);
}

void slot_book::keep(std::size_t keep) {
  keep_ = std::max(keep_, keep);
}

void slot_book::prune(nanos now, nanos longest) {
  while (traces_.size() > keep_) {
    const auto& oldest = traces_.front();
    const auto arrived = std::min(oldest.replied, oldest.gone_by);
    if (oldest.closed == never || plus(arrived, 2 * longest) > now)
      return;
    forgotten_until_ = std::max(forgotten_until_, arrived);
    traces_.pop_front();
  }
}

nanos slot_book::free_at(const slot_window& window, const slot_rule& rule,
                         const call_kind* kind) const {
  if (window.requests <= 0)
    return 0;
  std::vector<nanos> instants;
  instants.reserve(traces_.size());
  for (const auto& trace : traces_)
    if (kind == nullptr || trace.foreign || trace.kind == *kind)
      instants.push_back(slot_free_at(trace, window.length, rule));
  // Any number of unknown requests: each of the first N places is at least
  // theirs.
  const auto unknown = std::max(unknown_until_, forgotten_until_);
  auto least = plus(plus(unknown, window.length), rule.guard_min);
  if (rule.mode == gate_mode::paced) {
    const auto spacing = window.length / window.requests + rule.guard;
    for (const auto& trace : traces_)
      if (kind == nullptr || trace.foreign || trace.kind == *kind)
        least = std::max(least, plus(trace.granted, spacing));
  }
  return std::max(nth_largest(instants, window.requests), least);
}

nanos slot_book::free_at_charged(const slot_window& window,
                                 const slot_rule& rule,
                                 std::int32_t charged) const {
  if (window.requests <= 0)
    return 0;
  std::vector<nanos> instants(
    static_cast<std::size_t>(std::clamp(charged, 0, window.requests)),
    plus(plus(unknown_until_, window.length), rule.guard_min));
  instants.reserve(instants.size() + traces_.size());
  for (const auto& trace : traces_)
    instants.push_back(slot_free_at(trace, window.length, rule));
  auto least = nanos{0};
  if (forgotten_until_ >= 0)
    least = plus(plus(forgotten_until_, window.length), rule.guard_min);
  return std::max(nth_largest(instants, window.requests), least);
}

std::int64_t slot_book::occupied(nanos now, nanos length,
                                 const slot_rule& rule) const {
  return std::count_if(traces_.begin(), traces_.end(),
                       [&](const call_trace& x) {
                         return slot_free_at(x, length, rule) > now;
                       });
}

} // namespace racefill
