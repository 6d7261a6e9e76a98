/// Every port in memory, scripted with faults.
///
/// The provider speaks a small text instead of JSON: a page of racecards is
/// `card TOTAL RACE:HORSE,HORSE RACE:…`, a profile `horse ID`, the course list
/// `courses ID …`. Anything else is a broken body; `shape` is a bad shape.
#pragma once

#include <algorithm>
#include <chrono>
#include <deque>
#include <map>
#include <memory>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "infra/ports/http_transport.hpp"
#include "infra/ports/provider.hpp"
#include "infra/ports/record_store.hpp"
#include "infra/ports/state_files.hpp"
#include "infra/ports/wall_clock.hpp"

namespace racefill::test {

/// A clock that stands still at noon of 2026-01-01.
inline wall_clock standing_clock() {
  return [] {
    return std::chrono::system_clock::time_point{
      std::chrono::seconds{1'767'268'800}};
  };
}

inline std::vector<std::string> split(const std::string& text, char at) {
  std::vector<std::string> parts;
  std::istringstream stream{text};
  for (std::string part; std::getline(stream, part, at);)
    parts.push_back(part);
  return parts;
}

inline api_reply reply_of(std::int32_t status, std::string body = "") {
  api_reply x;
  x.status = status;
  x.content_type = "application/json";
  x.body = std::move(body);
  return x;
}

/// PROVIDER of the small text; requests carry `day/skip`, `id` or nothing.
class fake_provider final : public provider {
public:
  api_request racecards(date day, std::int32_t skip) const override {
    return request(call_kind::racecards,
                   "/racecards/" + to_string(day) + "/" + std::to_string(skip));
  }

  api_request horse(const std::string& horse_id) const override {
    return request(call_kind::horse, "/horses/" + horse_id);
  }

  api_request courses() const override {
    return request(call_kind::courses, "/courses");
  }

  caf::expected<page_extent>
  racecards_extent(std::string_view body) const override {
    const auto words = split(std::string{body}, ' ');
    if (auto err = check(words, "card"))
      return err;
    if (words.size() < 2)
      return caf::make_error(fault::broken_body, "no total");
    return page_extent{static_cast<std::int32_t>(words.size()) - 2,
                       std::stoi(words[1])};
  }

  caf::expected<day_unit> decode_day(const day_pages& pages) const override {
    day_unit unit;
    unit.day = pages.task.day;
    unit.attempts = pages.attempts;
    std::set<std::string> horses;
    for (const auto& body : pages.bodies) {
      const auto words = split(body, ' ');
      if (auto err = check(words, "card"))
        return err;
      for (std::size_t i = 2; i < words.size(); ++i)
        read_race(words[i], unit, horses);
    }
    unit.new_horses.assign(horses.begin(), horses.end());
    if (unit.races.empty())
      unit.state = pages.task.before_history ? day_state::not_offered
                                             : day_state::empty;
    else
      unit.state = pages.task.provisional ? day_state::provisional
                                          : day_state::done;
    return unit;
  }

  caf::expected<horse_unit> decode_horse(const std::string& horse_id,
                                         std::string_view body,
                                         date) const override {
    const auto words = split(std::string{body}, ' ');
    if (auto err = check(words, "horse"))
      return err;
    if (words.size() != 2 || words[1] != horse_id)
      return caf::make_error(fault::bad_shape, "another horse");
    horse_unit unit;
    unit.horse_id = horse_id;
    unit.state = horse_state::done;
    unit.horses.emplace_back();
    unit.horses.back().horse_id = horse_id;
    unit.pedigrees.emplace_back();
    unit.pedigrees.back().horse_id = horse_id;
    return unit;
  }

  caf::expected<reference_unit> decode_courses(std::string_view body,
                                               date) const override {
    const auto words = split(std::string{body}, ' ');
    if (auto err = check(words, "courses"))
      return err;
    reference_unit unit;
    for (std::size_t i = 1; i < words.size(); ++i) {
      unit.courses.emplace_back();
      unit.courses.back().course_id = words[i];
    }
    return unit;
  }

private:
  static api_request request(call_kind kind, std::string target) {
    api_request x;
    x.kind = kind;
    x.target = std::move(target);
    x.deadline_ms = 30'000;
    return x;
  }

  static caf::error check(const std::vector<std::string>& words,
                          const std::string& kind) {
    if (words.empty() || (words[0] != kind && words[0] != "shape"))
      return caf::make_error(fault::broken_body, "not a " + kind);
    if (words[0] == "shape")
      return caf::make_error(fault::bad_shape, "not a " + kind);
    return {};
  }

  static void read_race(const std::string& text, day_unit& unit,
                        std::set<std::string>& horses) {
    const auto at = text.find(':');
    race_row race;
    race.race_id = text.substr(0, at);
    race.race_date = unit.day;
    unit.races.push_back(race);
    if (at == std::string::npos)
      return;
    for (const auto& id : split(text.substr(at + 1), ',')) {
      runner_row runner;
      runner.race_id = race.race_id;
      runner.horse_id = id;
      unit.runners.push_back(runner);
      if (horses.insert(id).second) {
        unit.horses.emplace_back();
        unit.horses.back().horse_id = id;
      }
    }
  }
};

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
      if (days[day].state == day_state::not_offered)
        receipt.not_offered.push_back(day);
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

/// HTTP_TRANSPORT that answers from a list.
class fake_transport final : public http_transport {
public:
  struct script {
    std::deque<caf::expected<api_reply>> answers;
    bool sends = true; ///< False: no connection, so nothing was sent.
    int exchanges = 0;
    bool throws = false;
  };

  explicit fake_transport(std::shared_ptr<script> how) : how_(std::move(how)) {
    // nop
  }

  caf::expected<api_reply> exchange(const api_request&,
                                    exchange_events& events) override {
    ++how_->exchanges;
    if (how_->throws)
      throw std::runtime_error("the connection broke in two");
    auto answer = std::move(how_->answers.front());
    how_->answers.pop_front();
    if (how_->sends) {
      events.on_sent();
      events.on_acknowledged();
      if (answer)
        events.on_replied();
      events.on_closed();
    }
    return answer;
  }

  void close() override {
    // nop
  }

private:
  std::shared_ptr<script> how_;
};

/// STATE_FILES that keep what they are given.
class fake_files final : public state_files {
public:
  struct record {
    fault_script faults;
    std::vector<checkpoint_image> images;
    std::vector<error_entry> errors;
  };

  explicit fake_files(std::shared_ptr<record> kept) : kept_(std::move(kept)) {
    // nop
  }

  caf::expected<void> save_checkpoint(const checkpoint_image& image) override {
    if (const auto x = kept_->faults.take(); x != fault::none)
      return caf::make_error(x);
    kept_->images.push_back(image);
    return caf::unit;
  }

  caf::expected<void>
  append_errors(const std::vector<error_entry>& entries) override {
    if (const auto x = kept_->faults.take(); x != fault::none)
      return caf::make_error(x);
    kept_->errors.insert(kept_->errors.end(), entries.begin(), entries.end());
    return caf::unit;
  }

private:
  std::shared_ptr<record> kept_;
};

} // namespace racefill::test
