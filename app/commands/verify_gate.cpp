/// VERIFY-GATE: what a gate's log, or a server's log of arrivals, proves.
#include <cstdio>

#include "app/commands/command.hpp"
#include "app/print/json_report.hpp"
#include "infra/files/gate_log_reader.hpp"
#include "infra/pure/verify_gate.hpp"

namespace racefill {
namespace {

// More windows than anybody reads; the total is told besides.
constexpr std::size_t breaches_max = 1'000;
constexpr std::size_t breaches_shown = 10;

std::string seconds_text(nanos x) {
  char text[40];
  std::snprintf(text, sizeof(text), "%.6f", static_cast<double>(x) / 1e9);
  return text;
}

gate_verdict judge(const verify_options& asked, const gate_record& record) {
  const auto window = nanos{asked.window_ms} * one_millisecond;
  return record.is_arrivals ? verify_arrivals(record.arrivals, asked.requests,
                                              window, breaches_max)
                            : verify_gate(record.lines, asked.requests, window,
                                          asked.mode, breaches_max);
}

// Without the missing lines nobody knows what was sent.
bool vouches(const gate_record& record, const gate_verdict& x) {
  return x.breaches_total == 0 && record.lost == 0;
}

std::string as_json(const verify_options& asked, const gate_record& record,
                    const gate_verdict& x) {
  json_report out;
  out.open('{').member("version", 1).open("files", '[');
  for (const auto& file : asked.files)
    out.item(file);
  out.close();
  out.member("log", record.is_arrivals ? "arrivals" : "gate")
    .member("limit", std::int64_t{asked.requests})
    .member("window_ms", std::int64_t{asked.window_ms});
  if (record.is_arrivals)
    out.member("refused", record.refused);
  else
    out.member("mode", to_string(asked.mode))
      .member("lives", record.lives)
      .member("unproven", x.unproven)
      .member("unused_or_unknown", x.maybe)
      .member("lost_lines", record.lost);
  out.member("torn_lines", record.torn)
    .member("requests", x.requests)
    .member("largest", x.largest)
    .member("utilisation", x.utilisation)
    .member("vouches", vouches(record, x))
    .member("windows_total", x.breaches_total)
    .open("windows", '[');
  for (const auto& breach : x.breaches) {
    out.open('{')
      .member("from_ns", breach.from)
      .member("count", breach.count)
      .open("requests", '[');
    for (const auto serial : breach.serials)
      out.item(static_cast<std::int64_t>(serial));
    out.close().close();
  }
  out.close().close();
  return out.take();
}

std::string as_text(const verify_options& asked, const gate_record& record,
                    const gate_verdict& x) {
  const auto count = [](std::int64_t n, const char* one, const char* more) {
    return std::to_string(n) + " " + (n == 1 ? one : more);
  };
  auto out = count(x.requests, "request", "requests");
  if (record.is_arrivals)
    out += " arrived, " + std::to_string(record.refused) + " refused\n";
  else
    out += " sent in " + count(record.lives, "life", "lives")
           + " of the gate, proof by " + to_string(asked.mode) + "\n";
  char line[120];
  std::snprintf(line, sizeof(line),
                "at most %lld in any %g s, limit %d\nutilisation %.4f\n",
                static_cast<long long>(x.largest), asked.window_ms / 1e3,
                asked.requests, x.utilisation);
  out += line;
  if (x.unproven > 0)
    out += count(x.unproven, "request", "requests")
           + " without proof of arrival\n";
  if (x.maybe > 0)
    out += count(x.maybe, "permit", "permits")
           + " of which a dead gate did not tell whether it was used\n";
  if (record.torn > 0)
    out += count(record.torn, "last line", "last lines")
           + " of a killed process cut short\n";
  if (record.lost > 0)
    out += count(record.lost, "line is", "lines are")
           + " missing: what they held cannot be vouched for\n";
  for (std::size_t i = 0; i < std::min(x.breaches.size(), breaches_shown);
       ++i) {
    const auto& breach = x.breaches[i];
    const auto end = breach.from + nanos{asked.window_ms} * one_millisecond;
    out += "cannot vouch for (" + seconds_text(breach.from) + ", "
           + seconds_text(end) + "]: " + std::to_string(breach.count)
           + " requests,";
    for (const auto serial : breach.serials)
      out += " " + std::to_string(serial);
    out += "\n";
  }
  const auto shown = std::min(x.breaches.size(), breaches_shown);
  if (const auto rest = x.breaches_total - static_cast<std::int64_t>(shown);
      rest > 0)
    out += "and for " + count(rest, "window", "windows") + " more\n";
  return out;
}

} // namespace

int verify_gate_command(const invocation& call) {
  const auto& asked = call.verify;
  auto record = read_gate_record(asked.files);
  if (!record)
    return fail_with(exit_status::usage,
                     record.error().context().get_as<std::string>(0));
  const auto verdict = judge(asked, *record);
  const auto text = call.json ? as_json(asked, *record, verdict)
                              : as_text(asked, *record, verdict);
  std::fputs(text.c_str(), stdout);
  return to_int(vouches(*record, verdict) ? exit_status::settled
                                          : exit_status::left);
}

} // namespace racefill
