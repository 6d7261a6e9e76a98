#include "app/commands/recheck.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <set>

#include "app/commands/report_scope.hpp"
#include "app/parts.hpp"
#include "app/print/json_report.hpp"
#include "app/rounds/prepare_database.hpp"
#include "app/rounds/round.hpp"
#include "app/rounds/round_range.hpp"
#include "app/rounds/run_lease.hpp"
#include "app/rounds/run_round.hpp"
#include "infra/log/log.hpp"
#include "infra/machine/process_identity.hpp"
#include "infra/pure/instant.hpp"
#include "infra/store/recheck_store.hpp"

namespace racefill {
namespace {

/// The days named, ascending; none from today on, whose cards still change.
std::set<date> named_days(const command_context& context, date today) {
  std::set<date> out;
  for (const auto& x : context.call.recheck) {
    const auto last = x.last.known() ? x.last : today + -1;
    for (auto day = x.first; day <= std::min(last, today + -1); day = day + 1)
      out.insert(day);
  }
  return out;
}

session_plan plan_of(const command_context& context,
                     std::vector<date> settled) {
  session_plan plan;
  plan.start_time = utc_text(std::chrono::system_clock::now());
  plan.run_id = plan.start_time + "-recheck";
  plan.days.start = settled.front();
  plan.days.end = settled.back();
  plan.days.today = today_in_london();
  plan.days.history_start = context.conf.provider.history_start;
  plan.days.only_named = true;
  plan.days.named = std::move(settled);
  // One that was not offered before shall not decide about its neighbours.
  plan.ask_before_history = true;
  plan.fast = true;
  plan.fetch_references = false;
  return plan;
}

/// The checkpoint file tells of a run's range; this is none.
command_context without_checkpoint(command_context context) {
  context.conf.run.fast = true;
  context.conf.checkpoint.file = "logs/racefill_recheck.json";
  return context;
}

std::string row_of(const std::string& name, std::int64_t inserted,
                   const std::string& changed, const std::string& removed,
                   const std::string& same) {
  auto pad = [](std::string text, std::size_t width) {
    text.insert(0, width - std::min(width, text.size()), ' ');
    return text;
  };
  auto out = "  " + name;
  out.resize(28, ' ');
  return out + pad(inserted < 0 ? "" : with_commas(inserted), 10)
         + pad(changed, 10) + pad(removed, 10) + pad(same, 12) + '\n';
}

std::string text_of(const recheck_result& x, std::size_t unsettled,
                    bool applied) {
  auto out = "Asked " + with_commas(static_cast<std::int64_t>(x.days.size()))
             + " settled days again.\n";
  if (unsettled > 0)
    out += with_commas(static_cast<std::int64_t>(unsettled))
           + " days are not settled yet; `racefill run` asks those.\n";
  for (const auto& [day, why] : x.failed)
    out += wrapped_text(to_string(day) + " failed: " + why, 2);
  out += "\n  table                         inserted   changed   removed"
         "        same\n";
  for (const auto& [name, counts] : x.tables) {
    out += row_of(name, counts.inserted, with_commas(counts.changed),
                  with_commas(counts.removed), with_commas(counts.same));
    for (const auto& [column, count] : counts.columns)
      out += row_of("  " + column, -1, with_commas(count), "", "");
  }
  if (!x.examples.empty())
    out += '\n';
  for (const auto& example : x.examples)
    out += "  " + wrapped_text(example, 4).substr(4);
  return out
         + (applied ? "\nAll of it is written.\n"
                    : "\nNothing was written; --apply writes it.\n");
}

std::string json_of(const recheck_result& x, std::size_t unsettled,
                    bool applied) {
  json_report out;
  out.open('{')
    .member("schema", report_schema)
    .member("report", "recheck")
    .member("applied", applied)
    .member("days", static_cast<std::int64_t>(x.days.size()))
    .member("unsettled", static_cast<std::int64_t>(unsettled))
    .open("failed", '{');
  for (const auto& [day, why] : x.failed)
    out.member(to_string(day), why);
  out.close().open("tables", '{');
  for (const auto& [name, counts] : x.tables) {
    out.open(name, '{')
      .member("inserted", counts.inserted)
      .member("changed", counts.changed)
      .member("removed", counts.removed)
      .member("same", counts.same)
      .open("columns", '{');
    for (const auto& [column, count] : counts.columns)
      out.member(column, count);
    out.close().close();
  }
  out.close().open("examples", '[');
  for (const auto& example : x.examples)
    out.item(example);
  return out.close().close().take();
}

exit_status status_of(const session_outcome& outcome,
                      const recheck_result& result) {
  if (const auto early = status_if_unfinished(outcome))
    return *early;
  return result.failed.empty() ? exit_status::settled : exit_status::left;
}

struct day_choice {
  std::vector<date> settled;
  std::size_t unsettled = 0;
};

caf::expected<day_choice> choose_days(record_store& store,
                                      const std::set<date>& named) {
  auto ledger = store.load_days(*named.begin(), *named.rbegin());
  if (!ledger)
    return std::move(ledger.error());
  day_choice out;
  for (const auto& x : *ledger)
    if (named.count(x.day) > 0
        && (x.state == day_state::done || x.state == day_state::empty
            || x.state == day_state::not_offered))
      out.settled.push_back(x.day);
  out.unsettled = named.size() - out.settled.size();
  return out;
}

/// The run itself; the lease is ours.
caf::expected<exit_status>
recheck(const command_context& context, const session_plan& plan,
        recheck_result& result, std::size_t unsettled, bool& is_stuck) {
  service host{without_checkpoint(context), all_service_parts(), {}};
  auto outcome = run_session(host, plan, "the run's last words");
  if (!outcome)
    return std::move(outcome.error());
  is_stuck = host.close();
  const auto status = status_of(*outcome, result);
  log_shutdown();
  const std::lock_guard lock{result.mutex};
  const auto apply = context.call.apply;
  const auto text = context.call.json ? json_of(result, unsettled, apply)
                                      : text_of(result, unsettled, apply);
  std::fputs(text.c_str(), stdout);
  std::fflush(stdout);
  if (outcome->why)
    std::fprintf(stderr, "racefill: %s\n", last_word(outcome->why).c_str());
  return status;
}

caf::expected<exit_status>
recheck_on(const command_context& context, record_store& store,
           const std::set<date>& named, bool& is_stuck) {
  auto days = choose_days(store, named);
  if (!days)
    return std::move(days.error());
  auto result = std::make_shared<recheck_result>();
  if (days->settled.empty())
    return caf::make_error(fault::bad_settings,
                           std::string{"none of these days is settled; "
                                       "`racefill run` asks them"});
  auto plan = plan_of(context, days->settled);
  plan.open_writer = [settings = store_settings_of(context),
                      apply = context.call.apply, result] {
    return open_recheck_store(settings, apply, result);
  };
  if (auto err = take_lease(context, store, plan))
    return err;
  auto status = recheck(context, plan, *result, days->unsettled, is_stuck);
  give_lease_back(store, plan.lease);
  return status;
}

} // namespace

int recheck_command(const command_context& context) {
  const auto named = named_days(context, today_in_london());
  if (named.empty())
    return fail_with(exit_status::usage,
                     "--recheck names no day that is over yet");
  auto database = open_for_run(context);
  if (!database)
    return fail_with(database.error());
  bool is_stuck = false;
  const auto status = recheck_on(context, *database->store, named, is_stuck);
  const int code = status ? to_int(*status) : fail_with(status.error());
  if (is_stuck) {
    log_shutdown();
    std::_Exit(code);
  }
  return code;
}

} // namespace racefill
