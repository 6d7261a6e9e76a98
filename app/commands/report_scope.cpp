#include "app/commands/report_scope.hpp"

#include "infra/facts/gaps.hpp"

namespace racefill {

day_range range_of(const command_context& context) {
  const auto& run = context.conf.run;
  return {run.start_date,
          run.end_date.known() ? run.end_date : today_in_london()};
}

day_plan_request plan_request_of(const command_context& context) {
  const auto& call = context.call;
  const auto range = range_of(context);
  day_plan_request out;
  out.start = range.first;
  out.end = range.last;
  out.today = today_in_london();
  out.history_start = context.conf.provider.history_start;
  out.oldest_first = context.conf.run.order == run_order::oldest_first;
  out.retry_empty = call.retry == retry_scope::empty;
  out.retry_all = call.retry == retry_scope::all;
  out.ask_before_history = call.ask_before_history;
  return out;
}

caf::error name_gaps(const command_context& context, day_plan_request& plan) {
  if (!context.call.gaps)
    return {};
  auto db = report_database::open(store_settings_of(context));
  if (!db)
    return std::move(db.error());
  try {
    plan.only_named = true;
    plan.named = read_gap_days(*db, {plan.start, plan.end}, plan.today,
                               store_settings_of(context).source,
                               context.conf.api.regions);
  } catch (const sql_error& err) {
    return to_error(err);
  }
  return {};
}

plan_input plan_input_of(const command_context& context) {
  const auto& conf = context.conf;
  plan_input out;
  out.request = plan_request_of(context);
  out.not_offered_run = conf.provider.not_offered_run;
  out.fast = conf.run.fast;
  out.calls_per_second
    = static_cast<double>(conf.gate.requests - conf.gate.reserve)
      / conf.gate.window_seconds;
  out.retry_percent = conf.gate.retry_budget_percent;
  out.keep_odds = conf.api.keep_odds;
  return out;
}

check_request check_request_of(const command_context& context) {
  const auto range = range_of(context);
  check_request out;
  out.start = range.first;
  out.end = range.last;
  out.today = today_in_london();
  out.accept_not_offered = context.call.accept_not_offered;
  for (const auto& flag : context.call.flags)
    if (flag.key == "run.start_date" || flag.key == "run.end_date")
      out.range_flags += ' ' + flag.label + ' ' + flag.value;
  out.source = store_settings_of(context).source;
  out.regions = context.conf.api.regions;
  return out;
}

std::string missing_note(const report_database& db) {
  return db.exists()
           ? ""
           : wrapped_text(db.name()
                            + " does not exist yet: nothing is filled. "
                              "`racefill run` makes it.",
                          0);
}

} // namespace racefill
