#include "app/rounds/round_summary.hpp"

#include "app/rounds/round_range.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

#include <Poco/JSON/Object.h>

#include <sstream>

namespace racefill {
namespace {

template <class... Ts>
std::string format(const char* pattern, Ts... values) {
  std::array<char, 512> text{};
  std::snprintf(text.data(), text.size(), pattern, values...);
  return text.data();
}

long long ll(std::int64_t x) {
  return static_cast<long long>(x);
}

const char* end_text(const session_outcome& x) {
  switch (x.end) {
    case session_end::finished:
      return "finished";
    case session_end::halted:
      return "stopped before its end";
    case session_end::interrupted:
      return x.drained ? "interrupted; what was held stays pending"
                       : "interrupted, drained cleanly";
    case session_end::killed:
      return "killed";
  }
  return "ended";
}

std::string bar(std::int64_t done, std::int64_t total) {
  constexpr std::int64_t cells = 20;
  const auto filled = total > 0 ? std::min(cells, done * cells / total) : 0;
  return "[" + std::string(static_cast<std::size_t>(filled), '#')
         + std::string(static_cast<std::size_t>(cells - filled), '.') + "]";
}

std::string eta_text(const snapshot& x) {
  if (x.run.finished)
    return "done";
  if (x.eta_s < 0)
    return "ETA ?";
  const auto low = duration_text(x.eta_low_s);
  const auto high = duration_text(x.eta_high_s);
  return low == high ? "ETA " + low : "ETA " + low + ".." + high;
}

// What a person should do next; "" when all is well.
std::string next_text(const run_verdict& x, const session_plan& plan) {
  std::string text;
  if (x.failed > 0 || x.totals.horses_failed > 0)
    text += "  next      racefill run --resume asks the failed ones again; "
            "reasons: logs/backfill_all_tables_errors.json\n";
  else if (x.pending > 0 || (!plan.fast && x.totals.horses_pending > 0))
    text += "  next      racefill run --resume goes on from here\n";
  if (x.provisional > 0)
    text += format("  next      %lld day(s) not over yet in Europe/London: run "
                   "again tomorrow\n",
                   ll(x.provisional));
  if (x.not_offered > 0)
    text += format("  history   %lld of %lld days (%.0f %%) are not offered by "
                   "the provider\n",
                   ll(x.not_offered), ll(x.days),
                   100.0 * static_cast<double>(x.not_offered)
                     / static_cast<double>(std::max<std::int64_t>(1, x.days)));
  if (plan.fast && x.totals.horses_pending > 0)
    text += format("  horses    %lld wait for a run without --fast\n",
                   ll(x.totals.horses_pending));
  return text;
}

double seconds_of(const session_outcome& x) {
  return std::max(0.001, static_cast<double>(x.last.uptime_ms) / 1000);
}

} // namespace

std::string duration_text(std::int64_t seconds) {
  if (seconds < 0)
    return "?";
  if (seconds < 60)
    return format("%llds", ll(seconds));
  if (seconds < 3'600)
    return format("%lldm %02llds", ll(seconds / 60), ll(seconds % 60));
  return format("%lldh %02lldm", ll(seconds / 3'600), ll(seconds % 3'600 / 60));
}

run_verdict judge(const std::vector<day_record>& ledger, date start, date end,
                  const ledger_totals& totals) {
  run_verdict x;
  x.days = end - start + 1;
  x.totals = totals;
  for (const auto& record : ledger) {
    x.races += record.races;
    x.runners += record.runners;
    switch (record.state) {
      case day_state::done:
        ++x.done;
        break;
      case day_state::empty:
        ++x.empty;
        break;
      case day_state::not_offered:
        ++x.not_offered;
        break;
      case day_state::provisional:
        ++x.provisional;
        break;
      case day_state::failed:
        ++x.failed;
        break;
      case day_state::pending:
      case day_state::running:
        break;
    }
  }
  x.pending = x.days - x.done - x.empty - x.not_offered - x.provisional
              - x.failed;
  return x;
}

bool is_settled(const run_verdict& x, bool fast, bool accept_not_offered) {
  const bool days_are = x.failed == 0 && x.pending == 0 && x.provisional == 0
                        && (x.not_offered == 0 || accept_not_offered);
  const bool horses_are = x.totals.horses_failed == 0
                          && (fast || x.totals.horses_pending == 0);
  return days_are && horses_are;
}

std::string live_line(const snapshot& x, std::size_t columns) {
  const auto& run = x.run;
  const auto days = run.days_planned - run.days_left;
  const auto horses = run.session_horses;
  const auto calls_done = days + horses;
  const auto calls_all = calls_done + run.days_left + run.horses_left;
  auto line = bar(calls_done, calls_all)
              + format(" %lld/%lld days  %lld races  %lld runners", ll(days),
                       ll(run.days_planned), ll(run.session_races),
                       ll(run.session_runners));
  if (!run.fast)
    line += format("  %lld/%lld horses  %lld pedigrees", ll(horses),
                   ll(horses + run.horses_left), ll(run.session_pedigrees));
  line += format("  %lld errors  %.1f/%.3g req/s  %lld retries  ",
                 ll(run.session_errors), x.gate.rate_per_second,
                 x.gate.limit_per_second, ll(x.gate.retries));
  if (x.gate.paused)
    line += "PAUSED  ";
  else if (x.gate.breaker == "open" || x.gate.breaker == "probing")
    line += "provider out of reach, probing  ";
  line += eta_text(x);
  if (line.size() > columns && columns > 0)
    line.resize(columns);
  return line;
}

std::string summary_text(const session_outcome& outcome,
                         const run_verdict& verdict, const session_plan& plan,
                         exit_status status) {
  const auto& x = verdict;
  const auto& last = outcome.last;
  std::string text = "\nBack-fill " + to_string(plan.days.start) + " to "
                     + to_string(plan.days.end) + ": " + end_text(outcome)
                     + "\n";
  if (outcome.why)
    text += "  reason    " + describe(outcome.why) + "\n";
  text += format("  days      %lld of %lld done, %lld empty, %lld not offered, "
                 "%lld provisional, %lld failed, %lld pending\n",
                 ll(x.done), ll(x.days), ll(x.empty), ll(x.not_offered),
                 ll(x.provisional), ll(x.failed), ll(x.pending));
  text += format("  data      %lld races, %lld runners; this session %lld "
                 "races (%lld foreign), %lld runners\n",
                 ll(x.races), ll(x.runners), ll(last.run.session_races),
                 ll(last.run.session_foreign_races),
                 ll(last.run.session_runners));
  text += format("  entities  %lld horses, %lld pedigrees, %lld jockeys, %lld "
                 "trainers, %lld owners\n",
                 ll(x.totals.horses), ll(x.totals.pedigrees),
                 ll(x.totals.jockeys), ll(x.totals.trainers),
                 ll(x.totals.owners));
  text += format("  enriched  %lld done, %lld not found, %lld failed, %lld "
                 "pending\n",
                 ll(x.totals.horses_done), ll(x.totals.horses_not_found),
                 ll(x.totals.horses_failed), ll(x.totals.horses_pending));
  text += format("  requests  %lld sent, %lld retries, %lld refused (429), "
                 "%.1f s, %.2f/s\n",
                 ll(last.gate.requests), ll(last.gate.retries),
                 ll(last.gate.rate_limited), seconds_of(outcome),
                 static_cast<double>(last.gate.requests) / seconds_of(outcome));
  if (x.totals.quarantined > 0)
    text += format("  quarantine %lld values in racefill_quarantine, each with "
                   "its reason\n",
                   ll(x.totals.quarantined));
  text += next_text(verdict, plan);
  text += format("  exit      %d\n", to_int(status));
  return text;
}

std::string summary_json(const session_outcome& outcome,
                         const run_verdict& verdict, const session_plan& plan,
                         exit_status status) {
  using Poco::JSON::Object;
  const auto& x = verdict;
  Object days{Poco::JSON_PRESERVE_KEY_ORDER};
  days.set("total", x.days).set("done", x.done).set("empty", x.empty);
  days.set("not_offered", x.not_offered).set("provisional", x.provisional);
  days.set("failed", x.failed).set("pending", x.pending);
  Object horses{Poco::JSON_PRESERVE_KEY_ORDER};
  horses.set("total", x.totals.horses).set("done", x.totals.horses_done);
  horses.set("not_found", x.totals.horses_not_found);
  horses.set("failed", x.totals.horses_failed);
  horses.set("pending", x.totals.horses_pending);
  const auto& gate = outcome.last.gate;
  Object requests{Poco::JSON_PRESERVE_KEY_ORDER};
  requests.set("sent", gate.requests).set("retries", gate.retries);
  requests.set("rate_limited", gate.rate_limited);
  requests.set("seconds", seconds_of(outcome));
  Object all{Poco::JSON_PRESERVE_KEY_ORDER};
  all.set("schema", "racefill.run/1").set("run_id", plan.run_id);
  all.set("start", to_string(plan.days.start));
  all.set("end", to_string(plan.days.end));
  if (const auto text = reopened_text(plan.days); !text.empty())
    all.set("reopened", text);
  all.set("outcome", end_text(outcome));
  all.set("reason", outcome.why ? describe(outcome.why) : std::string{});
  all.set("days", days).set("races", x.races).set("runners", x.runners);
  all.set("foreign_races", outcome.last.run.session_foreign_races);
  all.set("horses", horses).set("pedigrees", x.totals.pedigrees);
  all.set("quarantined", x.totals.quarantined).set("requests", requests);
  all.set("exit_status", to_int(status));
  std::ostringstream out;
  all.stringify(out);
  return out.str() + "\n";
}

} // namespace racefill
