#include "actors/checkpoint_image.hpp"

#include <algorithm>
#include <array>

namespace racefill {

void ledger_image::restore(const day_plan_request& request,
                           const std::vector<day_record>& days,
                           const ledger_totals& totals) {
  request_ = request;
  totals_ = totals;
  days_.clear();
  counts_ = {};
  for (const auto& record : days)
    set_day(record);
  plan_ = plan_days(request, days);
  // What this session has asked already it does not ask again.
  std::erase_if(plan_, [this](const day_task& x) {
    return booked_.count(x.day) != 0;
  });
  open_.clear();
  for (const auto& task : plan_)
    open_.insert(task.day);
}

void ledger_image::set_day(const day_record& record) {
  if (record.day < request_.start || record.day > request_.end)
    return;
  auto [it, is_new] = days_.try_emplace(record.day, record);
  if (!is_new)
    --counts_.at(static_cast<std::size_t>(it->second.state));
  it->second = record;
  ++counts_.at(static_cast<std::size_t>(record.state));
}

void ledger_image::book_day(const day_receipt& day, const std::string& now,
                            std::vector<error_entry>& errors) {
  open_.erase(day.day);
  booked_.insert(day.day);
  if (day.attempts == 0) { // Not asked: only its state is told.
    auto known = days_.find(day.day);
    day_record record;
    if (known != days_.end())
      record = known->second;
    record.day = day.day;
    record.state = day.state;
    return set_day(record);
  }
  set_day(
    {day.day, day.state, day.attempts, day.races, day.runners, day.error});
  ++session_.session_days;
  session_.session_races += day.races;
  session_.session_runners += day.runners;
  session_.session_foreign_races += day.foreign_races;
  session_.session_quarantined += day.quarantined;
  session_.last_day = day.day;
  const auto fresh = static_cast<std::int64_t>(day.new_horses.size());
  session_.session_new_horses += fresh;
  totals_.horses_pending += fresh;
  totals_.quarantined += day.quarantined;
  if (day.state == day_state::failed)
    errors.push_back({now, to_string(day.day), day.error});
}

void ledger_image::book_horse(const horse_receipt& horse,
                              const std::string& now,
                              std::vector<error_entry>& errors) {
  totals_.horses_pending = std::max<std::int64_t>(
    0, totals_.horses_pending - (horse.state == horse_state::pending ? 0 : 1));
  switch (horse.state) {
    case horse_state::pending:
      break;
    case horse_state::done:
      ++totals_.horses_done;
      ++session_.session_horses;
      session_.session_pedigrees += horse.pedigree ? 1 : 0;
      break;
    case horse_state::not_found:
      ++totals_.horses_not_found;
      break;
    case horse_state::failed:
      ++totals_.horses_failed;
      errors.push_back({now, horse.horse_id, horse.error});
      break;
  }
}

std::vector<error_entry> ledger_image::book(const write_receipt& receipt,
                                            const std::string& now) {
  std::vector<error_entry> errors;
  for (const auto& day : receipt.days)
    book_day(day, now, errors);
  for (const auto& horse : receipt.horses)
    book_horse(horse, now, errors);
  for (auto day : receipt.not_offered) {
    set_day({day, day_state::not_offered, 0, 0, 0, ""});
    open_.erase(day);
    booked_.insert(day);
  }
  session_.session_errors += static_cast<std::int64_t>(errors.size());
  count_tables(receipt.tables);
  keep_errors(errors);
  return errors;
}

void ledger_image::count_tables(const std::vector<table_change>& tables) {
  auto& known = session_.tables;
  for (const auto& change : tables) {
    auto it = std::find_if(known.begin(), known.end(),
                           [&](const table_change& x) {
                             return x.table == change.table;
                           });
    if (it == known.end()) {
      known.push_back(change);
      continue;
    }
    it->rows += change.rows;
    it->changed += change.changed;
  }
}

void ledger_image::keep_errors(const std::vector<error_entry>& errors) {
  constexpr std::size_t last_errors_max = 20;
  auto& last = session_.last_errors;
  last.insert(last.end(), errors.begin(), errors.end());
  if (last.size() > last_errors_max)
    last.erase(last.begin(),
               last.end() - static_cast<std::ptrdiff_t>(last_errors_max));
}

std::vector<day_task> ledger_image::reopen(const std::vector<date>& days) {
  std::vector<date> wanted = days;
  if (wanted.empty())
    for (const auto& [day, record] : days_)
      if (record.state == day_state::failed)
        wanted.push_back(day);
  std::vector<day_task> tasks;
  for (auto day : wanted) {
    if (!is_within(day) || !open_.insert(day).second)
      continue;
    booked_.erase(day);
    day_task task;
    task.day = day;
    task.before_history = day < request_.history_start;
    task.provisional = day >= request_.today;
    const auto is_same = [day](const day_task& x) { return x.day == day; };
    if (std::none_of(plan_.begin(), plan_.end(), is_same))
      plan_.push_back(task);
    tasks.push_back(task);
  }
  return tasks;
}

std::vector<day_task> ledger_image::open_tasks() const {
  std::vector<day_task> tasks;
  for (const auto& task : plan_)
    if (open_.count(task.day) != 0)
      tasks.push_back(task);
  return tasks;
}

std::vector<std::pair<date, day_state>> ledger_image::settled() const {
  std::vector<std::pair<date, day_state>> all;
  for (const auto& [day, record] : days_)
    if (open_.count(day) == 0)
      all.emplace_back(day, record.state);
  return all;
}

std::vector<day_record> ledger_image::calendar() const {
  std::vector<day_record> all;
  all.reserve(days_.size());
  for (const auto& [day, record] : days_)
    all.push_back(record);
  return all;
}

progress ledger_image::report() const {
  auto x = session_;
  x.start = request_.start;
  x.end = request_.end;
  x.days_total = request_.end - request_.start + 1;
  x.days_planned = static_cast<std::int64_t>(plan_.size());
  x.days_left = days_left();
  auto counts = counts_;
  // A day that the ledger does not know is pending.
  counts[0] += x.days_total - static_cast<std::int64_t>(days_.size());
  for (std::size_t i = 0; i < counts.size(); ++i)
    x.days.push_back({to_string(static_cast<day_state>(i)), counts.at(i)});
  x.totals = totals_;
  return x;
}

checkpoint_image ledger_image::image() const {
  checkpoint_image x;
  x.start = request_.start;
  x.end = request_.end;
  x.order = request_.oldest_first ? "oldest-first" : "newest-first";
  x.total_dates = request_.end - request_.start + 1;
  for (const auto& [day, record] : days_) {
    x.races_processed += record.races;
    x.runners_processed += record.runners;
    if (record.state == day_state::done || record.state == day_state::empty)
      x.processed_dates.push_back(day);
    if (record.state == day_state::empty)
      x.empty_dates.push_back(day);
    if (record.state == day_state::failed)
      x.failed_dates.push_back(day);
  }
  x.horses_enriched = totals_.horses_done;
  x.pedigrees_captured = totals_.pedigrees;
  x.errors = static_cast<std::int64_t>(x.failed_dates.size())
             + totals_.horses_failed;
  x.last_date = session_.last_day;
  return x;
}

} // namespace racefill
