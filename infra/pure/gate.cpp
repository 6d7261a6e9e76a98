#include "infra/pure/gate.hpp"

#include <algorithm>
#include <utility>

namespace racefill {
namespace {

// So many closed calls are always remembered: limits may be tightened.
constexpr std::size_t keep_least = 128;

std::size_t keep_for(const gate_limits& x) {
  const auto most = std::max({x.requests, x.ip_requests, x.racecards_requests,
                              x.horse_requests, x.courses_requests});
  return std::max(keep_least, static_cast<std::size_t>(std::max(most, 0)));
}

gate_limits within_reason(gate_limits x) {
  const gate_limits defaults;
  if (x.window_us <= 0)
    x.window_us = defaults.window_us;
  if (x.ip_window_us <= 0)
    x.ip_window_us = defaults.ip_window_us;
  x.guard_us = std::max<std::int64_t>(x.guard_us, 0);
  x.reserve = std::max(x.reserve, 0);
  return x;
}

std::int64_t in_ms(nanos x) {
  return (x + one_millisecond - 1) / one_millisecond;
}

} // namespace

gate::gate(gatekeeper_settings settings, nanos born)
  : settings_(std::move(settings)),
    limits_(within_reason(settings_.limits)),
    unknown_until_(plus(born, to_nanos(settings_.silence))),
    serial_(static_cast<std::uint64_t>(born)),
    book_(unknown_until_, keep_for(limits_)),
    refusals_(to_nanos(settings_.retry_after_max),
              limits_.guard_us * one_microsecond),
    budget_(settings_.retry_budget_share, settings_.retry_budget_floor),
    breaker_(settings_.breaker_failures, to_nanos(settings_.breaker_probe),
             to_nanos(settings_.breaker_probe_max)),
    sent_lately_(one_second / 10, 100) {
  log(gate_step::born, {}, born, 0, to_nanos(settings_.silence));
}

slot_window gate::main_window() const {
  return {std::max(limits_.requests - limits_.reserve, 0),
          limits_.window_us * one_microsecond};
}

slot_window gate::kind_window(call_kind kind) const {
  std::int32_t own = 0;
  switch (kind) {
    case call_kind::courses:
      own = limits_.courses_requests;
      break;
    case call_kind::racecards:
      own = limits_.racecards_requests;
      break;
    case call_kind::horse:
      own = limits_.horse_requests;
      break;
  }
  // Never down to nothing: an endpoint with one request a second would never
  // be asked. The reserve of the window over everything holds all the same.
  if (own > 0)
    own = std::max(own - limits_.reserve, 1);
  return {own, limits_.window_us * one_microsecond};
}

slot_window gate::ip_window() const {
  return {limits_.ip_requests, limits_.ip_window_us * one_microsecond};
}

nanos gate::longest_window() const {
  return std::max(limits_.window_us, limits_.ip_window_us) * one_microsecond;
}

slot_rule gate::rule(nanos now) const {
  return {refusals_.mode(now, limits_.mode), refusals_.guard(now),
          limits_.guard_us * one_microsecond, trips_.floor()};
}

nanos gate::ready_at(call_kind kind, bool retry, nanos now) const {
  // All of a limit reserved for others: then there is nothing to grant.
  if (paused_ || (limits_.requests > 0 && main_window().requests == 0))
    return never;
  const auto how = rule(now);
  const auto all = main_window();
  const auto ip = ip_window();
  auto at = std::max(hold_until_, breaker_.ready_at());
  at = std::max(at, book_.free_at(all, how, nullptr));
  at = std::max(at, book_.free_at(kind_window(kind), how, &kind));
  // An earlier life kept to its limits, so it filled only that much of the IP
  // budget.
  const auto per_window = limits_.requests > 0 ? limits_.requests : ip.requests;
  const auto windows = (ip.length + all.length - 1) / all.length;
  const auto charged = std::min<nanos>(windows * per_window, ip.requests);
  at = std::max(at, book_.free_at_charged(ip, how,
                                          static_cast<std::int32_t>(charged)));
  if (retry && at <= now)
    at = std::max(at, plus(now, budget_wait(now, false)));
  return at;
}

nanos gate::budget_wait(nanos now, bool alone) const {
  // The open breaker allows one call at a time already.
  if (breaker_.current() != circuit_breaker::state::closed)
    return 0;
  return std::max<nanos>(budget_.ready_at(now, alone) - now, 0);
}

permit gate::grant(const permit_request& request, nanos now) {
  book_.prune(now, longest_window());
  call_trace trace;
  trace.serial = ++serial_;
  trace.kind = request.kind;
  trace.attempt = request.attempt;
  trace.probe = breaker_.granted();
  trace.granted = now;
  trace.heard = now;
  budget_.spend(now, request.attempt > 1);
  const auto& entered = book_.enter(trace);
  log(gate_step::granted, entered, now, 0, rule(now).floor);
  return {trace.serial, trace.probe};
}

void gate::release(const permit& unused, nanos now) {
  const auto* trace = book_.find(unused.serial);
  if (trace == nullptr || trace->sent != never || trace->closed != never)
    return;
  budget_.refund(trace->granted, trace->attempt > 1);
  if (trace->probe)
    breaker_.probe_lost(now);
  log(gate_step::released, *trace, now);
  book_.strike(unused.serial);
}

nanos gate::next_expiry() const {
  auto first = never;
  for (const auto& trace : book_.traces())
    if (trace.closed == never)
      first = std::min(first, trace.heard);
  return plus(first, to_nanos(settings_.permit_lifetime));
}

void gate::pause() {
  paused_ = true;
}

void gate::resume(nanos now) {
  watch(wanted_, now);
  paused_ = false;
}

void gate::watch(bool wanted, nanos now) {
  if (outage_since_ != never && wanted_ && !paused_) {
    const auto from
      = std::max({watched_, outage_since_, std::min(asked_until_, now)});
    outage_ += std::max<nanos>(now - from, 0);
  }
  wanted_ = wanted;
  watched_ = now;
}

void gate::configure(const gate_limits& limits) {
  limits_ = within_reason(limits);
  book_.keep(keep_for(limits_));
  refusals_.guard_least(limits_.guard_us * one_microsecond);
}

void gate::hold(nanos until) {
  hold_until_ = std::max(hold_until_, until);
}

nanos gate::give_up_at() const {
  // One failure, however long ago, proves nothing.
  constexpr std::int32_t failures_min = 3;
  if (outage_since_ == never || outage_failures_ < failures_min || !wanted_
      || paused_)
    return never;
  const auto limit = to_nanos(ever_replied_ ? settings_.give_up
                                            : settings_.give_up_at_start);
  return plus(std::max(watched_, asked_until_),
              std::max<nanos>(limit - outage_, 0));
}

std::string gate::outage_text() const {
  const bool answers = last_failure_.rfind("status", 0) == 0;
  return "no useful reply from the API for "
         + std::to_string(outage_ / one_second) + " s (last: " + last_failure_
         + (answers ? "); it is there but in trouble: run again later with "
                      "--resume"
                    : "); check the network and api.url, then run again with "
                      "--resume");
}

// A call brought nothing useful.
void gate::failed_again(nanos now) {
  if (outage_since_ == never) {
    outage_ = 0;
    outage_failures_ = 0;
    watched_ = now;
  }
  outage_since_ = std::min(outage_since_, now);
  ++outage_failures_;
}

gate_status gate::status(nanos now) const {
  const auto how = rule(now);
  const auto all = main_window();
  gate_status result;
  result.mode = to_string(how.mode);
  result.requests = requests_;
  result.retries = retries_;
  result.replies = replies_;
  result.rate_limited = rate_limited_;
  result.in_flight = book_.occupied(now, all.length, how);
  result.limit_per_second = static_cast<double>(all.requests) * one_second
                            / static_cast<double>(all.length);
  // In its first seconds a run would look slow if divided by the whole while,
  // and above the limit without the window that its first burst stands for.
  const auto elapsed = now - std::min(first_sent_, now);
  const auto whole = std::min(elapsed + all.length, 10 * one_second);
  result.rate_per_second = static_cast<double>(sent_lately_.count(now))
                           * one_second / static_cast<double>(whole);
  result.paused = paused_;
  auto until = plus(plus(unknown_until_, all.length), how.guard_min);
  until = std::max(until, hold_until_);
  if (breaker_.ready_at() != never)
    until = std::max(until, breaker_.ready_at());
  result.paused_for_ms = in_ms(std::max<nanos>(until - now, 0));
  result.breaker = to_string(breaker_.current());
  result.latency_ms_p50 = in_ms(latency_.percentile(0.5));
  result.latency_ms_p90 = in_ms(latency_.percentile(0.9));
  result.latency_ms_p99 = in_ms(latency_.percentile(0.99));
  result.guard_us = (how.mode == gate_mode::reply ? how.guard_min : how.guard)
                    / one_microsecond;
  for (const auto& [name, count] : outcomes_)
    result.statuses.push_back({name, count});
  return result;
}

void gate::log(gate_step step, const call_trace& trace, nanos at,
               std::int32_t status, nanos span) const {
  if (settings_.log)
    settings_.log->record({at, step, trace.serial, trace.kind, status, span});
}

} // namespace racefill
