/// ROUND_STORE: the database side of a service's rounds.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "app/rounds/prepare_database.hpp"
#include "app/rounds/round.hpp"
#include "infra/facts/day_facts.hpp"

namespace racefill {

/// What a round is about.
enum class round_kind : std::uint8_t {
  range,  ///< The range in conf.
  upkeep, ///< Up to the days ahead of today.
};

struct round_wish {
  round_kind kind = round_kind::range;
  bool check_gaps = false; ///< Also ask for days whose rows have gone.
  std::vector<date> again; ///< Settled days that shall be asked again.
  std::vector<date> aside; ///< Days that the guard refused: not this time.
};

/// The first and last day of a round that starts on `today`. `open_since`: the
/// first day behind the range in conf that an earlier upkeep left unsettled;
/// not known when there is none.
run_range range_of_round(const settings& conf, round_kind kind, date today,
                         date open_since);

/// Days whose rows have become fewer than the ledger says.
std::vector<date> days_with_gaps(const std::vector<day_facts>& facts,
                                 const std::vector<ledger_day>& ledger);

/// The database, kept open, and the lease and the account's seat, kept from the
/// first round on.
/// Blocks; used by one thread at a time. After a fault it opens the database
/// anew.
class round_store {
public:
  round_store();

  /// Readies the database for a round and takes the lease, or keeps it.
  /// Faults: those of open_for_run() and of the store; lease_held.
  caf::expected<session_plan> prepare(const command_context& context,
                                      const round_wish& wish);

  /// See conclude().
  caf::expected<round_result> conclude(const command_context& context,
                                       const session_plan& plan,
                                       const session_outcome& outcome);

  /// Holds on to the lease. Faults besides: lease_lost.
  caf::error renew();

  /// Gives lease and seat back, if they are held.
  void release();

private:
  caf::error ask_again(const command_context& context, const run_range& range,
                       const round_wish& wish);
  caf::expected<run_range> choose(const command_context& context,
                                  round_kind kind);
  caf::expected<session_plan> prepare_open(const command_context& context,
                                           const round_wish& wish);

  std::unique_ptr<record_store> store_;
  bool has_course_list_ = false;
  lease_claim claim_;
  lease_grant lease_;
  std::shared_ptr<account_seat> seat_;
};

} // namespace racefill
