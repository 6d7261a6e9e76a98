// The half of the gate that hears what became of the calls.
#include <algorithm>

#include "infra/pure/gate.hpp"

namespace racefill {

// A permit of an earlier life of the gate, or one used after it was given up
// and forgotten: a request all the same, of a kind that we do not know.
call_trace& gate::foreign_trace(std::uint64_t serial, nanos at) {
  call_trace trace;
  trace.serial = serial;
  trace.foreign = true;
  trace.granted = at;
  trace.heard = at;
  return book_.enter(trace);
}

void gate::report(const call_event& event, nanos now) {
  expire(now);
  auto at = std::min(event.at_ns, now);
  auto* trace = book_.find(event.serial);
  if (trace == nullptr) {
    at = std::max<nanos>(at, 0);
    trace = &foreign_trace(event.serial, at);
  } else if (at < trace->granted) {
    at = now;
  }
  trace->heard = now;
  switch (event.step) {
    case call_step::sent:
      on_sent(*trace, at, now);
      break;
    case call_step::acknowledged:
      if (trace->acknowledged != never || trace->closed != never)
        return;
      trace->acknowledged = at;
      if (trace->sent != never && at >= trace->sent)
        trips_.add(at - trace->sent);
      log(gate_step::acknowledged, *trace, at);
      break;
    case call_step::replied:
      if (trace->replied != never || trace->closed != never)
        return;
      trace->replied = at;
      log(gate_step::replied, *trace, at);
      break;
    case call_step::closed:
      if (trace->closed == never)
        on_closed(*trace, event, at, now);
      break;
  }
}

void gate::on_sent(call_trace& trace, nanos at, nanos now) {
  // Sent a second time, or after the permit was given up. The first request
  // may have arrived too, so it keeps a trace of its own, under no serial.
  if (trace.sent != never || trace.closed != never) {
    auto first = trace;
    first.serial = 0;
    first.closed = std::min(trace.closed, at);
    first.gone_by = std::min(trace.gone_by,
                             plus(at, to_nanos(settings_.silence)));
    trace.acknowledged = trace.replied = trace.closed = trace.gone_by = never;
    trace.sent = at;
    trace.foreign = true;
    log(gate_step::sent, trace, at);
    book_.enter(first);
  } else {
    trace.sent = at;
    log(gate_step::sent, trace, at);
  }
  ++requests_;
  if (trace.attempt > 1)
    ++retries_;
  sent_lately_.add(now);
  first_sent_ = std::min(first_sent_, now);
}

void gate::on_closed(call_trace& trace, const call_event& event, nanos at,
                     nanos now) {
  const auto whole = event.status != 0;
  if (whole && trace.replied == never)
    trace.replied = at;
  // Bytes on the wire outlive their connection; a reply or a request that was
  // never sent leaves none.
  const auto unsent = trace.sent == never && !trace.foreign;
  const auto tail
    = trace.replied != never || unsent ? nanos{0} : to_nanos(settings_.silence);
  trace.closed = at;
  trace.gone_by = plus(at, tail);
  // What took the bytes and did not answer may have kept them: from here on
  // their acknowledgement proves no more than that the connection is closed.
  if (event.failure == fault::timed_out && trace.replied == never)
    trace.ack_from = std::max(trace.ack_from, trace.gone_by);
  log(gate_step::closed, trace, at, event.status, tail);
  if (whole) {
    ++replies_;
    ever_replied_ = true;
    // A provider that only says 5xx, or whose edge shuts us out, is as far away
    // as a silent one.
    if (event.status < 500 && event.failure == fault::none) {
      outage_since_ = never;
    } else {
      failed_again(now);
      last_failure_ = "status " + std::to_string(event.status);
    }
    if (trace.sent != never)
      latency_.add(at - trace.sent);
  }
  const auto failed = event.failure != fault::none || !whole;
  ++outcomes_[failed ? to_string(event.failure) : std::to_string(event.status)];
  judge(trace, event, now);
}

void gate::judge(const call_trace& trace, const call_event& event, nanos now) {
  const auto sent = trace.sent == never ? trace.granted : trace.sent;
  if (event.status == 429)
    ++rate_limited_;
  if (event.failure == fault::stopping) { // Our own doing.
    if (trace.probe)
      breaker_.probe_lost(now);
  } else if (event.failure == fault::blocked) {
    const auto asked = std::min(std::max<nanos>(event.retry_after_ms, 0),
                                settings_.retry_after_max.count());
    hold(plus(now,
              std::max(to_nanos(settings_.cool_off), asked * one_millisecond)));
    breaker_.failed(now, trace.probe);
  } else if (event.failure != fault::none || event.status == 0) {
    last_failure_ = to_string(event.failure);
    if (event.status == 0)
      failed_again(now);
    breaker_.failed(now, trace.probe);
  } else if (event.status == 429) {
    breaker_.succeeded(); // It answers, at least.
    on_refusal(trace, event.retry_after_ms, now);
  } else if (event.status >= 500) {
    refusals_.accepted(sent);
    const auto asked = std::min<nanos>(event.retry_after_ms,
                                       settings_.retry_after_max.count());
    if (asked > 0) {
      hold(plus(now, asked * one_millisecond));
      watch(wanted_, now);
      asked_until_ = std::max(asked_until_, hold_until_);
    }
    breaker_.failed(now, trace.probe);
  } else {
    refusals_.accepted(sent);
    // A probe that works shows that what failed before it was the items.
    budget_.earn(now, trace.probe ? settings_.breaker_failures : 1);
    breaker_.succeeded();
  }
}

void gate::on_refusal(const call_trace& trace, nanos retry_after, nanos now) {
  const auto all = main_window();
  const auto cap = settings_.retry_after_max.count();
  const auto asked = retry_after < 0
                       ? nanos{-1}
                       : std::min(retry_after, cap) * one_millisecond;
  const auto how = rule(now);
  const auto blamed = is_explained(trace, now) ? gate_mode::reply : how.mode;
  const auto sent = trace.sent == never ? trace.granted : trace.sent;
  hold(plus(now, refusals_.refused(now, sent, asked, blamed)));
  // Servers with fixed windows count refused requests too: at least a whole
  // window of silence.
  hold(plus(plus(now, all.length), how.guard_min));
  // What is under way counts as arriving when the pause ends, unless a reply
  // proves better: the acknowledgements have just lost their credit.
  for (auto& other : book_.traces())
    if (other.replied == never && other.closed == never)
      other.ack_from = std::max(other.ack_from, hold_until_);
}

// Tells whether a 429 is no reason to distrust the acknowledgements.
bool gate::is_explained(const call_trace& refused, nanos now) const {
  const auto how = rule(now);
  const auto all = main_window();
  // Requests outside the gate's own order.
  for (const auto& other : book_.traces())
    if (other.foreign && slot_free_at(other, 2 * all.length, how) > now)
      return true;
  // Sent when even the replies left room for it: then others spend the
  // account's share, or the server counts otherwise than it says.
  const auto sent = refused.sent == never ? refused.granted : refused.sent;
  const auto open_since = sent - all.length - how.guard_min;
  const auto occupied = std::count_if(
    book_.traces().begin(), book_.traces().end(), [&](const call_trace& x) {
      return x.granted <= refused.granted && x.serial != refused.serial
             && std::min(x.replied, x.gone_by) > open_since;
    });
  return occupied < all.requests;
}

void gate::expire(nanos now) {
  const auto lifetime = to_nanos(settings_.permit_lifetime);
  for (auto& trace : book_.traces()) {
    const auto end = plus(trace.heard, lifetime);
    if (trace.closed != never || end > now)
      continue;
    trace.closed = end;
    const auto unsent = trace.sent == never && !trace.foreign;
    const auto tail = trace.replied != never || unsent
                        ? nanos{0}
                        : to_nanos(settings_.silence);
    trace.gone_by = plus(end, tail);
    ++outcomes_["unreported"];
    if (trace.probe)
      breaker_.probe_lost(now);
    log(gate_step::closed, trace, end, 0, tail);
  }
}

} // namespace racefill
