/// REPAIR: enters what failed a check as pending, so that the next run asks for
/// exactly that.
#pragma once

#include <cstdint>

#include <caf/expected.hpp>

#include "infra/facts/checks.hpp"
#include "infra/ports/record_store.hpp"
#include "infra/sql/sql_session.hpp"

namespace racefill {

/// What is pending now because of the repair.
struct repair_result {
  std::int64_t days = 0;
  std::int64_t horses = 0;
};

/// In one transaction that holds the lease, for a running back-fill keeps the
/// ledger in memory. A horse the provider does not know stays so. Faults:
/// lease_held and those of record_store.
caf::expected<repair_result>
enqueue_repairs(sql_session& session, const check_report& report,
                const std::string& source, const lease_claim& claim);

} // namespace racefill
