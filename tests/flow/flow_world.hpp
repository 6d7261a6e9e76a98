/// The small world of the flow tests: what the provider has, what goes wrong,
/// and a trace of all that happened, from one seed.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "infra/pure/nanos.hpp"
#include "tests/fakes.hpp"

namespace racefill::test {

/// What a run is made of, and how much goes wrong in it.
struct flow_plan {
  std::uint64_t seed = 1;
  date first{16'436}; ///< 2015-01-01.
  std::int32_t days = 30;
  std::int32_t races_a_day = 2;
  std::int32_t runners_a_race = 5;
  std::int32_t horses = 60;
  std::int32_t page_limit = 50;        ///< Races on a page.
  std::int32_t before_history = 0;     ///< So many of the first days.
  std::int32_t api_faults = 0;         ///< In all …
  std::int32_t api_fault_percent = 15; ///< … and so often.
  std::int32_t api_faults_an_item = 2; ///< The most of them.
  bool only_500s = false;              ///< Of all faults of the API.
  std::set<std::string> always_500;    ///< Targets that never work.
  std::set<std::string> poison;        ///< Days and horses no decoder survives.
  std::int32_t store_faults = 0;       ///< Refused commits and reads.
  std::int32_t lost_answers = 0;       ///< Committed, but answered an error.
  std::int32_t crashes = 0;            ///< Kills of any actor …
  nanos crashes_within = one_minute;   ///< … within so long from the start.
  std::int32_t exceptions = 0;         ///< Thrown inside handlers, by ports.
  nanos outage_from = never;           ///< The provider is away …
  nanos outage_until = never;          ///< … until then.
  std::int32_t writers = 1;
  gate_mode mode = gate_mode::reply;
  nanos limit = 4 * 60 * one_minute; ///< Virtual time until it must be over.
  bool keeps_trace = true;
  std::uint64_t mailbox_look = 1; ///< Look each so many messages.
};

/// Everything outside the actors. Times are of the actor system's clock.
class flow_world {
public:
  explicit flow_world(const flow_plan& x) : plan(x), random(x.seed) {
    api_faults = x.api_faults;
    store_faults = x.store_faults;
    lost_answers = x.lost_answers;
    exceptions = x.exceptions;
    for (std::int32_t i = 0; i < x.days; ++i)
      make_day(x.first + i, i);
  }

  /// A number within [0, bound).
  std::int64_t pick(std::int64_t bound) {
    return static_cast<std::int64_t>(random()
                                     % static_cast<std::uint64_t>(bound));
  }

  bool chance(std::int64_t percent) {
    return pick(100) < percent;
  }

  void note(const std::string& what, nanos at) {
    if (!plan.keeps_trace)
      return;
    for (const char c : what + "@" + std::to_string(at) + "\n")
      hash = (hash ^ static_cast<unsigned char>(c)) * 1'099'511'628'211u;
  }

  /// What the provider answers to a sound request.
  api_reply answer(const std::string& target) const {
    const auto words = split(target, '/'); // "", kind, key, skip
    if (words.at(1) == "courses")
      return reply_of(200, "courses c1 c2 c3");
    if (words.at(1) == "horses") {
      const auto& id = words.at(2);
      return unknown_horses.count(id) != 0 ? reply_of(404)
                                           : reply_of(200, "horse " + id);
    }
    return page(*parse_date(words.at(2)),
                static_cast<std::size_t>(std::stoi(words.at(3))));
  }

  /// Throws now and then, as a bug inside a handler would.
  void may_throw(nanos at) {
    if (exceptions > 0 && armed && chance(3)) {
      --exceptions;
      note("throw", at);
      throw std::runtime_error("a bug of the test's own making");
    }
  }

  bool is_away(nanos now) const {
    return now >= plan.outage_from && now < plan.outage_until;
  }

  /// Says where the tables differ from the truth; "" when nowhere.
  std::string difference() const {
    std::string text;
    auto compare = [&text](const char* what, const auto& is, const auto& must) {
      if (is != must)
        text += std::string(what) + " has " + std::to_string(is.size())
                + " where " + std::to_string(must.size()) + " are true; ";
    };
    compare("races", database->races, races);
    compare("runners", database->runners, runners);
    std::set<std::string> done;
    std::set<std::string> not_found;
    for (const auto& [id, state] : database->horses)
      if (state == horse_state::done)
        done.insert(id);
      else if (state == horse_state::not_found)
        not_found.insert(id);
      else
        text += "horse " + id + " is " + to_string(state) + "; ";
    compare("profiles", database->profiles, known_horses());
    compare("horses done", done, database->profiles);
    std::set<std::string> missing;
    for (const auto& id : unknown_horses)
      if (seen.count(id) != 0)
        missing.insert(id);
    compare("horses not found", not_found, missing);
    if (database->days.size() != states.size())
      text += std::to_string(database->days.size()) + " days; ";
    for (const auto& [day, state] : states) {
      const auto found = database->days.find(day);
      if (found == database->days.end() || found->second.state != state)
        text += to_string(day) + " is not " + to_string(state) + "; ";
    }
    return text;
  }

  std::set<std::string> known_horses() const {
    auto all = seen;
    for (const auto& id : unknown_horses)
      all.erase(id);
    return all;
  }

  /// The requests that a clean run makes.
  std::int64_t requests_needed() const {
    std::int64_t count = static_cast<std::int64_t>(seen.size()) + 1;
    for (const auto& [day, cards] : days)
      count += std::max<std::int64_t>(
        1, (static_cast<std::int64_t>(cards.size()) + plan.page_limit - 1)
             / plan.page_limit);
    return count;
  }

  const flow_plan plan;
  std::mt19937_64 random;
  std::uint64_t hash = 14'695'981'039'346'656'037u;
  std::map<date, std::vector<std::string>> days; // Races as the small text.
  std::map<date, day_state> states;              // As they must end.
  std::set<std::string> races;
  std::set<std::string> runners;
  std::set<std::string> seen; // Horses that ran.
  std::set<std::string> unknown_horses;
  std::shared_ptr<memory_database> database
    = std::make_shared<memory_database>();
  std::map<std::string, int> faults_of;         // By target.
  std::vector<nanos> arrivals;                  // At the server.
  std::map<std::string, int> requests;          // By target.
  std::vector<std::pair<nanos, bool>> attempts; // When; is it a retry?
  std::vector<nanos> useful;                    // Good answers.
  std::int64_t sent = 0;
  std::int64_t probes = 0; // Of them, an open breaker's.
  std::int32_t api_faults = 0;
  std::int32_t store_faults = 0;
  std::int32_t lost_answers = 0;
  std::int32_t exceptions = 0;
  std::int32_t crashed = 0;
  bool armed = true; // False at the end: nothing goes wrong any more.

private:
  void make_day(date day, std::int32_t index) {
    auto& cards = days[day];
    const bool before = index < plan.before_history;
    if (before || index % 13 == 12) {
      states[day] = before ? day_state::not_offered : day_state::empty;
      return;
    }
    states[day] = day_state::done;
    for (std::int32_t r = 0; r < plan.races_a_day; ++r) {
      auto text = "r" + std::to_string(index) + "." + std::to_string(r);
      races.insert(text);
      const auto race = text;
      std::set<std::string> field;
      for (std::int32_t i = 0; i < plan.runners_a_race; ++i)
        field.insert("h" + std::to_string(horse_of(index, r, i)));
      char separator = ':';
      for (const auto& id : field) {
        text += separator + id;
        separator = ',';
        runners.insert(race + "/" + id);
        if (seen.insert(id).second && seen.size() % 25 == 24)
          unknown_horses.insert(id);
      }
      cards.push_back(text);
    }
  }

  // Horses drift through the years, so that each day brings some new ones.
  std::int64_t horse_of(std::int32_t index, std::int32_t race,
                        std::int32_t slot) {
    const auto runs = static_cast<std::int64_t>(plan.races_a_day)
                      * plan.runners_a_race;
    const auto turn = index * runs + race * plan.runners_a_race + slot;
    const auto fresh = turn * plan.horses / (plan.days * runs);
    return chance(50) ? fresh : pick(fresh + 1);
  }

  api_reply page(date day, std::size_t skip) const {
    const auto& cards = days.at(day);
    auto body = "card " + std::to_string(cards.size());
    const auto limit = static_cast<std::size_t>(plan.page_limit);
    for (auto i = skip; i < std::min(cards.size(), skip + limit); ++i)
      body += " " + cards[i];
    return reply_of(200, body);
  }
};

using world_ptr = std::shared_ptr<flow_world>;

} // namespace racefill::test
