/// REMOTE GATEWAY, its words: what it says to viewers and makes of theirs.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <caf/error.hpp>

#include "messages/monitor.hpp"

namespace racefill {

/// What a peer calls itself, no longer than fits a log line.
std::string short_name(std::string x);

/// Refuses a viewer of another protocol; names both versions.
caf::error other_protocol(const std::string& own_version, std::uint32_t theirs);

/// Compares in a time that does not depend on where they differ; an empty token
/// equals none.
bool same_token(const std::string& a, const std::string& b);

/// Writes the ledger's days into a view, a letter a day.
void put_calendar(const std::vector<day_record>& days, monitor_view& view);

/// The answer to a retry of so many days.
std::string days_text(std::int64_t x);

/// The word for an order, whatever its number.
const char* verb_text(steer_verb x);

} // namespace racefill
