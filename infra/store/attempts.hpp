/// ATTEMPTS: the log of every time a day or a horse was asked for, within a
/// transaction that the caller has opened. Throws sql_error.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "infra/store/ledger.hpp"

namespace racefill {

/// What came of one day or horse.
struct attempt_entry {
  std::string item;  ///< `2024-03-01` or `hrs_123`.
  std::string state; ///< As the attempt ended, whatever the ledger keeps.
  std::int32_t requests = 0;
  std::string responses; ///< `503, 200`.
  std::int32_t races = 0;
  std::int32_t runners = 0;
  std::string error;
};

/// Adds them, all at the context's instant.
void save_attempts(sql_session& session, const ledger_context& context,
                   const std::vector<attempt_entry>& attempts);

} // namespace racefill
