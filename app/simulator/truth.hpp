/// TRUTH: what the ra_* tables must hold after an ideal run, computed from the
/// world's facts alone. It shares no code with the decoders and the stores,
/// so that a test which compares them can fail.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/simulator/world.hpp"

namespace racefill::sim {

/// The run whose outcome is asked for.
struct truth_options {
  date from;
  date to; ///< Included.
  std::vector<std::string> regions{"gb", "ire"};
  date history_start; ///< Not known: every day is offered.
  bool fast = false;  ///< Without profiles.
  date profile_date;  ///< When the profiles are fetched.
};

/// A row: columns in the tables' order with their values as JSON.
using truth_row = std::vector<std::pair<std::string_view, std::string>>;

/// Takes one row of a table.
using row_sink
  = std::function<void(std::string_view table, const truth_row& row)>;

/// Gives every row to `sink`, sorted by table and key. Memory stays bounded by
/// the entities plus 10,000 races.
void tell_truth(const world& from, const truth_options& options,
                const row_sink& sink);

/// `{"table":"ra_horses","row":{…}}`.
std::string truth_line(std::string_view table, const truth_row& row);

/// The races of a day as such a run stores them.
std::vector<race> stored_races(const world& from, const truth_options& options,
                               date when);

/// One row of ra_mst_races.
truth_row race_truth(const race& x);

/// The rows of ra_mst_runners of one race, by runner_id. An entry without
/// horse_id gives none; of two entries of a horse the later one's values win
/// where it has any.
std::vector<std::pair<std::string, truth_row>> runner_truth(const race& x);

} // namespace racefill::sim
