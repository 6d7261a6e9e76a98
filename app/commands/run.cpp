/// RUN: a back-fill in the foreground.

#include <sys/ioctl.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <string>
#include <utility>

#include "app/commands/command.hpp"
#include "app/prepare_database.hpp"
#include "app/process_identity.hpp"
#include "app/run_range.hpp"
#include "app/run_session.hpp"
#include "app/run_summary.hpp"
#include "infra/files/local_state_files.hpp"
#include "infra/log.hpp"
#include "infra/pure/day_plan.hpp"
#include "infra/pure/instant.hpp"

namespace racefill {
namespace {

constexpr std::size_t days_without_asking = 100;

std::string utc_now() {
  return utc_text(std::chrono::system_clock::now());
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

// Shows what a long run will cost and waits for a `yes`.
caf::error confirm(const command_context& context, std::size_t days,
                   std::int64_t horses) {
  if (days <= days_without_asking || context.call.non_interactive)
    return {};
  const double per_second = static_cast<double>(context.conf.gate.requests
                                                - context.conf.gate.reserve)
                            / context.conf.gate.window_seconds;
  const auto known = static_cast<double>(days) + static_cast<double>(horses);
  // A day brings about 35 races of 10 runners, 1.9 kB in all tables a runner,
  // and in the long run about 30 horses never seen before.
  std::printf("This asks %zu days", days);
  if (!context.conf.run.fast)
    std::printf(" and %lld known horses, and horses yet to be found",
                static_cast<long long>(horses));
  std::printf(".\n  calls    at least %.0f\n  time     at least %.1f h at "
              "%.3g requests a second\n  storage  about %.1f GB\n"
              "`racefill plan` shows more. Go on? Type yes: ",
              known, known / per_second / 3600, per_second,
              static_cast<double>(days) * 350 * 1.9e3 / 1e9);
  std::fflush(stdout);
  std::string answer;
  if (std::getline(std::cin, answer) && answer == "yes")
    return {};
  return caf::make_error(fault::bad_settings,
                         std::string("not confirmed; nothing was done "
                                     "(--non-interactive does not ask)"));
}

// Takes the lease, waiting for it if told to.
caf::expected<lease_grant> take_lease(const command_context& context,
                                      record_store& store,
                                      const lease_claim& claim) {
  for (bool has_told = false;;) {
    auto grant = store.acquire_lease(claim);
    if (grant || fault_of(grant.error()) != fault::lease_held
        || !context.call.wait)
      return grant;
    if (!std::exchange(has_told, true))
      log_info("run", "run waits for the lease",
               {{"held_by", describe(grant.error())}});
    if (stop_requested_within(std::chrono::seconds(2)))
      return caf::make_error(fault::stopping,
                             std::string("interrupted while waiting"));
  }
}

std::size_t terminal_columns() {
  winsize size{};
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
    return size.ws_col;
  return 80;
}

exit_status status_of(const command_context& context,
                      const session_outcome& outcome,
                      const run_verdict& verdict) {
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

run_record record_of(const session_plan& plan) {
  run_record run;
  run.run_id = plan.run_id;
  run.started_at = plan.start_time;
  run.start = plan.days.start;
  run.end = plan.days.end;
  run.order = plan.days.oldest_first ? "oldest-first" : "newest-first";
  run.fast = plan.fast;
  run.version = RACEFILL_VERSION;
  return run;
}

// Runs the plan and tells what came of it; the lease is ours.
caf::expected<exit_status> run_plan(const command_context& context,
                                    record_store& store,
                                    const session_plan& plan, bool& is_stuck) {
  auto run = record_of(plan);
  if (auto saved = store.save_run(run); !saved)
    return std::move(saved.error());
  auto outcome = run_session(context, plan, [](const snapshot& x) {
    if (log_on_terminal())
      log_live_line(live_line(x, terminal_columns() - 1));
  });
  if (!outcome)
    return std::move(outcome.error());
  is_stuck = outcome->is_stuck;
  log_live_line("");
  auto ledger = store.load_days(plan.days.start, plan.days.end);
  auto totals = store.load_totals();
  if (!ledger || !totals)
    // The database is away: the run's own reason is the better last word.
    return outcome->why ? std::move(outcome->why)
                        : std::move(ledger ? totals.error() : ledger.error());
  const auto verdict = judge(*ledger, plan.days.start, plan.days.end, *totals);
  const auto status = status_of(context, *outcome, verdict);
  run.ended_at = utc_now();
  run.exit_status = to_int(status);
  run.outcome = outcome->end == session_end::finished ? "finished" : "stopped";
  run.stats = summary_json(*outcome, verdict, plan, status);
  if (auto saved = store.save_run(run); !saved)
    log_warn("run", "run could not record its end",
             {{"error", describe(saved.error())}});
  const auto text = context.call.json
                      ? run.stats
                      : summary_text(*outcome, verdict, plan, status);
  log_shutdown(); // The log's last lines come before the summary.
  std::fputs(text.c_str(), stdout);
  std::fflush(stdout);
  if (outcome->why)
    std::fprintf(stderr, "racefill: %s\n", last_word(outcome->why).c_str());
  return status;
}

// The days the run will ask, for the question that comes first.
caf::error ask_person(const command_context& context, record_store& store,
                      const session_plan& plan) {
  auto ledger = store.load_days(plan.days.start, plan.days.end);
  if (!ledger)
    return std::move(ledger.error());
  auto totals = store.load_totals();
  if (!totals)
    return std::move(totals.error());
  return confirm(context, plan_days(plan.days, *ledger).size(),
                 totals->horses_pending);
}

// From an open database to the end of the run.
caf::expected<exit_status> run_on(const command_context& context,
                                  opened_database& database, bool& is_stuck) {
  auto& store = *database.store;
  auto range = choose_range(context, store);
  if (!range)
    return std::move(range.error());
  if (!range->note.empty())
    log_info("run", range->note);
  auto plan = plan_of(context, *range);
  plan.fetch_references = !database.has_course_list;
  if (auto err = ask_person(context, store, plan))
    return err;
  plan.claim = claim_of_this_process();
  auto lease = take_lease(context, store, plan.claim);
  if (!lease)
    return std::move(lease.error());
  plan.lease = *lease;
  store.set_fence(lease->token);
  caf::expected<exit_status> status = exit_status::left;
  if (auto err = prepare_ledger(store, *range))
    status = err;
  else
    status = run_plan(context, store, plan, is_stuck);
  if (auto released = store.release_lease(*lease); !released)
    log_warn("run", "run could not give the lease back",
             {{"error", describe(released.error())}});
  return status;
}

} // namespace

// Settings whose part does not exist yet must not look as if they worked.
void warn_of_idle_settings(const settings& conf) {
  auto warn = [](const char* key) {
    log_warn("run", std::string(key)
                      + " is set, but this version has no such "
                        "service yet: it is without effect");
  };
  if (conf.page.port != 0)
    warn("page.port");
  if (conf.gate.log)
    warn("gate.log");
}

int run_command(const command_context& context) {
  block_signals();
  warn_of_idle_settings(context.conf);
  if (const auto missing = missing_api_credentials(context.secrets);
      !missing.empty())
    return fail_with(exit_status::usage, missing);
  if (auto err = check_writable(files_of(context.conf)))
    return fail_with(err);
  auto database = open_for_run(context);
  if (!database)
    return fail_with(database.error());
  bool is_stuck = false;
  const auto status = run_on(context, *database, is_stuck);
  const int code = status ? to_int(*status) : fail_with(status.error());
  if (is_stuck) {
    // Connections hang in the outside world; everything of ours is written.
    log_shutdown();
    std::_Exit(code);
  }
  return code;
}

} // namespace racefill
