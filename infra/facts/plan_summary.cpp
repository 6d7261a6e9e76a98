#include "infra/facts/plan_summary.hpp"

#include <algorithm>
#include <cmath>
#include <set>

namespace racefill {
namespace {

// Of the table as it was found full: 136,960 races and 1,326,595 runners in
// 3,944 days (the provider's volumes); bytes measured on a full-size database.
constexpr double races_a_day = 34.7;
constexpr double runners_a_day = 336;
constexpr double bytes_a_race = 900;
constexpr double bytes_a_runner = 850;
constexpr double bytes_of_odds = 3'700;
constexpr double bytes_a_horse = 900;

std::int64_t rounded(double x) {
  return static_cast<std::int64_t>(std::llround(x));
}

/// Days before the history that are asked for certain: the run of refusals,
/// then a probe in each earlier year.
std::int64_t least_before_history(const plan_input& input,
                                  const std::vector<date>& newest_first) {
  const auto count = static_cast<std::int64_t>(newest_first.size());
  if (input.request.ask_before_history || count <= input.not_offered_run)
    return count;
  std::set<int> years;
  for (auto i = static_cast<std::size_t>(input.not_offered_run);
       i < newest_first.size(); ++i)
    years.insert(newest_first[i].year());
  return input.not_offered_run + static_cast<std::int64_t>(years.size());
}

void count_days(const plan_input& input, const std::vector<day_record>& ledger,
                plan_summary& out) {
  const auto& request = input.request;
  std::map<date, day_state> states;
  for (const auto& x : ledger)
    states[x.day] = x.state;
  std::map<int, plan_year> years;
  for (auto day = request.start; day <= request.end; day = day + 1) {
    const auto found = states.find(day);
    const auto reason = reason_for(
      request, day, found == states.end() ? day_state::pending : found->second);
    ++out.reasons[reason];
    ++out.days;
    auto& year = years[day.year()];
    year.year = day.year();
    ++(is_asked(reason) ? year.asked : year.left);
  }
  for (const auto& [key, year] : years)
    out.years.push_back(year);
  if (!request.oldest_first)
    std::reverse(out.years.begin(), out.years.end());
}

/// A run opens parked horses again; one that the provider does not know is
/// never asked twice, whatever is asked of the days.
void count_horses(const plan_input& input, plan_summary& out) {
  const auto& horses = input.horses;
  out.fast = input.fast;
  out.horses_done = horses.done;
  out.horses_not_found = horses.not_found;
  if (input.fast)
    return;
  out.horses_failed = horses.failed;
  out.horses_asked = horses.pending + horses.failed;
}

} // namespace

double horses_within(double days) noexcept {
  constexpr double in_training = 14'000;
  constexpr double weeks = 45; // Days in which most of them run once.
  constexpr double youngsters_a_day = 24.8;
  return in_training * (1 - std::exp(-days / weeks)) + youngsters_a_day * days;
}

plan_summary summarize_plan(const plan_input& input,
                            const std::vector<day_record>& ledger) {
  plan_summary out;
  out.calls_per_second = input.calls_per_second;
  count_days(input, ledger, out);
  count_horses(input, out);
  const auto tasks = plan_days(input.request, ledger);
  std::vector<date> before;
  for (const auto& task : tasks) {
    out.provisional += task.provisional ? 1 : 0;
    if (task.before_history)
      before.push_back(task.day);
  }
  out.asked = static_cast<int>(tasks.size());
  out.before_history = static_cast<int>(before.size());
  if (!tasks.empty())
    out.first_asked = tasks.front().day;
  const auto within = static_cast<std::int64_t>(tasks.size() - before.size());
  const auto least = within + least_before_history(input, before);
  out.days_calls = {least, least, out.asked};

  const auto done = static_cast<double>(
    std::count_if(ledger.begin(), ledger.end(),
                  [](const auto& x) { return x.state == day_state::done; }));
  auto fresh = [&](double days) {
    return input.fast ? 0.0 : horses_within(done + days) - horses_within(done);
  };
  const auto asked = static_cast<double>(out.asked);
  const auto offered = static_cast<double>(within);
  // At most: twice as many youngsters, and the horses in training twice.
  out.horse_calls = {out.horses_asked,
                     out.horses_asked + rounded(fresh(offered)),
                     out.horses_asked + rounded(fresh(asked) * 2)};
  const auto known = out.days_calls.lower + out.horse_calls.lower;
  const std::int64_t courses = known > 0 ? 1 : 0;
  out.calls.lower = known + courses;
  out.calls.likely = out.days_calls.likely + out.horse_calls.likely + courses;
  const auto most = out.days_calls.upper + out.horse_calls.upper + courses;
  out.calls.upper = most + (most * input.retry_percent + 99) / 100;

  auto seconds = [&](std::int64_t calls) {
    return input.calls_per_second <= 0
             ? 0
             : rounded(
               std::ceil(static_cast<double>(calls) / input.calls_per_second));
  };
  out.seconds = {seconds(out.calls.lower), seconds(out.calls.likely),
                 seconds(out.calls.upper)};
  const double runner = bytes_a_runner + (input.keep_odds ? bytes_of_odds : 0);
  const double day = races_a_day * bytes_a_race + runners_a_day * runner;
  out.bytes = {0, rounded(offered * day + fresh(offered) * bytes_a_horse),
               rounded(asked * day + fresh(asked) * 2 * bytes_a_horse)};
  return out;
}

} // namespace racefill
