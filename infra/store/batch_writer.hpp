/// BATCH_WRITER: one batch of whole units into the open transaction.
#pragma once

#include <map>
#include <set>
#include <string>

#include "infra/sql/sql_session.hpp"
#include "infra/store/ledger.hpp"
#include "infra/store/upsert_sql.hpp"
#include "messages/work.hpp"

namespace racefill {

using plan_map = std::map<const table*, upsert_plan>;

/// What a batch did, and what a repetition of it would not say again.
struct batch_outcome {
  write_receipt receipt;
  std::set<std::string> entered_horses; ///< New in the ledger.
};

/// Writes rows, parents before children, then the ledger. `reported_again`
/// names horses that an earlier attempt with an unknown end may have entered;
/// they count as new. Throws sql_error when the batch as a whole failed.
batch_outcome write_units(sql_session& session, const plan_map& plans,
                          const ledger_context& context,
                          const write_batch& batch,
                          const std::set<std::string>& reported_again);

} // namespace racefill
