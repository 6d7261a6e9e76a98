#include "app/rounds/round.hpp"

#include <unistd.h>

#include <chrono>
#include <utility>

#include "app/rounds/edges.hpp"
#include "infra/log/log.hpp"
#include "infra/pure/instant.hpp"

namespace racefill {
namespace {

std::string utc_now() {
  return utc_text(std::chrono::system_clock::now());
}

run_record record_of(const session_plan& plan) {
  run_record run;
  run.run_id = plan.run_id;
  run.started_at = plan.start_time;
  run.start = plan.days.start;
  run.end = plan.days.end;
  run.order = plan.days.oldest_first ? "oldest-first" : "newest-first";
  run.fast = plan.fast;
  run.version = RACEFILL_VERSION;
  if (const auto text = reopened_text(plan.days); !text.empty())
    run.stats = "{\"reopened\":\"" + text + "\"}";
  return run;
}

exit_status status_of(const command_context& context,
                      const session_outcome& outcome,
                      const run_verdict& verdict) {
  if (const auto early = status_if_unfinished(outcome))
    return *early;
  const auto saved = fault_of(outcome.drained);
  if (saved == fault::files_refused || saved == fault::disk_full)
    return exit_status::files;
  // A trial that brings nothing has shown that something is wrong.
  const bool is_void_trial = context.call.test && verdict.races == 0;
  return is_settled(verdict, context.conf.run.fast,
                    context.call.accept_not_offered)
             && !is_void_trial
           ? exit_status::settled
           : exit_status::left;
}

} // namespace

std::optional<exit_status>
status_if_unfinished(const session_outcome& outcome) {
  switch (outcome.end) {
    case session_end::halted:
      return exit_status_of(fault_of(outcome.why));
    case session_end::interrupted:
      return exit_status::interrupted;
    case session_end::killed:
      return exit_status::killed;
    case session_end::finished:
      break;
  }
  return std::nullopt;
}

state_files_settings files_of(const settings& conf) {
  state_files_settings x;
  x.directory = conf.state.dir;
  x.checkpoint_file = in_state_dir(conf, conf.checkpoint.file);
  x.errors_file = in_state_dir(conf, conf.checkpoint.errors_file);
  return x;
}

session_plan plan_of(const command_context& context, const run_range& range) {
  session_plan plan;
  plan.start_time = range.start_time.empty() ? utc_now() : range.start_time;
  plan.run_id = utc_now() + "-" + std::to_string(getpid());
  plan.days.start = range.start;
  plan.days.end = range.end;
  plan.days.today = today_in_london();
  plan.days.history_start = context.conf.provider.history_start;
  plan.days.oldest_first = range.oldest_first;
  plan.days.retry_empty = context.call.retry == retry_scope::empty;
  plan.days.retry_all = context.call.retry == retry_scope::all;
  plan.days.ask_before_history = context.call.ask_before_history;
  plan.ask_before_history = context.call.ask_before_history;
  plan.fast = context.conf.run.fast;
  return plan;
}

caf::error put_under(session_plan& plan, const command_context& context,
                     const lease_grant& lease) {
  if (!plan.seat || !*plan.seat) {
    auto seat = take_account_seat(context.conf, context.secrets);
    if (!seat)
      return std::move(seat.error());
    plan.seat = std::make_shared<account_seat>(std::move(*seat));
  }
  plan.lease = lease;
  plan.alone_since = std::chrono::steady_clock::now();
  return {};
}

caf::error record_start(record_store& store, const session_plan& plan) {
  auto saved = store.save_run(record_of(plan));
  return saved ? caf::error{} : saved.error();
}

caf::expected<round_result>
conclude(const command_context& context, record_store& store,
         const session_plan& plan, const session_outcome& outcome) {
  if (auto closed = store.close_horses(); !closed)
    log_warn("run", "run could not close the horses it has not asked again",
             {{"error", describe(closed.error())}});
  auto ledger = store.load_days(plan.days.start, plan.days.end);
  auto totals = store.load_totals();
  if (!ledger || !totals)
    // The database is away: the run's own reason is the better last word.
    return outcome.why ? outcome.why
                       : (ledger ? totals.error() : ledger.error());
  round_result x;
  x.verdict = judge(*ledger, plan.days.start, plan.days.end, *totals);
  x.status = status_of(context, outcome, x.verdict);
  x.json = summary_json(outcome, x.verdict, plan, x.status);
  auto run = record_of(plan);
  run.ended_at = utc_now();
  run.exit_status = to_int(x.status);
  run.outcome = outcome.end == session_end::finished ? "finished" : "stopped";
  run.stats = x.json;
  if (auto saved = store.save_run(run); !saved)
    log_warn("run", "run could not record its end",
             {{"error", describe(saved.error())}});
  return x;
}

} // namespace racefill
