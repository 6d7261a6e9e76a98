/// RUNNER DECODER: the runners of one racecard, and all that they bring along:
/// horses, pedigrees, jockeys, trainers, owners, bookmakers.
#pragma once

#include <string>
#include <vector>

#include "infra/racing_api/row_reader.hpp"
#include "messages/work.hpp"

namespace racefill {

/// What of a card is kept.
struct card_rules {
  std::vector<std::string> regions; ///< Asked for, upper case.
  bool keep_odds = false;
  bool keep_editorial = true;
};

/// The race that runners belong to.
struct race_place {
  std::string race_id;
  date race_date;
  bool repaired = false; ///< Its body had to be repaired.
};

/// Adds the runners of `runners` (the field's value) and their entities to
/// `unit`. Returns how many runner rows it added: a horse listed twice counts
/// once, non-runners count. Runners without a usable horse_id are counted in
/// `unit.dropped_runners`; refusals go to `log`.
std::int32_t decode_runners(const json_cell& runners, const race_place& place,
                            const card_rules& rules, quarantine_log& log,
                            day_unit& unit);

} // namespace racefill
