/// Every port in memory, scripted with faults.
///
/// The provider speaks a small text instead of JSON: a page of racecards is
/// `card TOTAL RACE:HORSE,HORSE RACE:…`, a profile `horse ID`, the course list
/// `courses ID …`. Anything else is a broken body; `shape` is a bad shape.
#pragma once

#include <algorithm>
#include <chrono>
#include <deque>
#include <memory>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "infra/ports/http_transport.hpp"
#include "infra/ports/provider.hpp"
#include "infra/ports/state_files.hpp"
#include "infra/ports/wall_clock.hpp"
#include "tests/fake_store.hpp"

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
