#include "app/rounds/round_store.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "app/rounds/edges.hpp"
#include "infra/facts/repair.hpp"
#include "infra/log/log.hpp"
#include "infra/machine/process_identity.hpp"
#include "infra/sql/sql_error.hpp"

namespace racefill {

run_range range_of_round(const settings& conf, round_kind kind, date today,
                         date open_since) {
  run_range x;
  x.oldest_first = conf.run.order == run_order::oldest_first;
  x.start = conf.run.start_date;
  const bool is_open = !conf.run.end_date.known();
  x.end = is_open ? today : conf.run.end_date;
  if (kind == round_kind::range)
    return x;
  const auto last = today + conf.serve.days_ahead;
  if (is_open) {
    x.end = last;
  } else {
    // The range has an end: upkeep is about what comes after it.
    x.start = open_since.known() ? std::min(open_since, today) : today;
    x.end = last;
  }
  x.start = std::min(x.start, x.end);
  return x;
}

std::vector<date> days_with_gaps(const std::vector<day_facts>& facts,
                                 const std::vector<ledger_day>& ledger) {
  std::map<date, const day_facts*> by_day;
  for (const auto& each : facts)
    by_day[each.day] = &each;
  std::vector<date> out;
  for (const auto& day : ledger) {
    if (day.state != day_state::done)
      continue;
    const auto found = by_day.find(day.day);
    const auto races = found == by_day.end() ? 0 : found->second->races;
    const auto runners = found == by_day.end()
                           ? 0
                           : found->second->runners - found->second->removed;
    if (races < day.races || runners < day.runners)
      out.push_back(day.day);
  }
  return out;
}

namespace {

caf::expected<std::vector<date>> find_gaps(const command_context& context) {
  auto db = report_database::open(store_settings_of(context));
  if (!db)
    return std::move(db.error());
  try {
    return days_with_gaps(read_day_facts(*db, context.conf.api.regions),
                          read_ledger_days(*db,
                                           store_settings_of(context).source));
  } catch (const sql_error& err) {
    return to_error(err);
  }
}

} // namespace

round_store::round_store() : claim_(claim_of_this_process()) {
  // nop
}

// Enters days as pending: those a person named, and those with gaps.
caf::error round_store::ask_again(const command_context& context,
                                  const run_range& range,
                                  const round_wish& wish) {
  check_report report;
  auto add = [&](const char* id, const char* why, std::vector<date> days) {
    std::erase_if(days,
                  [&](date x) { return x < range.start || x > range.end; });
    if (days.empty())
      return;
    log_info("serve", std::string("serve asks days again: ") + why,
             {{"days", std::to_string(days.size())}});
    check_result x{id, why};
    x.mends = repair_kind::days;
    x.outcome = verdict::fail;
    x.repair_days = std::move(days);
    report.checks.push_back(std::move(x));
  };
  add("retry", "a person wants them", wish.again);
  if (wish.check_gaps && context.conf.serve.gap_check) {
    auto gaps = find_gaps(context);
    if (!gaps)
      return std::move(gaps.error());
    add("gap", "rows have gone from the tables", std::move(*gaps));
  }
  if (report.checks.empty())
    return {};
  const auto settings = store_settings_of(context);
  auto session = open_session(settings);
  if (!session)
    return std::move(session.error());
  auto done = enqueue_repairs(**session, report, settings.source, claim_);
  return done ? caf::error{} : std::move(done.error());
}

caf::expected<run_range> round_store::choose(const command_context& context,
                                             round_kind kind) {
  const auto today = today_in_london();
  const auto& conf = context.conf;
  date open_since;
  if (kind == round_kind::upkeep && conf.run.end_date.known()
      && conf.run.end_date < today) {
    auto behind = store_->load_days(conf.run.end_date + 1, today);
    if (!behind)
      return std::move(behind.error());
    for (const auto& day : *behind)
      if (day.state == day_state::provisional || day.state == day_state::failed
          || day.state == day_state::pending) {
        open_since = day.day;
        break;
      }
  }
  return range_of_round(conf, kind, today, open_since);
}

caf::expected<session_plan>
round_store::prepare_open(const command_context& context,
                          const round_wish& wish) {
  auto range = choose(context, wish.kind);
  if (!range)
    return std::move(range.error());
  // Before the lease: the repair takes it for its own transaction.
  if (auto err = ask_again(context, *range, wish))
    return err;
  auto lease = store_->acquire_lease(claim_);
  if (!lease)
    return std::move(lease.error());
  lease_ = *lease;
  auto plan = plan_of(context, *range);
  plan.days.aside = wish.aside;
  plan.fetch_references = !has_course_list_;
  plan.claim = claim_;
  store_->set_fence(lease_.token);
  plan.seat = seat_;
  if (auto err = put_under(plan, context, lease_))
    return err;
  seat_ = plan.seat;
  if (auto err = prepare_ledger(*store_, *range, plan.days))
    return err;
  if (auto err = record_start(*store_, plan))
    return err;
  return plan;
}

caf::expected<session_plan> round_store::prepare(const command_context& context,
                                                 const round_wish& wish) {
  if (!store_) {
    auto opened = open_for_run(context);
    if (!opened)
      return std::move(opened.error());
    store_ = std::move(opened->store);
    has_course_list_ = opened->has_course_list;
  }
  auto plan = prepare_open(context, wish);
  if (!plan && fault_of(plan.error()) != fault::lease_held)
    store_.reset();
  return plan;
}

caf::expected<round_result>
round_store::conclude(const command_context& context, const session_plan& plan,
                      const session_outcome& outcome) {
  auto result = racefill::conclude(context, *store_, plan, outcome);
  has_course_list_ = has_course_list_ || result;
  if (!result)
    store_.reset();
  return result;
}

caf::error round_store::renew() {
  if (!store_ || lease_.token == 0)
    return {};
  auto renewed = store_->renew_lease(lease_, claim_);
  return renewed ? caf::error{} : renewed.error();
}

void round_store::release() {
  seat_.reset();
  if (!store_ || lease_.token == 0)
    return;
  if (auto released = store_->release_lease(lease_); !released)
    log_warn("serve", "serve could not give the lease back",
             {{"error", describe(released.error())}});
  lease_ = {};
}

} // namespace racefill
