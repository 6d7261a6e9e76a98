#include "infra/store/run_records.hpp"

#include <algorithm>
#include <charconv>

#include "infra/store/ledger.hpp"

namespace racefill {
namespace {

std::int64_t number(const std::optional<std::string>& text) {
  std::int64_t out = 0;
  if (text)
    std::from_chars(text->data(), text->data() + text->size(), out);
  return out;
}

date day_of(const std::optional<std::string>& text) {
  const auto day = text ? parse_date(text->substr(0, 10)) : caf::none;
  return day ? *day : date{};
}

sql_value day_or_null(date x) {
  return x.known() ? sql_value{to_string(x)} : sql_value{};
}

} // namespace

std::vector<day_record>
read_days(sql_session& session, const std::string& source, date from, date to) {
  const auto kind = session.kind();
  const auto rows = session.query(
    "SELECT day,state,attempts,races,runners,error FROM racefill_days "
    "WHERE source="
      + placeholder(kind, 1) + " AND day BETWEEN " + placeholder(kind, 2)
      + " AND " + placeholder(kind, 3) + " ORDER BY day",
    {source, to_string(from), to_string(to)});
  std::vector<day_record> out;
  out.reserve(rows.size());
  for (const auto& row : rows) {
    const auto state = parse_day_state(row[1].value_or(""));
    out.push_back({day_of(row[0]), state ? *state : day_state::pending,
                   static_cast<std::int32_t>(number(row[2])),
                   static_cast<std::int32_t>(number(row[3])),
                   static_cast<std::int32_t>(number(row[4])),
                   row[5].value_or("")});
  }
  return out;
}

std::vector<horse_record> read_horses(sql_session& session,
                                      const std::string& after,
                                      std::int32_t limit) {
  const auto kind = session.kind();
  // Bytewise, so that the order is the same whatever the server's language.
  const auto id = "horse_id" + bytewise(kind);
  const auto rows = session.query(
    "SELECT horse_id,state FROM racefill_horses WHERE " + id + ">"
      + placeholder(kind, 1) + " ORDER BY " + id + " LIMIT "
      + std::to_string(std::max<std::int32_t>(limit, 0)),
    {after});
  std::vector<horse_record> out;
  out.reserve(rows.size());
  for (const auto& row : rows) {
    const auto state = parse_horse_state(row[1].value_or(""));
    out.push_back({row[0].value_or(""), state ? *state : horse_state::pending});
  }
  return out;
}

std::int64_t count_rows(sql_session& session, const std::string& table_name) {
  return number(session.query("SELECT COUNT(*) FROM " + table_name)[0][0]);
}

ledger_totals read_totals(sql_session& session) {
  ledger_totals out;
  out.races = count_rows(session, "ra_mst_races");
  out.runners = count_rows(session, "ra_mst_runners");
  out.horses = count_rows(session, "ra_horses");
  out.pedigrees = count_rows(session, "ra_horse_pedigree");
  out.jockeys = count_rows(session, "ra_jockeys");
  out.trainers = count_rows(session, "ra_trainers");
  out.owners = count_rows(session, "ra_owners");
  out.quarantined = count_rows(session, "racefill_quarantine");
  for (const auto& row : session.query(
         "SELECT state,COUNT(*) FROM racefill_horses GROUP BY state")) {
    const auto state = parse_horse_state(row[0].value_or(""));
    if (!state)
      continue;
    switch (*state) {
      case horse_state::pending:
        out.horses_pending = number(row[1]);
        break;
      case horse_state::done:
        out.horses_done = number(row[1]);
        break;
      case horse_state::not_found:
        out.horses_not_found = number(row[1]);
        break;
      case horse_state::failed:
        out.horses_failed = number(row[1]);
        break;
    }
  }
  return out;
}

std::int64_t reopen(sql_session& session, horse_state from,
                    const std::string& now) {
  if (from == horse_state::pending)
    return 0;
  const auto kind = session.kind();
  return session.execute(
    "UPDATE racefill_horses SET state='pending',updated_at="
      + placeholder(kind, 1) + " WHERE state=" + placeholder(kind, 2),
    {now, to_string(from)});
}

std::int64_t close_reopened(sql_session& session, const std::string& now) {
  return session.execute("UPDATE racefill_horses SET state='failed',updated_at="
                           + placeholder(session.kind(), 1)
                           + " WHERE state='pending' AND error IS NOT NULL",
                         {now});
}

std::int64_t reopen(sql_session& session, const std::string& source,
                    const std::vector<date>& days, const std::string& now) {
  const auto kind = session.kind();
  const auto sql
    = "UPDATE racefill_days SET state='pending',error=NULL,updated_at="
      + placeholder(kind, 1) + " WHERE source=" + placeholder(kind, 2)
      + " AND day=" + placeholder(kind, 3)
      + " AND state NOT IN ('pending','failed','provisional')";
  std::int64_t count = 0;
  for (auto day : days)
    count += session.execute(sql, {now, source, to_string(day)});
  return count;
}

void write_run(sql_session& session, const run_record& run) {
  session.execute(
    "INSERT INTO racefill_runs AS t (run_id,started_at,ended_at,start_date,"
    "end_date,run_order,fast,outcome,exit_status,version,stats) VALUES "
      + value_tuples(session.kind(), 1, 11)
      + " ON CONFLICT (run_id) DO UPDATE SET ended_at=excluded.ended_at,"
        "start_date=excluded.start_date,end_date=excluded.end_date,"
        "run_order=excluded.run_order,fast=excluded.fast,"
        "outcome=excluded.outcome,exit_status=excluded.exit_status,"
        "version=excluded.version,stats=excluded.stats",
    {run.run_id, run.started_at.empty() ? now_text() : run.started_at,
     text_value(run.ended_at), day_or_null(run.start), day_or_null(run.end),
     text_value(run.order), std::int64_t{run.fast ? 1 : 0},
     text_value(run.outcome), std::int64_t{run.exit_status},
     text_value(run.version), text_value(run.stats)});
}

run_record read_last_run(sql_session& session) {
  const auto rows = session.query(
    "SELECT run_id,started_at,ended_at,start_date,end_date,run_order,fast,"
    "outcome,exit_status,version,stats FROM racefill_runs "
    "ORDER BY started_at DESC,run_id DESC LIMIT 1");
  run_record out;
  if (rows.empty())
    return out;
  const auto& row = rows[0];
  out.run_id = row[0].value_or("");
  out.started_at = instant_text(row[1].value_or(""));
  out.ended_at = instant_text(row[2].value_or(""));
  out.start = day_of(row[3]);
  out.end = day_of(row[4]);
  out.order = row[5].value_or("");
  out.fast = row[6] == "t" || row[6] == "1";
  out.outcome = row[7].value_or("");
  out.exit_status = row[8] ? static_cast<std::int32_t>(number(row[8])) : -1;
  out.version = row[9].value_or("");
  out.stats = row[10].value_or("");
  return out;
}

} // namespace racefill
