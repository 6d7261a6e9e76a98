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
        // All that was open belongs to the past; it arrives by then or never.
        for (auto& [serial, index] : open_)
          prove(index, plus(line.at_ns, line.span_ns));
        open_.clear();
        floors_.clear();
        break;
      case gate_step::granted:
        floors_[line.serial] = line.span_ns;
        break;
      case gate_step::released:
        floors_.erase(line.serial);
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
    return std::move(spans_);
  }

private:
  void send(const gate_log_line& line) {
    span entry{line.serial, line.at_ns, line.at_ns, never};
    const auto floor = floors_.find(line.serial);
    // With m = the least return leg, arrival + m lies at or before the
    // acknowledgement, and at or after the send plus the round trip's floor.
    // Shifting all arrivals by the same m changes no window.
    if (proof_ == gate_mode::ack && floor != floors_.end())
      entry.first += floor->second;
    if (proof_ == gate_mode::paced)
      entry.last = entry.first;
    open_[line.serial] = spans_.size();
    spans_.push_back(entry);
  }

  void prove(std::size_t index, nanos at) {
    auto& entry = spans_[index];
    entry.last = std::max(std::min(entry.last, at), entry.first);
  }

  void prove(std::uint64_t serial, nanos at, bool last_word) {
    const auto hit = open_.find(serial);
    if (hit == open_.end())
      return;
    prove(hit->second, at);
    if (last_word) {
      floors_.erase(serial);
      open_.erase(hit);
    }
  }

  gate_mode proof_;
  std::vector<span> spans_;
  std::unordered_map<std::uint64_t, std::size_t> open_;
  std::unordered_map<std::uint64_t, nanos> floors_;
};

// A window (x - T, x] can hold a request if first <= x and last > x - T. The
// number of such requests grows only where x reaches a `first`: it suffices to
// look there.
gate_verdict judge(std::vector<span> spans, std::int32_t requests, nanos length,
                   std::size_t breaches_max) {
  gate_verdict result;
  result.requests = static_cast<std::int64_t>(spans.size());
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
    if (count <= requests || result.breaches.size() >= breaches_max)
      continue;
    gate_breach breach{from, count, {}};
    for (const auto* x : inside)
      breach.serials.push_back(x->serial);
    result.breaches.push_back(std::move(breach));
  }
  result.unproven = std::count_if(
    spans.begin(), spans.end(), [](const span& x) { return x.last == never; });
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
