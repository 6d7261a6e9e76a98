/// RECORD_STORE: one session of the database: rows, ledger, lease.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <caf/expected.hpp>

#include "messages/work.hpp"

namespace racefill {

/// Who asks for the lease; enough to tell whether that process still lives.
struct lease_claim {
  std::string holder;  ///< For people: `host pid 1234 since …`.
  std::string host;    ///< Host name.
  std::string boot_id; ///< /proc/sys/kernel/random/boot_id.
  std::int64_t pid = 0;
  std::string pid_start; ///< Start time of the process, as /proc has it.
  std::int64_t hold_seconds = 60; ///< Runs out so long after the last renewal.
};

/// The lease as held; its token goes into every commit (fencing).
struct lease_grant {
  std::int64_t token = 0;
};

/// A row of racefill_runs.
struct run_record {
  std::string run_id;
  std::string started_at; ///< UTC instant.
  std::string ended_at;   ///< "" while it runs.
  date start;
  date end;
  std::string order; ///< newest-first or oldest-first.
  bool fast = false;
  std::string outcome; ///< "" while it runs; finished, drained, failed …
  std::int32_t exit_status = -1;
  std::string version;
  std::string stats; ///< JSON object of session counters.
};

/// A blocking session; not thread-safe. Every method opens its own explicit
/// transaction (so that a transaction pooler may stand between) and leaves none
/// open. After a connection fault the session heals itself at the next call.
/// Faults of all: store_down, store_busy, store_full, store_readonly,
/// store_refused, schema_newer.
class record_store {
public:
  virtual ~record_store() = default;

  /// Writes whole units and their ledger rows in one transaction, fenced by
  /// the lease token given to set_fence(). A row that the database refuses is
  /// quarantined with its reason and the rest of the batch is kept; only a
  /// fault of the database as a whole fails the call, and then nothing is
  /// written. Idempotent: the same batch again changes nothing.
  /// Faults besides: lease_lost.
  virtual caf::expected<write_receipt> write(const write_batch& batch) = 0;

  /// Every later write() fails with lease_lost unless `token` still holds the
  /// lease. Zero: no fence.
  virtual void set_fence(std::int64_t token) = 0;

  /// The ledger's days within [from, to], ascending.
  virtual caf::expected<std::vector<day_record>> load_days(date from, date to)
    = 0;

  /// At most `limit` horses of the ledger with an id above `after`, ascending
  /// by id (keyset paging; "" starts).
  virtual caf::expected<std::vector<horse_record>>
  load_horses(const std::string& after, std::int32_t limit) = 0;

  /// Horses in the ledger, by COUNT(*).
  virtual caf::expected<std::int64_t> count_horses() = 0;

  /// Totals by SQL aggregates.
  virtual caf::expected<ledger_totals> load_totals() = 0;

  /// Sets horses of `from` back to pending (`--retry`, repair); they keep their
  /// reason until there is a new outcome. Returns how many.
  virtual caf::expected<std::int64_t> reopen_horses(horse_state from) = 0;

  /// Horses that were set back and have no new outcome fail again, of the same
  /// reason. Returns how many.
  virtual caf::expected<std::int64_t> close_horses() = 0;

  /// Sets settled days back to pending; what they brought stays until the next
  /// answer. Faults besides: lease_lost. Returns how many.
  virtual caf::expected<std::int64_t> reopen_days(const std::vector<date>& days)
    = 0;

  /// Records a run's start, or its end when `ended_at` is set.
  virtual caf::expected<void> save_run(const run_record& run) = 0;

  /// The newest run; one with an empty id when there is none.
  virtual caf::expected<run_record> load_last_run() = 0;

  /// Takes the lease when it is free, run out, held by a dead process of this
  /// host, or already ours. Faults besides: lease_held (context: who).
  virtual caf::expected<lease_grant> acquire_lease(const lease_claim& claim)
    = 0;

  /// Faults besides: lease_lost.
  virtual caf::expected<void>
  renew_lease(const lease_grant& grant, const lease_claim& claim) = 0;

  /// Gives the lease back; no fault when it is lost already.
  virtual caf::expected<void> release_lease(const lease_grant& grant) = 0;
};

} // namespace racefill
