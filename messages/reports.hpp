/// What the running actors tell about themselves, and the snapshot of it all.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <caf/meta/type_name.hpp>

#include "messages/date.hpp"
#include "messages/work.hpp"

namespace racefill {

/// A name and a count.
struct tally {
  std::string name;
  std::int64_t count = 0;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, tally& x) {
  return f(caf::meta::type_name("tally"), x.name, x.count);
}

/// The GATEKEEPER's account of itself, since the run started.
struct gate_status {
  std::string mode;               ///< reply, ack or paced.
  std::int64_t requests = 0;      ///< Sent.
  std::int64_t retries = 0;       ///< Of them, second and later attempts.
  std::int64_t replies = 0;       ///< Whole responses of any status.
  std::int64_t rate_limited = 0;  ///< 429s.
  std::int64_t waiting = 0;       ///< Callers without a permit.
  std::int64_t in_flight = 0;     ///< Permits out whose slot is not free yet.
  double limit_per_second = 0;    ///< Requests over window.
  double rate_per_second = 0;     ///< Sent over the last 10 seconds.
  bool paused = false;            ///< By a person.
  std::int64_t paused_for_ms = 0; ///< By 429, breaker or start-up silence.
  std::string breaker;            ///< closed, open or probing.
  std::int64_t latency_ms_p50 = 0;
  std::int64_t latency_ms_p90 = 0;
  std::int64_t latency_ms_p99 = 0;
  std::int64_t guard_us = 0;   ///< The adaptive guard in force.
  std::vector<tally> statuses; ///< Replies by status, failures by fault.
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, gate_status& x) {
  return f(caf::meta::type_name("gate_status"), x.mode, x.requests, x.retries,
           x.replies, x.rate_limited, x.waiting, x.in_flight,
           x.limit_per_second, x.rate_per_second, x.paused, x.paused_for_ms,
           x.breaker, x.latency_ms_p50, x.latency_ms_p90, x.latency_ms_p99,
           x.guard_us, x.statuses);
}

/// The CHECKPOINT's account: the ledger's image plus this session's counters.
struct progress {
  std::string run_id;
  date start;
  date end;
  std::int64_t days_total = 0;   ///< In the range.
  std::int64_t days_planned = 0; ///< Of them, to be asked in this session.
  std::int64_t days_left = 0;    ///< Of them, without a receipt yet.
  std::vector<tally> days;       ///< By state, over the range.
  ledger_totals totals;          ///< Kept up from receipts.
  std::int64_t session_days = 0; ///< Receipts of this session.
  std::int64_t session_races = 0;
  std::int64_t session_runners = 0;
  std::int64_t session_foreign_races = 0;
  std::int64_t session_new_horses = 0; ///< First seen in this session.
  std::int64_t session_horses = 0;     ///< Enriched.
  std::int64_t session_pedigrees = 0;
  std::int64_t session_errors = 0; ///< Days and horses parked.
  std::int64_t session_quarantined = 0;
  std::vector<table_change> tables; ///< Written in this session, by table.
  std::int64_t horses_left = 0;     ///< Pending and wanted in this session.
  bool fast = false;                ///< Horses are not wanted in this session.
  bool finished = false;
  date last_day;                        ///< The day of the last receipt.
  std::vector<error_entry> last_errors; ///< Newest last, at most 20.
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, progress& x) {
  return f(caf::meta::type_name("progress"), x.run_id, x.start, x.end,
           x.days_total, x.days_planned, x.days_left, x.days, x.totals,
           x.session_days, x.session_races, x.session_runners,
           x.session_foreign_races, x.session_new_horses, x.session_horses,
           x.session_pedigrees, x.session_errors, x.session_quarantined,
           x.tables, x.horses_left, x.fast, x.finished, x.last_day,
           x.last_errors);
}

/// What is held by one stage.
struct stage_status {
  std::string name;
  std::int64_t backlog = 0; ///< Items waiting.
  std::int64_t credit = 0;  ///< How many more it will take.
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, stage_status& x) {
  return f(caf::meta::type_name("stage_status"), x.name, x.backlog, x.credit);
}

/// One supervised actor.
struct child_status {
  std::string name;
  bool alive = false;
  std::int64_t restarts = 0;
  std::string last_error;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, child_status& x) {
  return f(caf::meta::type_name("child_status"), x.name, x.alive, x.restarts,
           x.last_error);
}

/// The status everybody shows: terminal, log, page, metrics, JSON.
struct snapshot {
  std::string version; ///< Of the program.
  std::string host;
  std::int64_t pid = 0;
  std::string command;  ///< run or serve.
  std::string taken_at; ///< UTC instant.
  std::int64_t uptime_ms = 0;
  std::string phase; ///< starting, racecards, horses, draining, finished, idle.
  gate_status gate;
  progress run;
  std::vector<stage_status> stages;
  std::vector<child_status> children;
  std::int64_t rows_per_minute = 0; ///< Sent to the database, all tables.
  std::int64_t eta_low_s = -1;      ///< Seconds left; -1 while unknown.
  std::int64_t eta_s = -1;
  std::int64_t eta_high_s = -1;
  std::string note; ///< With `idle`: what the service waits for, for people.
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, snapshot& x) {
  return f(caf::meta::type_name("snapshot"), x.version, x.host, x.pid,
           x.command, x.taken_at, x.uptime_ms, x.phase, x.gate, x.run, x.stages,
           x.children, x.rows_per_minute, x.eta_low_s, x.eta_s, x.eta_high_s,
           x.note);
}

/// What the checkpoint file says (FACTS g.1 names its keys).
struct checkpoint_image {
  std::string run_id;
  std::string order; ///< newest-first or oldest-first.
  date start;
  date end;
  std::int64_t total_dates = 0;
  std::int64_t races_processed = 0;
  std::int64_t runners_processed = 0;
  std::int64_t horses_enriched = 0;
  std::int64_t pedigrees_captured = 0;
  std::int64_t errors = 0;
  std::string start_time;            ///< UTC instant.
  std::vector<date> processed_dates; ///< Settled only.
  std::vector<date> empty_dates;     ///< Of them, those without racing.
  std::vector<date> failed_dates;
  date last_date;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, checkpoint_image& x) {
  return f(caf::meta::type_name("checkpoint_image"), x.run_id, x.order, x.start,
           x.end, x.total_dates, x.races_processed, x.runners_processed,
           x.horses_enriched, x.pedigrees_captured, x.errors, x.start_time,
           x.processed_dates, x.empty_dates, x.failed_dates, x.last_date);
}

} // namespace racefill
