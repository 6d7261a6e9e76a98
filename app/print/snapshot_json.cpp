#include "app/print/snapshot_json.hpp"

#include "app/print/json_report.hpp"

namespace racefill {
namespace {

void add_day(json_report& out, const char* name, date x) {
  if (x.known())
    out.member(name, to_string(x));
  else
    out.member_null(name);
}

void add_seconds(json_report& out, const char* name, std::int64_t x) {
  if (x >= 0)
    out.member(name, x);
  else
    out.member_null(name);
}

void add_tallies(json_report& out, const char* name,
                 const std::vector<tally>& all) {
  out.open(name, '{');
  for (const auto& x : all)
    out.member(x.name, x.count);
  out.close();
}

void add_gate(json_report& out, const gate_status& x) {
  out.open("gate", '{');
  out.member("mode", x.mode).member("requests", x.requests);
  out.member("retries", x.retries).member("replies", x.replies);
  out.member("rate_limited", x.rate_limited);
  out.member("waiting", x.waiting).member("in_flight", x.in_flight);
  out.member("limit_per_second", x.limit_per_second);
  out.member("rate_per_second", x.rate_per_second);
  out.member("paused", x.paused).member("paused_for_ms", x.paused_for_ms);
  out.member("breaker", x.breaker);
  out.open("latency_ms", '{').member("p50", x.latency_ms_p50);
  out.member("p90", x.latency_ms_p90).member("p99", x.latency_ms_p99).close();
  out.member("guard_us", x.guard_us);
  add_tallies(out, "statuses", x.statuses);
  out.close();
}

void add_session(json_report& out, const progress& x) {
  out.open("session", '{');
  out.member("days", x.session_days).member("races", x.session_races);
  out.member("runners", x.session_runners);
  out.member("foreign_races", x.session_foreign_races);
  out.member("new_horses", x.session_new_horses);
  out.member("horses", x.session_horses);
  out.member("pedigrees", x.session_pedigrees);
  out.member("errors", x.session_errors);
  out.member("quarantined", x.session_quarantined);
  out.open("tables", '{');
  for (const auto& table : x.tables) {
    out.open(table.table, '{').member("rows", table.rows);
    out.member("changed", table.changed).close();
  }
  out.close().close();
}

void add_totals(json_report& out, const ledger_totals& x) {
  out.open("totals", '{');
  out.member("races", x.races).member("runners", x.runners);
  out.member("horses", x.horses).member("pedigrees", x.pedigrees);
  out.member("jockeys", x.jockeys).member("trainers", x.trainers);
  out.member("owners", x.owners);
  out.member("horses_pending", x.horses_pending);
  out.member("horses_done", x.horses_done);
  out.member("horses_not_found", x.horses_not_found);
  out.member("horses_failed", x.horses_failed);
  out.member("quarantined", x.quarantined).close();
}

void add_run(json_report& out, const progress& x) {
  out.open("run", '{').member("run_id", x.run_id);
  add_day(out, "start", x.start);
  add_day(out, "end", x.end);
  out.member("days_total", x.days_total);
  out.member("days_planned", x.days_planned).member("days_left", x.days_left);
  add_tallies(out, "days", x.days);
  out.member("horses_left", x.horses_left).member("fast", x.fast);
  out.member("finished", x.finished);
  add_day(out, "last_day", x.last_day);
  add_session(out, x);
  add_totals(out, x.totals);
  out.open("last_errors", '[');
  for (const auto& entry : x.last_errors) {
    out.open('{').member("timestamp", entry.timestamp);
    out.member("key", entry.key).member("error", entry.error).close();
  }
  out.close().close();
}

void add_actors(json_report& out, const snapshot& x) {
  out.open("stages", '[');
  for (const auto& stage : x.stages) {
    out.open('{').member("name", stage.name).member("backlog", stage.backlog);
    out.member("credit", stage.credit).close();
  }
  out.close().open("actors", '[');
  for (const auto& child : x.children) {
    out.open('{').member("name", child.name).member("alive", child.alive);
    out.member("restarts", child.restarts);
    out.member("last_error", child.last_error).close();
  }
  out.close();
}

// Line breaks stand only between members: inside strings they are escaped.
std::string on_one_line(const std::string& text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\n') {
      out += text[i];
      continue;
    }
    while (i + 1 < text.size() && text[i + 1] == ' ')
      ++i;
  }
  return out + '\n';
}

} // namespace

std::string snapshot_json(const snapshot& x) {
  json_report out;
  out.open('{').member("schema", snapshot_schema);
  out.member("version", x.version).member("host", x.host);
  out.member("pid", x.pid).member("command", x.command);
  out.member("taken_at", x.taken_at).member("uptime_ms", x.uptime_ms);
  out.member("phase", x.phase).member("rows_per_minute", x.rows_per_minute);
  out.open("eta_seconds", '{');
  add_seconds(out, "low", x.eta_low_s);
  add_seconds(out, "mid", x.eta_s);
  add_seconds(out, "high", x.eta_high_s);
  out.close();
  add_gate(out, x.gate);
  add_run(out, x.run);
  add_actors(out, x);
  out.close();
  return on_one_line(out.take());
}

} // namespace racefill
