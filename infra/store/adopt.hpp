/// ADOPT: lets the ledger begin with what the tables hold already, so that a
/// first run over an old database fetches only what is missing.
#pragma once

#include <cstdint>
#include <string>

#include <caf/expected.hpp>

#include "infra/sql/sql_session.hpp"
#include "messages/date.hpp"

namespace racefill {

struct adoption_settings {
  std::string source = "racecards_pro"; ///< Of the ledger's days.
  date today; ///< In Europe/London: only days before it are over.
};

/// What the ledger did not know before.
struct adoption_result {
  std::int64_t horses_done = 0;
  std::int64_t horses_pending = 0;
  std::int64_t days_done = 0;
  std::int64_t days_pending = 0;
  std::int64_t names_mended = 0; ///< Jockeys whose claim left their name.
};

/// Enters in the ledger what it does not hold yet:
/// - a horse is done when dob, colour_code and a pedigree row are there, else
///   pending;
/// - a day that is over is done when every race of it has a runner and they
///   have two or more on average; else pending, and `error` says why.
/// What a done horse's profile told is stamped as a profile's, so that no card
/// takes it away. Takes the claim out of jockeys' names, `Jack Martin(7)`.
/// Idempotent; what the ledger holds stays as it is. Faults: those of
/// record_store.
caf::expected<adoption_result>
adopt_existing(sql_session& session, const adoption_settings& settings);

} // namespace racefill
