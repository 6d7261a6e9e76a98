/// LEDGER: the statements of the racefill_* tables, within a transaction that
/// the caller has opened. All throw sql_error.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "infra/ports/record_store.hpp"
#include "infra/sql/sql_session.hpp"

namespace racefill {

/// An instant as the messages have it, `2025-10-14T12:30:00Z`, from what a
/// database returns.
std::string instant_text(const std::string& from_database);

/// The clock, as an instant in whole seconds.
std::string now_text();

/// What is recorded of a day.
struct day_entry {
  date day;
  day_state state = day_state::pending;
  std::int32_t attempts = 0;
  std::int32_t races = 0;
  std::int32_t runners = 0;
  std::int32_t foreign_races = 0;
  std::int32_t dropped_runners = 0;
  std::int32_t quarantined = 0;
  std::string error;
};

/// What is recorded of a horse.
struct horse_entry {
  std::string horse_id;
  horse_state state = horse_state::pending;
  std::int32_t attempts = 0;
  std::string error;
};

/// Where and when it is recorded.
struct ledger_context {
  std::string source;
  std::string run_id;
  std::string now;
};

/// The id of the newest run; "" when there is none.
std::string last_run_id(sql_session& session);

/// Records outcomes of days. What is settled stays: failed never replaces more
/// than pending or failed; provisional and empty do not replace done;
/// not_offered replaces only what brought nothing.
void save_days(sql_session& session, const ledger_context& context,
               std::vector<day_entry> days);

/// The states of these days, as recorded now.
std::map<date, day_state> states_of_days(sql_session& session,
                                         const ledger_context& context,
                                         const std::vector<date>& days);

/// Records outcomes of horses; done stays done, not_found yields only to done.
void save_horses(sql_session& session, const ledger_context& context,
                 std::vector<horse_entry> horses);

/// The states of these horses, as recorded now.
std::map<std::string, horse_state>
states_of_horses(sql_session& session, const std::vector<std::string>& ids);

/// Which of these horses have a pedigree row.
std::set<std::string> horses_with_pedigree(sql_session& session,
                                           const std::vector<std::string>& ids);

/// Enters horses as pending; returns those that were not there.
std::set<std::string> enter_horses(sql_session& session,
                                   const ledger_context& context,
                                   const std::set<std::string>& ids);

/// Keeps what was refused; the same finding is kept once.
void save_quarantine(sql_session& session, const ledger_context& context,
                     const std::vector<quarantine_row>& rows);

} // namespace racefill
