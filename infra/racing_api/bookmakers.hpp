/// BOOKMAKERS: one slug for each bookmaker, whatever way its name is spelt.
#pragma once

#include <string_view>
#include <vector>

#include "messages/rows.hpp"

namespace racefill {

/// The nineteen bookmakers that the table has always held (FACTS c.9).
std::vector<bookmaker_row> well_known_bookmakers();

/// The row for a name as a card prints it: `Spread Ex` and `Spreadex` are one.
/// An unknown name gets a slug of its words, `10 Bet` -> `10_bet`. The slug is
/// "" when the name has neither letter nor digit.
bookmaker_row to_bookmaker(std::string_view name);

} // namespace racefill
