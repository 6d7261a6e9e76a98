/// Bodies for the tests of infra/racing_api, and ways to look at what came out.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <caf/deep_to_string.hpp>

#include "infra/racing_api/racing_api.hpp"

namespace racefill::test {

/// The whole file; throws when it is not there.
inline std::string read_file(const std::filesystem::path& path) {
  std::ifstream in{path, std::ios::binary};
  if (!in)
    throw std::runtime_error("cannot read " + path.string());
  return {std::istreambuf_iterator<char>{in}, {}};
}

/// A synthetic body of tests/data.
inline std::string fixture(const std::string& name) {
  return read_file(std::filesystem::path{RACEFILL_SOURCE_DIR} / "tests" / "data"
                   / name);
}

/// Where the provider's recorded bodies lie; they are no part of the project.
inline std::filesystem::path samples_dir() {
  if (const char* dir = std::getenv("RACEFILL_SAMPLES"))
    return dir;
  return std::filesystem::path{RACEFILL_SOURCE_DIR}.parent_path() / "shared"
         / "racing-api" / "samples";
}

/// A day's work over `bodies`, one a page.
inline day_pages pages_of(const std::string& day,
                          std::vector<std::string> bodies) {
  day_pages result;
  result.task.day = *parse_date(day);
  result.bodies = std::move(bodies);
  return result;
}

inline racing_api_settings with_odds() {
  racing_api_settings result;
  result.keep_odds = true;
  return result;
}

/// Decodes `bodies` as 2024-05-01's pages.
inline caf::expected<day_unit> decode(std::vector<std::string> bodies,
                                      racing_api_settings settings = {}) {
  return racing_api{std::move(settings)}.decode_day(
    pages_of("2024-05-01", std::move(bodies)));
}

/// The first row for which `matches` holds; throws when there is none.
template <class Row, class Predicate>
const Row& find_row(const std::vector<Row>& rows, Predicate matches) {
  const auto i = std::find_if(rows.begin(), rows.end(), matches);
  if (i == rows.end())
    throw std::runtime_error("no such row");
  return *i;
}

inline const race_row& race_of(const day_unit& unit, const std::string& id) {
  return find_row(unit.races,
                  [&](const race_row& x) { return x.race_id == id; });
}

inline const runner_row& runner_of(const day_unit& unit,
                                   const std::string& horse_id) {
  return find_row(unit.runners,
                  [&](const runner_row& x) { return x.horse_id == horse_id; });
}

inline const horse_row& horse_of(const day_unit& unit,
                                 const std::string& horse_id) {
  return find_row(unit.horses,
                  [&](const horse_row& x) { return x.horse_id == horse_id; });
}

inline const entity_row& entity_of(const std::vector<entity_row>& rows,
                                   const std::string& id) {
  return find_row(rows, [&](const entity_row& x) { return x.id == id; });
}

/// `column: reason` of every refusal that concerns `row_key`.
inline std::vector<std::string>
refusals_of(const std::vector<quarantine_row>& rows,
            const std::string& row_key) {
  std::vector<std::string> result;
  for (const auto& row : rows)
    if (row.row_key == row_key)
      result.push_back(row.column + ": " + row.reason);
  return result;
}

/// Every row of a day as text, quarantine apart.
inline std::vector<std::string> texts_of(const day_unit& unit) {
  std::vector<std::string> result;
  auto add = [&](const auto& rows) {
    for (const auto& row : rows)
      result.push_back(caf::deep_to_string(row));
  };
  add(unit.races);
  add(unit.runners);
  add(unit.horses);
  add(unit.pedigrees);
  add(unit.jockeys);
  add(unit.trainers);
  add(unit.owners);
  add(unit.courses);
  add(unit.bookmakers);
  return result;
}

} // namespace racefill::test
