/// CHECKPOINT_STATE: what the CHECKPOINT holds, and how it reads the ledger;
/// for its own sources alone.
#pragma once

#include <cstdint>

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include "actors/checkpoint.hpp"
#include "actors/checkpoint_image.hpp"
#include "actors/common/halt_line.hpp"
#include "actors/common/later.hpp"

namespace racefill {

using checkpoint_impl
  = checkpoint_actor::extend<caf::reacts_to<wake_atom, std::uint64_t>>;

/// What the CHECKPOINT holds.
struct checkpoint_state {
  static constexpr const char* name = "checkpoint";
  checkpoint_settings settings;
  store_session_actor store;
  state_files_actor files;
  date_scheduler_actor scheduler;
  enrichment_queue_actor queue;
  horse_cache_actor cache;
  halt_line control;
  ledger_image image;
  caf::error days_halted; ///< Why no day is asked any more; none while one is.
  caf::error horses_halted; ///< Likewise.
  bool loading = false;
  bool loaded = false;
  bool finished = false;
  bool saving = false;
  bool renewing = false;
  std::int64_t days_since_save = 0;
  std::vector<error_entry> parked; ///< Lately; not yet told in one line.
  std::int64_t receipts
    = 0; ///< Batches booked; tells whether time stood still.
  sleeping_steps sleepers;
};
using checkpoint_ptr = checkpoint_impl::stateful_pointer<checkpoint_state>;

/// Reads the ledger from the store, until it is there; then the days still open
/// go to the scheduler. Does nothing without a store, or a second time.
void load_ledger(checkpoint_ptr self);

/// Sends the days still open to the scheduler, if both are there.
void send_plan(checkpoint_ptr self);

/// When nothing is left by the image, asks the database, which has the last
/// word and ends the run.
void check_finished(checkpoint_ptr self);

/// Calls of this kind cannot go on: hands none of their work out any more. Told
/// again when who hands it out is started anew.
void halt_kind(checkpoint_ptr self);

/// From now on counts the ledger anew whenever time stands still.
void watch_totals(checkpoint_ptr self);

} // namespace racefill
