/// The store's port in memory, scripted with faults.
#pragma once

#include <algorithm>
#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "infra/ports/record_store.hpp"

namespace racefill::test {

/// Answers a number of calls with faults before all goes well.
class fault_script {
public:
  /// The next `times` calls fail with `x`.
  void fail(fault x, int times = 1) {
    for (int i = 0; i < times; ++i)
      next_.push_back(x);
  }

  /// The fault of this call; none when it shall succeed.
  fault take() {
    if (next_.empty())
      return fault::none;
    const auto x = next_.front();
    next_.pop_front();
    return x;
  }

private:
  std::deque<fault> next_;
};

/// The tables and the ledger, shared by all sessions on it. The rules of which
/// state replaces which are those of the real store.
class memory_database {
public:
  std::map<date, day_record> days;
  std::map<std::string, horse_state> horses;
  std::set<std::string> races;
  std::set<std::string> runners; // race/horse
  std::set<std::string> profiles;
  std::set<std::string> courses;
  std::int64_t commits = 0;

  write_receipt write(const write_batch& batch) {
    ++commits;
    write_receipt receipt;
    for (const auto& unit : batch.horses)
      receipt.horses.push_back(write_horse(unit));
    for (const auto& unit : batch.days)
      receipt.days.push_back(write_day(unit));
    for (auto day : batch.not_offered) {
      save_day({day, day_state::not_offered, 0, 0, 0, ""});
      if (days[day].state == day_state::not_offered) {
        receipt.not_offered.push_back(day);
      } else {
        receipt.days.emplace_back();
        receipt.days.back().day = day;
        receipt.days.back().state = days[day].state;
      }
    }
    for (const auto& unit : batch.references)
      for (const auto& course : unit.courses)
        courses.insert(course.course_id);
    return receipt;
  }

  std::vector<day_record> load_days(date from, date to) const {
    std::vector<day_record> found;
    for (auto it = days.lower_bound(from); it != days.end() && it->first <= to;
         ++it)
      found.push_back(it->second);
    return found;
  }

  std::vector<horse_record> load_horses(const std::string& after,
                                        std::int32_t limit) const {
    std::vector<horse_record> found;
    for (auto it = horses.upper_bound(after);
         it != horses.end() && static_cast<std::int32_t>(found.size()) < limit;
         ++it)
      found.push_back({it->first, it->second});
    return found;
  }

  ledger_totals totals() const {
    ledger_totals x;
    x.races = static_cast<std::int64_t>(races.size());
    x.runners = static_cast<std::int64_t>(runners.size());
    x.horses = static_cast<std::int64_t>(horses.size());
    x.pedigrees = static_cast<std::int64_t>(profiles.size());
    x.horses_pending = by_state_[0];
    x.horses_done = by_state_[1];
    x.horses_not_found = by_state_[2];
    x.horses_failed = by_state_[3];
    return x;
  }

  std::int64_t reopen(const std::vector<date>& some) {
    std::int64_t count = 0;
    for (auto day : some)
      if (auto it = days.find(day);
          it != days.end() && it->second.state != day_state::pending) {
        it->second.state = day_state::pending;
        ++count;
      }
    return count;
  }

  /// Enters a horse, as an earlier run would have.
  void enter_horse(const std::string& id, horse_state state) {
    if (horses.emplace(id, state).second)
      ++by_state_[static_cast<std::size_t>(state)];
  }

private:
  static int rank(day_state x) {
    switch (x) {
      case day_state::done:
        return 4;
      case day_state::provisional:
      case day_state::empty:
        return 3;
      case day_state::not_offered:
        return 2;
      default:
        return x == day_state::failed ? 1 : 0;
    }
  }

  void save_day(const day_record& fresh) {
    auto [it, is_new] = days.emplace(fresh.day, fresh);
    if (!is_new && rank(fresh.state) >= rank(it->second.state))
      it->second = fresh;
  }

  day_receipt write_day(const day_unit& unit) {
    day_receipt receipt;
    receipt.day = unit.day;
    receipt.attempts = unit.attempts;
    receipt.races = static_cast<std::int32_t>(unit.races.size());
    receipt.runners = static_cast<std::int32_t>(unit.runners.size());
    receipt.error = unit.error;
    for (const auto& row : unit.races)
      races.insert(row.race_id);
    for (const auto& row : unit.runners)
      runners.insert(row.race_id + "/" + row.horse_id);
    save_day({unit.day, unit.state, unit.attempts, receipt.races,
              receipt.runners, unit.error});
    receipt.state = days[unit.day].state;
    for (const auto& id : unit.new_horses)
      if (horses.emplace(id, horse_state::pending).second) {
        ++by_state_[0];
        receipt.new_horses.push_back(id);
      }
    return receipt;
  }

  horse_receipt write_horse(const horse_unit& unit) {
    enter_horse(unit.horse_id, horse_state::pending);
    auto& state = horses[unit.horse_id];
    const auto rank_of = [](horse_state x) {
      constexpr int ranks[] = {0, 3, 2, 1};
      return ranks[static_cast<std::size_t>(x)];
    };
    if (rank_of(unit.state) > rank_of(state)) {
      --by_state_[static_cast<std::size_t>(state)];
      state = unit.state;
      ++by_state_[static_cast<std::size_t>(state)];
    }
    for (const auto& row : unit.pedigrees)
      profiles.insert(row.horse_id);
    return {unit.horse_id, state, unit.attempts,
            profiles.count(unit.horse_id) > 0, unit.error};
  }

  std::int64_t by_state_[4] = {0, 0, 0, 0};
};

/// RECORD_STORE over a memory_database.
class fake_store final : public record_store {
public:
  struct script {
    fault_script faults; ///< Of every call.
    std::int64_t fence = 0;
    int opened = 0;
  };

  fake_store(std::shared_ptr<memory_database> database,
             std::shared_ptr<script> how)
    : database_(std::move(database)), how_(std::move(how)) {
    ++how_->opened;
  }

  caf::expected<write_receipt> write(const write_batch& batch) override {
    return run<write_receipt>([&] { return database_->write(batch); });
  }

  void set_fence(std::int64_t token) override {
    how_->fence = token;
  }

  caf::expected<std::vector<day_record>> load_days(date from,
                                                   date to) override {
    return run<std::vector<day_record>>(
      [&] { return database_->load_days(from, to); });
  }

  caf::expected<std::vector<horse_record>>
  load_horses(const std::string& after, std::int32_t limit) override {
    return run<std::vector<horse_record>>(
      [&] { return database_->load_horses(after, limit); });
  }

  caf::expected<std::int64_t> count_horses() override {
    return run<std::int64_t>(
      [&] { return static_cast<std::int64_t>(database_->horses.size()); });
  }

  caf::expected<ledger_totals> load_totals() override {
    return run<ledger_totals>([&] { return database_->totals(); });
  }

  caf::expected<std::int64_t> reopen_horses(horse_state) override {
    return run<std::int64_t>([] { return std::int64_t{0}; });
  }

  caf::expected<std::int64_t> close_horses() override {
    return run<std::int64_t>([] { return std::int64_t{0}; });
  }

  caf::expected<std::int64_t>
  reopen_days(const std::vector<date>& days) override {
    return run<std::int64_t>([&] { return database_->reopen(days); });
  }

  caf::expected<void> save_run(const run_record&) override {
    return caf::unit;
  }

  caf::expected<run_record> load_last_run() override {
    return run_record{};
  }

  caf::expected<lease_grant> acquire_lease(const lease_claim&) override {
    return lease_grant{1};
  }

  caf::expected<void> renew_lease(const lease_grant&,
                                  const lease_claim&) override {
    if (const auto x = how_->faults.take(); x != fault::none)
      return caf::make_error(x);
    return caf::unit;
  }

  caf::expected<void> release_lease(const lease_grant&) override {
    return caf::unit;
  }

private:
  template <class T, class Work>
  caf::expected<T> run(Work work) {
    if (const auto x = how_->faults.take(); x != fault::none)
      return caf::make_error(x);
    return work();
  }

  std::shared_ptr<memory_database> database_;
  std::shared_ptr<script> how_;
};

} // namespace racefill::test
