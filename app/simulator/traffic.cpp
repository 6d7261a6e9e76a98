#include "app/simulator/traffic.hpp"

#include <stdexcept>

#include "app/simulator/hash.hpp"
#include "app/simulator/json_text.hpp"

namespace racefill::sim {
namespace {

using std::chrono::nanoseconds;

nanoseconds seconds_of(double x) {
  return nanoseconds{static_cast<std::int64_t>(std::min(x, 1e9) * 1e9)};
}

} // namespace

traffic::traffic(const server_settings& settings)
  : settings_(settings),
    limiter_(settings.limit, settings.limit_each),
    faults_(settings.seed) {
  const auto now = monotonic_now();
  for (const auto& rule : settings.faults)
    faults_.add(rule, now);
  if (settings.arrivals_file.empty())
    return;
  file_.open(settings.arrivals_file, std::ios::app);
  if (!file_)
    throw std::runtime_error("arrivals file " + settings.arrivals_file
                             + " cannot be written");
}

noted_request traffic::note(std::string target, std::uint16_t client_port,
                            std::optional<moment> arrived) {
  noted_request x;
  // Before the lock: waiting for it must not make the request look later.
  x.at = arrived ? *arrived : monotonic_now();
  const std::lock_guard lock{mutex_};
  const auto where = endpoint_of(target);
  x.counted = limiter_.arrive(where, x.at);
  ++counts_.by_endpoint[static_cast<std::size_t>(where)];
  const auto spread
    = static_cast<double>(nanoseconds{settings_.jitter}.count());
  const auto u
    = dice{mix(settings_.seed, draw::latency, x.counted.number)}.unit();
  x.latency = std::max(
    nanoseconds{0},
    nanoseconds{settings_.latency}
      + nanoseconds{static_cast<std::int64_t>((2 * u - 1) * spread)});
  if (outage_ && x.at < outage_end_) {
    x.fault = outage_;
  } else if (!x.counted.refused) {
    if (const auto* rule = faults_.choose(x.counted.number, target, x.at))
      x.fault = *rule;
    if (x.fault && x.fault->kind == fault_kind::outage) {
      outage_ = x.fault;
      outage_end_ = x.at + seconds_of(x.fault->seconds);
    }
  }
  x.target = std::move(target);
  x.client_port = client_port;
  return x;
}

void traffic::record(const noted_request& request, int status) {
  {
    const std::lock_guard lock{mutex_};
    ++counts_.by_status[status];
  }
  if (settings_.arrivals_file.empty())
    return;
  const auto wall = std::chrono::duration<double>(
    std::chrono::system_clock::now().time_since_epoch()
    - (monotonic_now() - request.at));
  std::string line;
  json_writer json{line};
  json.open('{');
  json.member("t_ns", request.at.count());
  json.key("t");
  json.raw(std::to_string(wall.count()));
  json.member("n", static_cast<std::int64_t>(request.counted.number));
  json.member("path", request.target);
  json.member("status", status);
  json.key("refused");
  json.boolean(request.counted.refused);
  json.member("port", request.client_port);
  json.key("latency_ms");
  json.raw(std::to_string(
    std::chrono::duration<double, std::milli>(request.latency).count()));
  if (request.fault)
    json.member("fault", request.fault->text);
  json.close('}');
  line += '\n';
  const std::lock_guard lock{file_mutex_};
  file_ << line << std::flush;
}

server_stats traffic::stats() const {
  const std::lock_guard lock{mutex_};
  auto x = counts_;
  x.requests = limiter_.arrivals();
  x.refused = limiter_.refused();
  x.largest_window = limiter_.largest();
  x.faults = faults_.struck();
  return x;
}

void traffic::add_fault(fault_rule rule) {
  const std::lock_guard lock{mutex_};
  faults_.add(std::move(rule), monotonic_now());
}

void traffic::clear_faults() {
  const std::lock_guard lock{mutex_};
  faults_.clear();
  outage_.reset();
}

std::vector<std::string> traffic::faults() const {
  const std::lock_guard lock{mutex_};
  return faults_.texts();
}

bool traffic::wait_until(moment until) const {
  std::unique_lock lock{mutex_};
  const std::chrono::steady_clock::time_point when{
    std::chrono::duration_cast<std::chrono::steady_clock::duration>(until)};
  return !stopping_.wait_until(lock, when, [this] { return stopped_; });
}

void traffic::stop() {
  const std::lock_guard lock{mutex_};
  stopped_ = true;
  stopping_.notify_all();
}

std::string to_json(const server_stats& x) {
  std::string out;
  json_writer json{out};
  json.open('{');
  json.member("requests", static_cast<std::int64_t>(x.requests));
  json.member("refused", static_cast<std::int64_t>(x.refused));
  json.member("largest_window", static_cast<std::int64_t>(x.largest_window));
  json.key("by_status");
  json.open('{');
  for (const auto& [status, count] : x.by_status)
    json.member(std::to_string(status), static_cast<std::int64_t>(count));
  json.close('}');
  json.key("by_endpoint");
  json.open('{');
  for (std::size_t i = 0; i < endpoint_count; ++i)
    json.member(to_string(static_cast<endpoint>(i)),
                static_cast<std::int64_t>(x.by_endpoint[i]));
  json.close('}');
  json.key("faults");
  json.open('{');
  for (const auto& [text, count] : x.faults)
    json.member(text, static_cast<std::int64_t>(count));
  json.close('}');
  json.close('}');
  return out;
}

} // namespace racefill::sim
