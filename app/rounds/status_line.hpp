/// SERVICE_STATUS: a snapshot in one line, for `systemctl status`; pure.
#pragma once

#include <string>

#include "messages/reports.hpp"

namespace racefill {

/// `racecards: 120/365 days, 3400 horses left, 1.9 requests/s, 2 errors, about
/// 3h 02m left`; `idle: …` between rounds.
std::string status_line(const snapshot& x);

} // namespace racefill
