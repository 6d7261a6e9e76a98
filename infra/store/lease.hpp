/// LEASE: one run at a time, proved by a token that only grows. All within a
/// transaction that the caller has opened; all throw sql_error.
#pragma once

#include <cstdint>

#include "infra/ports/record_store.hpp"
#include "infra/sql/sql_session.hpp"

namespace racefill {

/// Throws lease_lost unless `token` still holds the lease, and keeps it so
/// until the transaction ends.
void check_fence(sql_session& session, std::int64_t token);

/// Takes the lease when it is free, ours, held by a process of this host that
/// is gone, or run out and its holder cannot be seen from here: it is another
/// host's, or /proc hides it. Throws lease_held naming the holder.
lease_grant take_lease(sql_session& session, const lease_claim& claim);

/// Throws lease_lost.
void keep_lease(sql_session& session, const lease_grant& grant,
                const lease_claim& claim);

/// Gives it back; does nothing when it is lost already.
void drop_lease(sql_session& session, const lease_grant& grant);

} // namespace racefill
