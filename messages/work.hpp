/// Work items that travel between actors: tasks, units, receipts, records.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <caf/meta/type_name.hpp>
#include <caf/optional.hpp>

#include "messages/date.hpp"
#include "messages/rows.hpp"

namespace racefill {

// -- days ---------------------------------------------------------------------

/// What the ledger knows of a day.
enum class day_state : std::uint8_t {
  pending = 0,     ///< To be fetched.
  running = 1,     ///< Handed out; only ever in memory.
  provisional = 2, ///< Fetched before the day was over; to be asked again.
  done = 3,        ///< All pages arrived, parsed and committed.
  empty = 4,       ///< The provider says: no racing.
  not_offered = 5, ///< Before the provider's history, and nothing came.
  failed = 6,      ///< Parked after the last attempt, with its reason.
};

std::string to_string(day_state x);

/// The state named `text`; none for any other text.
caf::optional<day_state> parse_day_state(const std::string& text);

/// What became of an item's requests so far. It goes back to its queue with the
/// item when that cannot be asked for again at once, and out again with it.
struct try_record {
  std::int32_t requests = 0;  ///< Sent.
  std::int32_t spent = 0;     ///< Of its attempts, in fifths.
  std::int32_t throttled = 0; ///< Refused with 429.
  std::string responses;      ///< What they brought, `503, 500`.
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, try_record& x) {
  return f(caf::meta::type_name("try_record"), x.requests, x.spent, x.throttled,
           x.responses);
}

/// A day handed out to a racecard fetcher.
struct day_task {
  date day;
  bool before_history
    = false;                ///< Then an empty page, 404 or 422 is not_offered.
  bool provisional = false; ///< The day is not over yet in Europe/London.
  try_record tries;         ///< Of this session.
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, day_task& x) {
  return f(caf::meta::type_name("day_task"), x.day, x.before_history,
           x.provisional, x.tries);
}

/// All pages of one day, whole, as fetched.
struct day_pages {
  day_task task;
  std::int32_t attempts = 1; ///< Requests spent on the day, retries included.
  std::vector<std::string> bodies;
  std::string responses; ///< What the requests brought, `503, 200`.
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, day_pages& x) {
  return f(caf::meta::type_name("day_pages"), x.task, x.attempts, x.bodies,
           x.responses);
}

/// One day's whole yield: what is committed in one transaction.
struct day_unit {
  date day;
  day_state state = day_state::pending; ///< The outcome to be recorded.
  std::int32_t attempts = 0;
  std::string error;                ///< The reason of failed; "" otherwise.
  std::string responses;            ///< What the requests brought, `503, 200`.
  std::int32_t foreign_races = 0;   ///< Races of regions not asked for.
  std::int32_t dropped_runners = 0; ///< Runners that could not be keyed.
  std::vector<race_row> races;
  std::vector<runner_row> runners;
  std::vector<horse_row> horses;
  std::vector<pedigree_row> pedigrees;
  std::vector<entity_row> jockeys;
  std::vector<entity_row> trainers;
  std::vector<entity_row> owners;
  std::vector<course_row> courses;
  std::vector<bookmaker_row> bookmakers;
  std::vector<quarantine_row> quarantine;
  /// Horses to enter as pending in the ledger, unless they are there already.
  std::vector<std::string> new_horses;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, day_unit& x) {
  return f(caf::meta::type_name("day_unit"), x.day, x.state, x.attempts,
           x.error, x.responses, x.foreign_races, x.dropped_runners, x.races,
           x.runners, x.horses, x.pedigrees, x.jockeys, x.trainers, x.owners,
           x.courses, x.bookmakers, x.quarantine, x.new_horses);
}

// -- horses -------------------------------------------------------------------

/// What the ledger knows of a horse's enrichment.
enum class horse_state : std::uint8_t {
  pending = 0,   ///< To be fetched.
  done = 1,      ///< Profile committed.
  not_found = 2, ///< 404; remembered, never asked again by itself.
  failed = 3,    ///< Parked after the last attempt, with its reason.
};

std::string to_string(horse_state x);

/// The state named `text`; none for any other text.
caf::optional<horse_state> parse_horse_state(const std::string& text);

/// A horse handed out to an enricher.
struct horse_task {
  std::string horse_id;
  try_record tries; ///< Of this session.
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, horse_task& x) {
  return f(caf::meta::type_name("horse_task"), x.horse_id, x.tries);
}

/// One horse's enrichment: what is committed in one transaction.
struct horse_unit {
  std::string horse_id;
  horse_state state = horse_state::pending; ///< The outcome to be recorded.
  std::int32_t attempts = 0;
  std::string error;
  std::string responses;               ///< What the requests brought.
  std::vector<horse_row> horses;       ///< One when done, else none.
  std::vector<pedigree_row> pedigrees; ///< One when any parent is known.
  std::vector<quarantine_row> quarantine;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, horse_unit& x) {
  return f(caf::meta::type_name("horse_unit"), x.horse_id, x.state, x.attempts,
           x.error, x.responses, x.horses, x.pedigrees, x.quarantine);
}

/// The small tables, fetched once a run.
struct reference_unit {
  std::vector<course_row> courses;
  std::vector<bookmaker_row> bookmakers;
  std::vector<quarantine_row> quarantine;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, reference_unit& x) {
  return f(caf::meta::type_name("reference_unit"), x.courses, x.bookmakers,
           x.quarantine);
}

// -- writing ------------------------------------------------------------------

/// What one transaction holds: whole units only.
struct write_batch {
  std::vector<day_unit> days;
  std::vector<horse_unit> horses;
  std::vector<reference_unit> references;
  /// Days settled without a request: not_offered by the rule of 30 + 1 a year.
  std::vector<date> not_offered;

  bool empty() const noexcept {
    return days.empty() && horses.empty() && references.empty()
           && not_offered.empty();
  }
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, write_batch& x) {
  return f(caf::meta::type_name("write_batch"), x.days, x.horses, x.references,
           x.not_offered);
}

/// The database's proof that a unit is durable.
struct day_receipt {
  date day;
  day_state state = day_state::pending;
  std::int32_t attempts = 0;
  std::int32_t races = 0;
  std::int32_t runners = 0;
  std::int32_t foreign_races = 0;
  std::int32_t quarantined = 0;
  std::string error;
  /// Horses now pending in the ledger because of this day; not there before.
  std::vector<std::string> new_horses;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, day_receipt& x) {
  return f(caf::meta::type_name("day_receipt"), x.day, x.state, x.attempts,
           x.races, x.runners, x.foreign_races, x.quarantined, x.error,
           x.new_horses);
}

struct horse_receipt {
  std::string horse_id;
  horse_state state = horse_state::pending;
  std::int32_t attempts = 0;
  bool pedigree = false; ///< A pedigree row is there for it.
  std::string error;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, horse_receipt& x) {
  return f(caf::meta::type_name("horse_receipt"), x.horse_id, x.state,
           x.attempts, x.pedigree, x.error);
}

/// What a committed batch changed in one table.
struct table_change {
  std::string table;
  std::int64_t rows = 0; ///< Rows sent, duplicates inside the batch removed.
  std::int64_t changed
    = 0; ///< Rows inserted or updated; the rest was the same.
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, table_change& x) {
  return f(caf::meta::type_name("table_change"), x.table, x.rows, x.changed);
}

struct write_receipt {
  std::vector<day_receipt> days; ///< As in the batch; 0 attempts: not asked.
  std::vector<horse_receipt> horses; ///< In the batch's order.
  std::vector<date> not_offered;
  std::vector<table_change> tables;
  std::int64_t duration_ms = 0;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, write_receipt& x) {
  return f(caf::meta::type_name("write_receipt"), x.days, x.horses,
           x.not_offered, x.tables, x.duration_ms);
}

// -- the ledger, as it is read back -------------------------------------------

/// A ledger row of a day.
struct day_record {
  date day;
  day_state state = day_state::pending;
  std::int32_t attempts = 0;
  std::int32_t races = 0;
  std::int32_t runners = 0;
  std::string error;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, day_record& x) {
  return f(caf::meta::type_name("day_record"), x.day, x.state, x.attempts,
           x.races, x.runners, x.error);
}

/// A ledger row of a horse, as small as the cache needs it.
struct horse_record {
  std::string horse_id;
  horse_state state = horse_state::pending;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, horse_record& x) {
  return f(caf::meta::type_name("horse_record"), x.horse_id, x.state);
}

/// Totals of the data and the ledger, by SQL aggregates.
struct ledger_totals {
  std::int64_t races = 0;
  std::int64_t runners = 0;
  std::int64_t horses = 0;
  std::int64_t pedigrees = 0;
  std::int64_t jockeys = 0;
  std::int64_t trainers = 0;
  std::int64_t owners = 0;
  std::int64_t horses_pending = 0;
  std::int64_t horses_done = 0;
  std::int64_t horses_not_found = 0;
  std::int64_t horses_failed = 0;
  std::int64_t quarantined = 0;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, ledger_totals& x) {
  return f(caf::meta::type_name("ledger_totals"), x.races, x.runners, x.horses,
           x.pedigrees, x.jockeys, x.trainers, x.owners, x.horses_pending,
           x.horses_done, x.horses_not_found, x.horses_failed, x.quarantined);
}

/// A day or horse that was parked, for the error log.
struct error_entry {
  std::string timestamp; ///< UTC instant.
  std::string key;       ///< `2015-01-03` or `hrs_123`.
  std::string error;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, error_entry& x) {
  return f(caf::meta::type_name("error_entry"), x.timestamp, x.key, x.error);
}

} // namespace racefill
