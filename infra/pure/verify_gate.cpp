#include "infra/pure/verify_gate.hpp"

#include <algorithm>
#include <unordered_map>
#include <utility>

namespace racefill {
namespace {

// A request arrived at some instant in [first, last].
struct span {
  std::uint64_t serial = 0;
  nanos sent = 0;
  nanos first = 0;
  nanos last = never;
  bool is_maybe = false; // A permit; nobody told whether it was used.
};

// Collects what is known of each request.
class reader {
public:
  explicit reader(gate_mode proof) : proof_(proof) {
    // nop
  }

  void read(const gate_log_line& line) {
    switch (line.step) {
      case gate_step::born:
        end_life(plus(line.at_ns, line.span_ns));
        break;
      case gate_step::granted:
        grants_[line.serial] = {line.at_ns, line.span_ns};
        break;
      case gate_step::released:
        grants_.erase(line.serial);
        break;
      case gate_step::sent:
        send(line);
        break;
      case gate_step::acknowledged:
        if (proof_ == gate_mode::ack)
          prove(line.serial, line.at_ns, false);
        break;
      case gate_step::replied:
        prove(line.serial, line.at_ns, false);
        break;
      case gate_step::closed:
        prove(line.serial, plus(line.at_ns, line.span_ns), true);
        break;
    }
  }

  std::vector<span> take() {
    end_life(never);
    return std::move(spans_);
  }

private:
  struct grant {
    nanos at = 0;
    nanos floor = 0;
  };

  // All that is open belongs to the past; it arrives by `gone_by` or never.
  void end_life(nanos gone_by) {
    for (auto& [serial, index] : open_)
      prove(index, gone_by);
    open_.clear();
    for (const auto& [serial, given] : grants_) {
      span entry = span_of(serial, given.at);
      entry.last = std::max(entry.first, gone_by);
      entry.is_maybe = true;
      maybe_[serial] = spans_.size();
      spans_.push_back(entry);
    }
    grants_.clear();
  }

  span span_of(std::uint64_t serial, nanos sent) const {
    span entry{serial, sent, sent, never};
    const auto given = grants_.find(serial);
    // With m = the least return leg, arrival + m lies at or before the
    // acknowledgement, and at or after the send plus the round trip's floor.
    // Shifting all arrivals by the same m changes no window.
    if (proof_ == gate_mode::ack && given != grants_.end())
      entry.first += given->second.floor;
    if (proof_ == gate_mode::paced)
      entry.last = entry.first;
    return entry;
  }

  void send(const gate_log_line& line) {
    const auto entry = span_of(line.serial, line.at_ns);
    grants_.erase(line.serial);
    // The transport of an earlier life has told of it after all.
    if (const auto hit = maybe_.find(line.serial); hit != maybe_.end()) {
      spans_[hit->second] = entry;
      open_[line.serial] = hit->second;
      maybe_.erase(hit);
      return;
    }
    open_[line.serial] = spans_.size();
    spans_.push_back(entry);
  }

  void prove(std::size_t index, nanos at) {
    auto& entry = spans_[index];
    entry.last = std::max(std::min(entry.last, at), entry.first);
  }

  void prove(std::uint64_t serial, nanos at, bool last_word) {
    // Closed without a send: there was no request.
    if (last_word)
      grants_.erase(serial);
    const auto hit = open_.find(serial);
    if (hit == open_.end())
      return;
    prove(hit->second, at);
    if (last_word)
      open_.erase(hit);
  }

  gate_mode proof_;
  std::vector<span> spans_;
  std::unordered_map<std::uint64_t, std::size_t> open_;
  std::unordered_map<std::uint64_t, grant> grants_; // Not sent as yet.
  std::unordered_map<std::uint64_t, std::size_t> maybe_;
};

// A window (x - T, x] can hold a request if first <= x and last > x - T. The
// number of such requests grows only where x reaches a `first`: it suffices to
// look there.
gate_verdict judge(std::vector<span> spans, std::int32_t requests, nanos length,
                   std::size_t breaches_max) {
  gate_verdict result;
  result.maybe = std::count_if(spans.begin(), spans.end(),
                               [](const span& x) { return x.is_maybe; });
  result.requests = static_cast<std::int64_t>(spans.size()) - result.maybe;
  std::sort(spans.begin(), spans.end(),
            [](const span& a, const span& b) { return a.first < b.first; });
  std::vector<const span*> inside;
  for (std::size_t i = 0; i < spans.size(); ++i) {
    inside.push_back(&spans[i]);
    if (i + 1 < spans.size() && spans[i + 1].first == spans[i].first)
      continue;
    const auto from = spans[i].first - length;
    std::erase_if(inside, [from](const span* x) { return x->last <= from; });
    const auto count = static_cast<std::int64_t>(inside.size());
    result.largest = std::max(result.largest, count);
    if (count <= requests)
      continue;
    ++result.breaches_total;
    if (result.breaches.size() >= breaches_max)
      continue;
    gate_breach breach{from, count, {}};
    for (const auto* x : inside)
      breach.serials.push_back(x->serial);
    result.breaches.push_back(std::move(breach));
  }
  result.unproven = std::count_if(spans.begin(), spans.end(),
                                  [](const span& x) {
                                    return x.last == never && !x.is_maybe;
                                  });
  std::erase_if(spans, [](const span& x) { return x.is_maybe; });
  if (spans.empty() || requests <= 0)
    return result;
  const auto by_send = [](const span& a, const span& b) {
    return a.sent < b.sent;
  };
  const auto [first, last] = std::minmax_element(spans.begin(), spans.end(),
                                                 by_send);
  const auto took = static_cast<double>(last->sent - first->sent);
  if (took > 0)
    result.utilisation = static_cast<double>(result.requests - requests)
                         * static_cast<double>(length)
                         / (static_cast<double>(requests) * took);
  return result;
}

} // namespace

gate_verdict verify_gate(const std::vector<gate_log_line>& lines,
                         std::int32_t requests, nanos length, gate_mode proof,
                         std::size_t breaches_max) {
  reader all(proof);
  for (const auto& line : lines)
    all.read(line);
  return judge(all.take(), requests, length, breaches_max);
}

gate_verdict verify_arrivals(const std::vector<nanos>& arrivals,
                             std::int32_t requests, nanos length,
                             std::size_t breaches_max) {
  std::vector<span> spans;
  spans.reserve(arrivals.size());
  for (std::size_t i = 0; i < arrivals.size(); ++i)
    spans.push_back({i, arrivals[i], arrivals[i], arrivals[i]});
  return judge(std::move(spans), requests, length, breaches_max);
}

} // namespace racefill
