/// Every actor interface of the service, in the order the data flows.
///
/// Common to all: `meet` gives an actor the current handle of a neighbour, at
/// the start and again whenever the SUPERVISOR has restarted that neighbour. A
/// neighbour that is away is a transient fault: hold the work and try again.
#pragma once

#include <caf/actor_addr.hpp>
#include <caf/replies_to.hpp>
#include <caf/typed_actor.hpp>

#include "messages/calls.hpp"
#include "messages/faults.hpp"
#include "messages/limits.hpp"
#include "messages/reports.hpp"
#include "messages/type_ids.hpp"
#include "messages/work.hpp"

namespace racefill {

/// RUN CONTROL: hears that the run has ended or cannot go on; tells main.
using run_control_actor = caf::typed_actor<
  // The run cannot go on: drain, stop, exit by the fault in the error.
  caf::reacts_to<halt_atom, caf::error>,
  // All that was asked for has a receipt.
  caf::reacts_to<finish_atom>>;

/// STATE FILES (own thread): the checkpoint and error files.
using state_files_actor = caf::typed_actor<
  // Answers 1 when the file is durable. Faults: files_refused, disk_full.
  caf::replies_to<save_atom, checkpoint_image>::with<std::int64_t>,
  // Answers the number of entries appended. Faults: files_refused, disk_full.
  caf::replies_to<append_atom, std::vector<error_entry>>::with<std::int64_t>>;

/// STORE SESSION (own thread): one session of the database.
using store_session_actor = caf::typed_actor<
  // Commits a batch. Faults: those of record_store::write().
  caf::replies_to<put_atom, write_batch>::with<write_receipt>,
  // The ledger's days of a range, ascending.
  caf::replies_to<load_atom, date, date>::with<std::vector<day_record>>,
  // At most so many horses of the ledger above an id, ascending.
  caf::replies_to<load_atom, std::string,
                  std::int32_t>::with<std::vector<horse_record>>,
  // Sets days back to pending; answers how many. Fenced as a commit is.
  caf::replies_to<reopen_atom, std::vector<date>>::with<std::int64_t>,
  // The number of horses in the ledger.
  caf::replies_to<count_atom>::with<std::int64_t>,
  caf::replies_to<totals_atom>::with<ledger_totals>,
  // Renews the run's lease; answers its token. Faults besides: lease_lost.
  caf::replies_to<renew_atom>::with<std::int64_t>>;

/// GATEKEEPER: the only door to the Racing API.
using gatekeeper_actor = caf::typed_actor<
  // Told to halt when the provider stays out of reach.
  caf::reacts_to<meet_atom, run_control_actor>,
  // Waits for the next free slot; racecards before horses, first come first
  // served within a kind. A retry whose budget is spent is refused at once:
  // late, with the milliseconds to wait. Faults: queue_full, late, stopping,
  // absent.
  caf::replies_to<acquire_atom, permit_request>::with<permit>,
  // What became of a permit.
  caf::reacts_to<report_atom, call_event>,
  // A permit that will not be used; its slot is free at once.
  caf::reacts_to<release_atom, permit>,
  // No permits until `resume`.
  caf::reacts_to<pause_atom>, caf::reacts_to<resume_atom>,
  caf::reacts_to<configure_atom, gate_limits>,
  caf::replies_to<status_atom>::with<gate_status>>;

/// API TRANSPORT (own thread): one connection to the API.
using api_transport_actor = caf::typed_actor<
  caf::reacts_to<meet_atom, gatekeeper_actor>,
  // One exchange; any status is a reply. Tells the gate each step.
  // Faults: unreachable, timed_out, broken_body, tls_refused.
  caf::replies_to<fetch_atom, permit, api_request>::with<api_reply>>;

/// HORSE CACHE: which horses the ledger knows already.
using horse_cache_actor = caf::typed_actor<
  caf::reacts_to<meet_atom, store_session_actor>,
  // Of these ids, those the ledger does not know. Waits for the first load.
  caf::replies_to<lookup_atom,
                  std::vector<std::string>>::with<std::vector<std::string>>,
  // These are in the ledger now.
  caf::reacts_to<learn_atom, std::vector<std::string>>,
  // backlog: 0 once loaded; credit: ids held.
  caf::replies_to<status_atom>::with<stage_status>>;

/// Hears of every commit; the part of the CHECKPOINT that the DB WRITER and the
/// DATA GUARD see.
using receipt_sink_actor
  = caf::typed_actor<caf::reacts_to<put_atom, write_receipt>,
                     // Calls of this kind cannot go on, those of the others
                     // can: when these are done the run halts with the error.
                     caf::reacts_to<halt_atom, call_kind, caf::error>>;

/// DB WRITER: batches whole units and commits them, rows with ledger.
using db_writer_actor = caf::typed_actor<
  // A session to write through; one a writer of conf/. The index tells which
  // one a restarted session replaces.
  caf::reacts_to<meet_atom, std::int32_t, store_session_actor>,
  // Who hears of every receipt.
  caf::reacts_to<meet_atom, receipt_sink_actor>,
  caf::reacts_to<meet_atom, run_control_actor>,
  // Answered when durable. Faults: queue_full, stopping.
  caf::replies_to<put_atom, day_unit>::with<day_receipt>,
  caf::replies_to<put_atom, horse_unit>::with<horse_receipt>,
  caf::replies_to<put_atom, reference_unit>::with<std::int64_t>,
  // Days settled without a request.
  caf::replies_to<put_atom, std::vector<date>>::with<std::int64_t>,
  caf::reacts_to<configure_atom, writer_limits>,
  // Commits what is held now, whatever its age.
  caf::reacts_to<flush_atom>, caf::replies_to<status_atom>::with<stage_status>>;

/// DATA GUARD: halts the run when what the provider says cannot be true, and
/// one kind of calls when the provider refuses them for good.
using data_guard_actor = caf::typed_actor<
  caf::reacts_to<meet_atom, run_control_actor>,
  caf::reacts_to<meet_atom, receipt_sink_actor>,
  // Answers 1 when the day, or the profile, may be written. Faults:
  // guard_tripped, from the first finding on.
  caf::replies_to<put_atom, day_sample>::with<std::int64_t>,
  caf::replies_to<put_atom, profile_sample>::with<std::int64_t>>;

/// EXTRACTOR: turns a day's pages into rows, asks the cache, hands to the
/// writer.
using extractor_actor
  = caf::typed_actor<caf::reacts_to<meet_atom, horse_cache_actor>,
                     caf::reacts_to<meet_atom, db_writer_actor>,
                     caf::reacts_to<meet_atom, data_guard_actor>,
                     // Answered when durable. Faults: broken_body, bad_shape,
                     // guard_tripped, stopping.
                     caf::replies_to<put_atom, day_pages>::with<day_receipt>,
                     // A day that failed for good, to be parked with its
                     // reason.
                     caf::replies_to<put_atom, day_unit>::with<day_receipt>,
                     caf::replies_to<status_atom>::with<stage_status>>;

/// DATE SCHEDULER: hands out the days to be asked.
using date_scheduler_actor = caf::typed_actor<
  // Commits the days that are settled without a request.
  caf::reacts_to<meet_atom, db_writer_actor>,
  // The whole plan, or more of it; days it knows already are left alone.
  caf::reacts_to<plan_atom, std::vector<day_task>>,
  // The next day; waits while there is none. A holder that dies gives its
  // days back. Faults: stopping.
  caf::replies_to<next_atom>::with<day_task>,
  // A day that its holder gives back: to be handed out again, not before so
  // many milliseconds.
  caf::reacts_to<release_atom, day_task, std::int64_t>,
  // Retries have spent their budget: none for so many milliseconds, if there is
  // anything else.
  caf::reacts_to<release_atom, std::int64_t>,
  // A day has its receipt.
  caf::reacts_to<settle_atom, date, day_state>,
  // Hand out nothing more.
  caf::reacts_to<drain_atom>,
  // backlog: days not yet handed out; credit: days at their holders.
  caf::replies_to<status_atom>::with<stage_status>>;

/// RACECARD FETCHER: fetches a day's pages, one day after the other.
using racecard_fetcher_actor
  = caf::typed_actor<caf::reacts_to<meet_atom, date_scheduler_actor>,
                     caf::reacts_to<meet_atom, gatekeeper_actor>,
                     caf::reacts_to<meet_atom, api_transport_actor>,
                     caf::reacts_to<meet_atom, extractor_actor>,
                     caf::reacts_to<meet_atom, run_control_actor>,
                     // Finish the day in hand, then stop.
                     caf::reacts_to<retire_atom>,
                     caf::replies_to<status_atom>::with<stage_status>>;

/// ENRICHMENT QUEUE: the horses without a profile.
using enrichment_queue_actor
  = caf::typed_actor<caf::reacts_to<meet_atom, store_session_actor>,
                     // Horses that are pending in the ledger.
                     caf::reacts_to<put_atom, std::vector<std::string>>,
                     // The next horse; waits while there is none. A holder that
                     // dies gives its horse back. Faults: stopping.
                     caf::replies_to<next_atom>::with<horse_task>,
                     // As the DATE SCHEDULER's.
                     caf::reacts_to<release_atom, horse_task, std::int64_t>,
                     caf::reacts_to<release_atom, std::int64_t>,
                     // A horse has its receipt.
                     caf::reacts_to<settle_atom, std::string, horse_state>,
                     // Read the ledger's pending horses again; known ones are
                     // left alone.
                     caf::reacts_to<load_atom>, caf::reacts_to<drain_atom>,
                     caf::replies_to<status_atom>::with<stage_status>>;

/// ENRICHER: fetches a horse's profile, one horse after the other.
using enricher_actor
  = caf::typed_actor<caf::reacts_to<meet_atom, enrichment_queue_actor>,
                     caf::reacts_to<meet_atom, gatekeeper_actor>,
                     caf::reacts_to<meet_atom, api_transport_actor>,
                     caf::reacts_to<meet_atom, db_writer_actor>,
                     caf::reacts_to<meet_atom, data_guard_actor>,
                     caf::reacts_to<meet_atom, run_control_actor>,
                     // Finish the horse in hand, then stop.
                     caf::reacts_to<retire_atom>,
                     caf::replies_to<status_atom>::with<stage_status>>;

/// REFERENCE FETCHER: the course list, once a run.
using reference_fetcher_actor
  = caf::typed_actor<caf::reacts_to<meet_atom, gatekeeper_actor>,
                     caf::reacts_to<meet_atom, api_transport_actor>,
                     caf::reacts_to<meet_atom, db_writer_actor>,
                     caf::reacts_to<meet_atom, run_control_actor>,
                     caf::replies_to<status_atom>::with<stage_status>>;

/// CHECKPOINT: the ledger's image in memory; says what is left.
using checkpoint_actor = receipt_sink_actor::extend<
  caf::reacts_to<meet_atom, store_session_actor>,
  caf::reacts_to<meet_atom, state_files_actor>,
  caf::reacts_to<meet_atom, date_scheduler_actor>,
  caf::reacts_to<meet_atom, enrichment_queue_actor>,
  caf::reacts_to<meet_atom, horse_cache_actor>,
  caf::reacts_to<meet_atom, run_control_actor>,
  // Days (all of the range that failed, when none are named) to be asked again.
  caf::replies_to<reopen_atom, std::vector<date>>::with<std::int64_t>,
  // Writes the checkpoint file; answered when it is durable.
  caf::replies_to<save_atom>::with<std::int64_t>,
  // The days of the range that the ledger has, ascending. Faults: absent.
  caf::replies_to<calendar_atom>::with<std::vector<day_record>>,
  caf::replies_to<status_atom>::with<progress>>;

/// SUPERVISOR: starts the children, restarts the dead, introduces neighbours.
using supervisor_actor = caf::typed_actor<
  // Sets how many of a pool (`racecard_fetcher`, `enricher`) shall work.
  caf::replies_to<scale_atom, std::string, std::int32_t>::with<std::int64_t>,
  // Stops all children, source to sink; answered when none is left.
  caf::replies_to<drain_atom>::with<std::int64_t>,
  caf::replies_to<status_atom>::with<std::vector<child_status>>>;

/// METRICS REPORTER: gathers everyone's status into the snapshot.
using metrics_reporter_actor
  = caf::typed_actor<caf::reacts_to<meet_atom, gatekeeper_actor>,
                     caf::reacts_to<meet_atom, checkpoint_actor>,
                     caf::reacts_to<meet_atom, date_scheduler_actor>,
                     caf::reacts_to<meet_atom, enrichment_queue_actor>,
                     caf::reacts_to<meet_atom, extractor_actor>,
                     caf::reacts_to<meet_atom, db_writer_actor>,
                     caf::reacts_to<meet_atom, horse_cache_actor>,
                     caf::reacts_to<meet_atom, supervisor_actor>,
                     caf::replies_to<status_atom>::with<snapshot>>;

/// FRONT DESK: all that main, the page and the remote monitor may ask of the
/// running service; it finds the one who does it.
using front_desk_actor = caf::typed_actor<
  caf::reacts_to<meet_atom, gatekeeper_actor>,
  caf::reacts_to<meet_atom, date_scheduler_actor>,
  caf::reacts_to<meet_atom, enrichment_queue_actor>,
  caf::reacts_to<meet_atom, db_writer_actor>,
  caf::reacts_to<meet_atom, checkpoint_actor>,
  caf::reacts_to<meet_atom, reference_fetcher_actor>,
  caf::reacts_to<meet_atom, metrics_reporter_actor>,
  caf::reacts_to<meet_atom, supervisor_actor>,
  caf::replies_to<status_atom>::with<snapshot>,
  // Hands out nothing more, sees what is held into the database and saves the
  // checkpoint; answered when that is done. False: does not wait for items at
  // their workers, which stay pending in the ledger.
  caf::replies_to<drain_atom, bool>::with<std::int64_t>,
  caf::reacts_to<pause_atom>, caf::reacts_to<resume_atom>,
  caf::reacts_to<configure_atom, gate_limits>,
  caf::reacts_to<configure_atom, writer_limits>,
  caf::replies_to<scale_atom, std::string, std::int32_t>::with<std::int64_t>,
  caf::replies_to<reopen_atom, std::vector<date>>::with<std::int64_t>,
  // The CHECKPOINT's calendar. Faults: absent.
  caf::replies_to<calendar_atom>::with<std::vector<day_record>>>;

/// SERVICE DESK: the FRONT DESK of all rounds, for main, page and monitor. It
/// passes on to the FRONT DESK of the round, answers itself between two rounds,
/// and tells each new one what was ordered before. Between rounds: status has
/// the phase `idle` and a note, the calendar is the last one known, pause and
/// limits wait for the next round, and `reopen` starts it.
using service_desk_actor = front_desk_actor::extend<
  // The FRONT DESK of the round, and again when that one was replaced.
  caf::reacts_to<meet_atom, front_desk_actor>,
  // The round is over; what the service waits for, for people.
  caf::reacts_to<finish_atom, std::string>>;

/// SERVICE CONTROL (own thread): what concerns the process as a whole. Answers
/// are sentences for people.
using service_control_actor = caf::typed_actor<
  // Reads the conf files anew and applies what is safe. Faults: bad_settings
  // (nothing has changed).
  caf::replies_to<reload_atom>::with<std::string>,
  // Sets a key to a value until the next start. Faults: bad_settings.
  caf::replies_to<set_atom, std::string, std::string>::with<std::string>,
  // Asks the process to drain and leave; answered before it does.
  caf::replies_to<drain_atom>::with<std::string>>;

} // namespace racefill

// Handles travel in `meet` messages.
CAF_BEGIN_TYPE_ID_BLOCK(racefill_handles, caf::id_block::racefill::end)

  CAF_ADD_TYPE_ID(racefill_handles, (racefill::run_control_actor))
  CAF_ADD_TYPE_ID(racefill_handles, (racefill::state_files_actor))
  CAF_ADD_TYPE_ID(racefill_handles, (racefill::store_session_actor))
  CAF_ADD_TYPE_ID(racefill_handles, (racefill::gatekeeper_actor))
  CAF_ADD_TYPE_ID(racefill_handles, (racefill::api_transport_actor))
  CAF_ADD_TYPE_ID(racefill_handles, (racefill::horse_cache_actor))
  CAF_ADD_TYPE_ID(racefill_handles, (racefill::date_scheduler_actor))
  CAF_ADD_TYPE_ID(racefill_handles, (racefill::receipt_sink_actor))
  CAF_ADD_TYPE_ID(racefill_handles, (racefill::db_writer_actor))
  CAF_ADD_TYPE_ID(racefill_handles, (racefill::extractor_actor))
  CAF_ADD_TYPE_ID(racefill_handles, (racefill::racecard_fetcher_actor))
  CAF_ADD_TYPE_ID(racefill_handles, (racefill::enrichment_queue_actor))
  CAF_ADD_TYPE_ID(racefill_handles, (racefill::enricher_actor))
  CAF_ADD_TYPE_ID(racefill_handles, (racefill::checkpoint_actor))
  CAF_ADD_TYPE_ID(racefill_handles, (racefill::supervisor_actor))
  CAF_ADD_TYPE_ID(racefill_handles, (racefill::reference_fetcher_actor))
  CAF_ADD_TYPE_ID(racefill_handles, (racefill::metrics_reporter_actor))
  CAF_ADD_TYPE_ID(racefill_handles, (racefill::front_desk_actor))
  CAF_ADD_TYPE_ID(racefill_handles, (racefill::service_control_actor))
  CAF_ADD_TYPE_ID(racefill_handles, (racefill::data_guard_actor))

CAF_END_TYPE_ID_BLOCK(racefill_handles)
