#include "app/web/metrics_text.hpp"

#include <array>
#include <sstream>
#include <string_view>
#include <utility>

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include "app/web/page_health.hpp"

namespace racefill {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;
using labels = std::vector<ClientMetric::Label>;

constexpr std::array<std::string_view, 6> phases{
  "starting", "racecards", "horses", "draining", "finished", "idle"};
constexpr std::array<std::string_view, 3> breaker_states{"closed", "open",
                                                         "probing"};
constexpr std::array<day_state, 7> day_states{
  day_state::pending, day_state::running, day_state::provisional,
  day_state::done,    day_state::empty,   day_state::not_offered,
  day_state::failed};

// Collects families in the order of their first value.
class metric_list {
public:
  template <class Number>
  void
  gauge(const char* name, const char* help, Number value, labels with = {}) {
    add(MetricType::Gauge, name, help, static_cast<double>(value),
        std::move(with));
  }

  template <class Number>
  void
  counter(const char* name, const char* help, Number value, labels with = {}) {
    add(MetricType::Counter, name, help, static_cast<double>(value),
        std::move(with));
  }

  // One series a possible value, 1 for the one that holds.
  template <std::size_t N>
  void state(const char* name, const char* help, const char* label,
             const std::array<std::string_view, N>& all,
             std::string_view holds) {
    for (const auto each : all)
      gauge(name, help, each == holds ? 1 : 0, {{label, std::string{each}}});
  }

  std::string text() const {
    std::ostringstream out;
    prometheus::TextSerializer{}.Serialize(out, families_);
    return out.str();
  }

private:
  void add(MetricType type, const char* name, const char* help, double value,
           labels with) {
    if (families_.empty() || families_.back().name != name) {
      families_.emplace_back();
      families_.back().name = name;
      families_.back().help = help;
      families_.back().type = type;
    }
    ClientMetric metric;
    metric.label = std::move(with);
    if (type == MetricType::Counter)
      metric.counter.value = value;
    else
      metric.gauge.value = value;
    families_.back().metric.push_back(std::move(metric));
  }

  std::vector<MetricFamily> families_;
};

double seconds_of_ms(std::int64_t x) {
  return static_cast<double>(x) / 1e3;
}

void add_process(metric_list& to, const process_facts& x) {
  to.counter("process_cpu_seconds_total",
             "User and system CPU time spent, in seconds.", x.cpu_seconds);
  to.gauge("process_start_time_seconds",
           "When the process started, in seconds since 1970.",
           x.started_seconds);
  to.gauge("process_resident_memory_bytes", "Resident memory.",
           x.resident_bytes);
  to.gauge("process_virtual_memory_bytes", "Virtual memory.", x.virtual_bytes);
  to.gauge("process_open_fds", "Open file descriptors.", x.open_fds);
  to.gauge("process_max_fds", "Most file descriptors that may be open.",
           x.fds_max);
}

void add_gate(metric_list& to, const gate_status& x) {
  to.counter("racefill_gate_requests_total",
             "Requests sent to the API, retries included.", x.requests);
  to.counter("racefill_gate_retries_total",
             "Second and later attempts among the requests.", x.retries);
  to.counter("racefill_gate_replies_total",
             "Whole responses of the API, of any status.", x.replies);
  to.counter("racefill_gate_rate_limited_total",
             "Responses with status 429: the API found us too fast.",
             x.rate_limited);
  for (const auto& each : x.statuses)
    to.counter("racefill_gate_outcomes_total",
               "Requests by what came of them: a status or a fault.",
               each.count, {{"outcome", each.name}});
  to.gauge("racefill_gate_waiting", "Callers that wait for a permit.",
           x.waiting);
  to.gauge("racefill_gate_in_flight", "Permits out whose slot is not free yet.",
           x.in_flight);
  to.gauge("racefill_gate_limit_per_second",
           "Requests a second that the limit allows.", x.limit_per_second);
  to.gauge("racefill_gate_rate_per_second",
           "Requests a second over the last 10 seconds.", x.rate_per_second);
  to.gauge("racefill_gate_paused",
           "1 while a person or the data guard keeps the gate closed.",
           x.paused ? 1 : 0);
  to.gauge("racefill_gate_pause_seconds",
           "How long the gate still waits after a 429, an outage or a start.",
           seconds_of_ms(x.paused_for_ms));
  to.state("racefill_gate_breaker",
           "The circuit breaker: 1 for the state it is in.", "state",
           breaker_states, x.breaker);
  to.gauge("racefill_gate_guard_seconds",
           "The guard added to each slot's window.",
           static_cast<double>(x.guard_us) / 1e6);
  const std::pair<const char*, std::int64_t> latencies[]{
    {"50", x.latency_ms_p50},
    {"90", x.latency_ms_p90},
    {"99", x.latency_ms_p99}};
  for (const auto& [percentile, ms] : latencies)
    to.gauge("racefill_gate_latency_seconds",
             "From a request's first byte sent to its reply, by percentile.",
             seconds_of_ms(ms), {{"percentile", percentile}});
}

void add_work(metric_list& to, const snapshot& x) {
  const auto& run = x.run;
  for (const auto state : day_states) {
    std::int64_t count = 0;
    for (const auto& each : run.days)
      if (each.name == to_string(state))
        count = each.count;
    to.gauge("racefill_day_states", "Days of the range by their state.", count,
             {{"state", to_string(state)}});
  }
  to.gauge("racefill_day_backlog",
           "Days of this session without a receipt yet.", run.days_left);
  const std::pair<const char*, std::int64_t> horses[]{
    {"pending", run.totals.horses_pending},
    {"done", run.totals.horses_done},
    {"not_found", run.totals.horses_not_found},
    {"failed", run.totals.horses_failed}};
  for (const auto& [state, count] : horses)
    to.gauge("racefill_horse_states", "Horses of the ledger by their state.",
             count, {{"state", state}});
  to.gauge("racefill_horse_backlog",
           "Horses pending and wanted in this session.", run.horses_left);
  const std::pair<const char*, std::int64_t> rows[]{
    {"races", run.totals.races},     {"runners", run.totals.runners},
    {"horses", run.totals.horses},   {"pedigrees", run.totals.pedigrees},
    {"jockeys", run.totals.jockeys}, {"trainers", run.totals.trainers},
    {"owners", run.totals.owners},   {"quarantine", run.totals.quarantined}};
  for (const auto& [kind, count] : rows)
    to.gauge("racefill_stored_rows", "Rows in the database by their kind.",
             count, {{"kind", kind}});
  to.counter("racefill_day_receipts_total",
             "Receipts for days in this session.", run.session_days);
  to.counter("racefill_enriched_horses_total",
             "Horses enriched in this session.", run.session_horses);
  to.counter("racefill_parked_total",
             "Days and horses parked in this session, after their last "
             "attempt.",
             run.session_errors);
  to.counter("racefill_quarantined_total",
             "Values and rows put into quarantine in this session.",
             run.session_quarantined);
  for (const auto& each : run.tables)
    to.counter("racefill_written_rows_total",
               "Rows sent to the database in this session, by table.",
               each.rows, {{"table", each.table}});
  const std::pair<const char*, std::int64_t> bounds[]{
    {"low", x.eta_low_s}, {"likely", x.eta_s}, {"high", x.eta_high_s}};
  for (const auto& [bound, seconds] : bounds)
    if (seconds >= 0)
      to.gauge("racefill_eta_seconds",
               "What is left of the work, in seconds; absent while unknown.",
               seconds, {{"bound", bound}});
}

void add_actors(metric_list& to, const snapshot& x) {
  for (const auto& each : x.stages)
    to.gauge("racefill_stage_backlog", "Items that a stage holds or that wait.",
             each.backlog, {{"stage", each.name}});
  for (const auto& each : x.stages)
    to.gauge("racefill_stage_credit", "How much more a stage will take.",
             each.credit, {{"stage", each.name}});
  for (const auto& each : x.children)
    to.gauge("racefill_actor_alive", "1 while the actor is alive.",
             each.alive ? 1 : 0, {{"actor", each.name}});
  for (const auto& each : x.children)
    to.counter("racefill_actor_restarts_total",
               "Restarts of the actor after a failure.", each.restarts,
               {{"actor", each.name}});
}

} // namespace

std::string metrics_text(const page_view& view, page_clock::time_point now,
                         const process_facts& process) {
  metric_list list;
  const auto health = judge_health(view, now);
  list.gauge("racefill_build_info", "The program's version, always 1.", 1,
             {{"version", RACEFILL_VERSION}});
  list.gauge("racefill_alive", "1 while the actors answer.",
             health.alive ? 1 : 0);
  list.gauge("racefill_ready", "1 while the next request may go out.",
             health.ready ? 1 : 0);
  if (view.has_snapshot) {
    list.gauge("racefill_snapshot_age_seconds", "Age of what is told here.",
               std::chrono::duration<double>(now - view.heard).count());
    list.state("racefill_phase", "1 for the phase the service is in.", "phase",
               phases, view.now.phase);
    add_gate(list, view.now.gate);
    add_work(list, view.now);
    add_actors(list, view.now);
  }
  add_process(list, process);
  return list.text();
}

} // namespace racefill
