/// BODY: the API's response bodies, written from the world.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/simulator/world.hpp"

namespace racefill::sim {

/// One call of /v1/racecards/pro, already checked.
struct page_query {
  date day;
  std::vector<std::string> regions;    ///< Lower case; empty for all.
  std::vector<std::string> course_ids; ///< When given, regions do not count.
  int limit = 500;
  int skip = 0;
  /// What the caller sent, pair by pair, as the provider echoes it.
  std::vector<std::pair<std::string, std::string>> echo;
};

/// Deliberate changes to what a body says; see fault.hpp.
struct body_changes {
  bool odds = true;            ///< Bookmakers' odds, two thirds of the bytes.
  bool unknown_fields = false; ///< Adds fields that no document knows.
  bool halved_runners = false; ///< Leaves every second runner out.
  bool empty_page = false;     ///< No races, but `total` as it should be.
  std::string null_field;      ///< This runner's field is always null.
};

/// The races of a day that a filter lets through.
std::vector<race> races_for(const world& from, const page_query& query);

/// A page of racecards.
std::string racecards_body(const world& from, const page_query& query,
                           const body_changes& changes = {});

/// The Pro profile; "" when there is none.
std::string profile_body(const world& from, std::string_view horse_id,
                         bool unknown_fields = false);

/// The Standard profile: eight fields; "" when there is none.
std::string standard_body(const world& from, std::string_view horse_id);

/// The course list, all regions when `regions` is empty.
std::string courses_body(const world& from,
                         const std::vector<std::string>& regions);

/// The regions, a bare array.
std::string regions_body(const world& from);

/// `1m7f209y`, `5½f`.
std::string text_of(const distance& x);

/// `£4,193`, `€12,000`.
std::string text_of_prize(int amount, bool euros);

/// `2025-10-14T13:30:00+01:00`, in British time.
std::string british_text(std::int64_t utc_seconds);

/// The odd spelling of days since the last run: `31`, `128 (9F)`, `(32F)`, "".
std::string text_of_last_run(const runner& x);

/// `Tommie Jakes(5)`, `NON-RUNNER(5)`, "".
std::string text_of_jockey(const runner& x);

} // namespace racefill::sim
