/// K1, K7, K8, X3, X5 to X7: does the ledger tell the truth?
#include <algorithm>
#include <map>

#include "infra/facts/checks.hpp"

namespace racefill {
namespace {

using ledger_map = std::map<date, const ledger_day*>;

bool is_settled(const check_request& request, day_state x) {
  return x == day_state::done || x == day_state::empty
         || (x == day_state::not_offered && request.accept_not_offered);
}

check_result dates_settled(const check_request& request,
                           const ledger_map& ledger) {
  check_result x{"K1", "days settled", "criterion 1"};
  x.unit = "%";
  x.wanted = "100 %, " + to_string(request.start) + " to "
             + to_string(std::min(request.end, request.today + -1));
  std::map<day_state, std::int64_t> states;
  std::vector<date> open;
  std::int64_t wanted = 0;
  // Today's cards still change: they are not due yet.
  for (auto day = request.start; day <= request.end && day < request.today;
       day = day + 1) {
    ++wanted;
    const auto found = ledger.find(day);
    const auto state = found == ledger.end() ? day_state::pending
                                             : found->second->state;
    ++states[state];
    if (!is_settled(request, state))
      open.push_back(day);
  }
  const auto count = static_cast<std::int64_t>(open.size());
  x.value = wanted == 0 ? 100 : percent_of(wanted - count, wanted);
  // Rounding must not hide the last open day.
  if (count > 0)
    x.value = std::min(x.value, 99.99);
  x.outcome = count > 0 ? verdict::fail : verdict::pass;
  take_days(open, x);
  x.mends = count > 0 ? repair_kind::failed_work : repair_kind::none;
  x.detail = std::to_string(wanted - count) + " of " + std::to_string(wanted)
             + " days";
  for (const auto& [state, n] : states)
    if (state != day_state::done && state != day_state::empty)
      x.detail += ", " + std::to_string(n) + ' ' + to_string(state);
  if (count > 0)
    x.repair = states[day_state::not_offered] == count
                 ? "racefill validate --accept-not-offered"
                 : "racefill run --start-date " + to_string(request.start)
                     + " --end-date " + to_string(request.end);
  return x;
}

check_result error_rate(const check_facts& facts) {
  check_result x{"K7", "days and horses that failed", "criterion 7"};
  x.unit = "%";
  x.wanted = "under 1 % (0.1 % without a warning)";
  std::vector<date> failed;
  for (const auto& day : facts.ledger)
    if (day.state == day_state::failed)
      failed.push_back(day.day);
  const auto count = static_cast<std::int64_t>(failed.size())
                     + facts.horses.failed;
  const auto all = static_cast<std::int64_t>(facts.ledger.size())
                   + facts.horses.all();
  x.value = percent_of(count, all);
  x.outcome = judge_count(x.value, 0.105, 1);
  take_days(failed, x);
  x.failing = count;
  x.detail = std::to_string(failed.size()) + " of "
             + std::to_string(facts.ledger.size()) + " days and "
             + std::to_string(facts.horses.failed) + " of "
             + std::to_string(facts.horses.all()) + " horses";
  if (count > 0) {
    x.mends = repair_kind::failed_work;
    x.repair = "racefill run --retry failed";
  }
  return x;
}

check_result ledger_equals_data(const check_facts& facts) {
  check_result x{"K8", "done days whose rows differ from the ledger",
                 "criterion 8"};
  x.unit = "days";
  x.wanted = "none";
  std::map<date, const day_facts*> rows;
  for (const auto& day : facts.days)
    rows[day.day] = &day;
  std::vector<date> differing;
  std::vector<std::string> words;
  for (const auto& day : facts.ledger) {
    if (day.state != day_state::done && day.state != day_state::empty)
      continue;
    const auto found = rows.find(day.day);
    const auto races = found == rows.end() ? 0 : found->second->races;
    const auto runners = found == rows.end()
                           ? 0
                           : found->second->runners - found->second->removed;
    if (races == day.races && runners == day.runners)
      continue;
    differing.push_back(day.day);
    if (words.size() < keys_shown_max)
      words.push_back(to_string(day.day) + ": " + std::to_string(races) + '/'
                      + std::to_string(day.races) + " races, "
                      + std::to_string(runners) + '/'
                      + std::to_string(day.runners) + " runners");
  }
  x.value = static_cast<double>(differing.size());
  x.outcome = differing.empty() ? verdict::pass : verdict::fail;
  take_days(differing, x);
  x.keys = words;
  if (facts.ledger.empty()) {
    x.outcome = verdict::fail;
    x.detail = "the ledger is empty: nothing proves any day";
    x.repair = "racefill migrate && racefill run";
  }
  return x;
}

/// Statements that delete these races and their runners.
std::string delete_races(const std::string& condition) {
  return "DELETE FROM ra_mst_runners WHERE race_id IN (SELECT race_id FROM "
         "ra_mst_races WHERE "
         + condition + "); DELETE FROM ra_mst_races WHERE " + condition + ';';
}

/// X3 and X6: rows on days that nobody asked for.
void unasked_days(const check_request& request, const check_facts& facts,
                  const ledger_map& ledger, check_list& out) {
  check_result past{"X3", "days with races that the ledger does not know"};
  check_result future{"X6", "days in the future with races nobody asked for"};
  std::vector<date> past_days;
  std::vector<date> future_days;
  for (const auto& day : facts.days) {
    if (day.foreign == day.races && day.day <= request.today)
      continue; // X5 tells of them.
    const auto found = ledger.find(day.day);
    const bool known = found != ledger.end()
                       && (found->second->state == day_state::done
                           || found->second->state == day_state::provisional
                           || found->second->state == day_state::pending
                           || found->second->state == day_state::failed);
    if (known || (found != ledger.end() && found->second->races == day.races))
      continue;
    (day.day > request.today ? future_days : past_days).push_back(day.day);
  }
  for (auto* x : {&past, &future}) {
    const auto& days = x == &past ? past_days : future_days;
    x->unit = "days";
    x->wanted = "none";
    x->value = static_cast<double>(days.size());
    x->outcome = days.empty() ? verdict::pass : verdict::warn;
    take_days(days, *x);
  }
  if (!future_days.empty()) {
    future.outcome = verdict::fail;
    future.detail = "no run asks for them; look at the rows' origin";
    future.repair = "racefill explain " + to_string(future_days.front());
    future.repair_sql = delete_races("race_date IN " + day_list(future_days));
    future.mends = repair_kind::none;
  }
  out.push_back(std::move(past));
  out.push_back(std::move(future));
}

check_result foreign_days(const check_request& request,
                          const check_facts& facts, const ledger_map& ledger) {
  check_result x{"X5", "days with races of other regions only"};
  x.unit = "days";
  x.wanted = "none";
  std::vector<date> days;
  std::vector<date> unasked;
  std::int64_t races = 0;
  for (const auto& day : facts.days) {
    races += day.foreign;
    if (day.foreign == 0 || day.foreign != day.races)
      continue;
    days.push_back(day.day);
    const auto found = ledger.find(day.day);
    if (found == ledger.end() || found->second->races != day.races)
      unasked.push_back(day.day);
  }
  x.value = static_cast<double>(days.size());
  x.outcome = days.empty() ? verdict::pass : verdict::warn;
  take_days(days, x);
  x.detail = std::to_string(races) + " races of other regions in all";
  // Asking again would bring the day's own races, and leave these.
  x.mends = repair_kind::none;
  x.repair.clear();
  if (!unasked.empty())
    x.repair_sql = delete_races("race_date IN " + day_list(unasked)
                                + " AND UPPER(region) NOT IN "
                                + region_list(request.regions));
  return x;
}

check_result quarantined(report_database& db) {
  check_result x{"X7", "values that could not be stored"};
  x.unit = "values";
  x.wanted = "none; they wait in racefill_quarantine";
  if (!db.has("racefill_quarantine"))
    return x;
  x.failing = db.number("SELECT COUNT(*) FROM racefill_quarantine");
  x.value = static_cast<double>(x.failing);
  x.outcome = x.failing > 0 ? verdict::warn : verdict::pass;
  for (const auto& row : db.query(
         "SELECT table_name,column_name,COUNT(*) FROM racefill_quarantine "
         "GROUP BY table_name,column_name ORDER BY 3 DESC,1,2 LIMIT "
         + std::to_string(keys_shown_max)))
    x.keys.push_back(row[0].value_or("?")
                     + (row[1] ? '.' + *row[1] : " (whole rows)") + ": "
                     + row[2].value_or("0"));
  return x;
}

} // namespace

void check_ledger(report_database& db, const check_request& request,
                  const check_facts& facts, check_list& out) {
  ledger_map ledger;
  for (const auto& day : facts.ledger)
    ledger[day.day] = &day;
  out.push_back(dates_settled(request, ledger));
  out.push_back(error_rate(facts));
  out.push_back(ledger_equals_data(facts));
  unasked_days(request, facts, ledger, out);
  out.push_back(foreign_days(request, facts, ledger));
  out.push_back(quarantined(db));
}

} // namespace racefill
