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
#include "app/commands/recheck.hpp"
#include "app/commands/report_scope.hpp"
#include "app/parts.hpp"
#include "app/process/signals.hpp"
#include "app/rounds/prepare_database.hpp"
#include "app/rounds/round.hpp"
#include "app/rounds/round_range.hpp"
#include "app/rounds/run_lease.hpp"
#include "infra/log/log.hpp"
#include "infra/machine/process_identity.hpp"
#include "infra/pure/day_plan.hpp"

namespace racefill {
namespace {

constexpr std::size_t days_without_asking = 100;

// Shows what a long run will cost and waits for a `yes`.
caf::error confirm(const command_context& context, std::size_t days,
                   std::int64_t horses) {
  if (days <= days_without_asking)
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

std::size_t terminal_columns() {
  winsize size{};
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
    return size.ws_col;
  return 80;
}

// Runs the plan and tells what came of it; the lease is ours.
caf::expected<exit_status> run_plan(const command_context& context,
                                    record_store& store,
                                    const session_plan& plan, bool& is_stuck) {
  service_ears ears;
  ears.show = [](const snapshot& x) {
    if (log_on_terminal())
      log_live_line(live_line(x, terminal_columns() - 1));
  };
  service host{context, all_service_parts(), ears};
  if (auto err = host.open())
    return err;
  if (auto err = record_start(store, plan))
    return err;
  auto outcome = run_session(host, plan, "the run's last words");
  if (!outcome)
    return std::move(outcome.error());
  is_stuck = host.close();
  log_live_line("");
  const auto result = [&] {
    const mortal_step step;
    return conclude(context, store, plan, *outcome);
  }();
  if (!result)
    return result.error();
  const auto text = context.call.json ? result->json
                                      : summary_text(*outcome, result->verdict,
                                                     plan, result->status);
  log_shutdown(); // The log's last lines come before the summary.
  std::fputs(text.c_str(), stdout);
  std::fflush(stdout);
  // A checkpoint file that could not be written at the end is a reason too.
  const auto& reason = outcome->why ? outcome->why : outcome->drained;
  if (outcome->why || result->status == exit_status::files)
    std::fprintf(stderr, "racefill: %s\n", last_word(reason).c_str());
  return result->status;
}

// The days the run will ask, for the question that comes first.
caf::error ask_person(const command_context& context, record_store& store,
                      const session_plan& plan) {
  if (context.call.non_interactive)
    return {}; // The totals below are counted: a tenth of a second.
  auto ledger = store.load_days(plan.days.start, plan.days.end);
  if (!ledger)
    return std::move(ledger.error());
  auto totals = store.load_totals();
  if (!totals)
    return std::move(totals.error());
  return confirm(context, plan_days(plan.days, *ledger).size(),
                 totals->horses_pending);
}

// What the run is about; asks the person unless that has happened.
caf::expected<session_plan> choose_plan(const command_context& context,
                                        opened_database& database,
                                        bool has_asked, run_range& chosen) {
  const mortal_step step;
  auto& store = *database.store;
  auto range = choose_range(context, store);
  if (!range)
    return std::move(range.error());
  if (!range->note.empty())
    log_info("run", range->note);
  auto plan = plan_of(context, *range);
  if (auto err = name_gaps(context, plan.days))
    return err;
  plan.fetch_references = !database.has_course_list;
  if (!has_asked)
    if (auto err = ask_person(context, store, plan))
      return err;
  chosen = std::move(*range);
  return plan;
}

// From an open database to the end of the run.
caf::expected<exit_status> run_on(const command_context& context,
                                  opened_database& database, bool has_asked,
                                  bool& is_stuck) {
  auto& store = *database.store;
  run_range range;
  auto chosen = choose_plan(context, database, has_asked, range);
  if (!chosen)
    return std::move(chosen.error());
  auto& plan = *chosen;
  if (auto err = take_lease(context, store, plan))
    return err;
  store.set_fence(plan.lease.token);
  caf::expected<exit_status> status = exit_status::left;
  if (auto err = prepare_ledger(store, range, plan.days))
    status = err;
  else
    status = run_plan(context, store, plan, is_stuck);
  give_lease_back(store, plan.lease);
  return status;
}

// Opens the database. The person is asked before anything is made in it.
caf::expected<opened_database> open_database(const command_context& context,
                                             bool& has_asked) {
  const mortal_step step;
  return open_for_run(context, [&]() -> caf::error {
    if (context.call.resume || context.call.non_interactive)
      return {};
    has_asked = true;
    const auto plan = plan_of(context, range_of_conf(context.conf));
    return confirm(context, plan_days(plan.days, {}).size(), 0);
  });
}

// A range that ends today may begin no later.
caf::error check_range(const command_context& context) {
  const auto range = range_of_conf(context.conf);
  if (context.call.resume || range.start <= range.end)
    return {};
  return caf::make_error(
    fault::bad_settings,
    "the range begins on " + to_string(range.start) + ", after its end, today ("
      + to_string(range.end)
      + " in Europe/London); mend --start-date, or name an "
        "--end-date");
}

} // namespace

int run_command(const command_context& context) {
  block_signals();
  if (const auto missing = missing_api_credentials(context.secrets);
      !missing.empty())
    return fail_with(exit_status::usage, missing);
  if (auto err = check_writable(files_of(context.conf)))
    return fail_with(err);
  if (!context.call.recheck.empty())
    return recheck_command(context);
  if (auto err = check_range(context))
    return fail_with(err);
  bool has_asked = false;
  auto database = open_database(context, has_asked);
  if (!database)
    return fail_with(database.error());
  bool is_stuck = false;
  const auto status = run_on(context, *database, has_asked, is_stuck);
  const int code = status ? to_int(*status) : fail_with(status.error());
  if (is_stuck) {
    // Connections hang in the outside world; everything of ours is written.
    log_shutdown();
    std::_Exit(code);
  }
  return code;
}

} // namespace racefill
