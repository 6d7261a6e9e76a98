#include "infra/store/ledger.hpp"

#include <algorithm>
#include <chrono>

#include <Poco/SHA1Engine.h>

#include "infra/store/value_check.hpp"

namespace racefill {
namespace {

constexpr std::size_t rows_per_statement_max = 500;
constexpr std::size_t payload_max = 4096;

/// May `excluded` replace `t`? (save_days)
constexpr auto day_may_change
  = "(excluded.state='done'"
    " OR (excluded.state IN ('provisional','empty') AND t.state<>'done')"
    " OR (excluded.state='not_offered'"
    " AND t.state IN ('pending','running','failed','not_offered'))"
    " OR (excluded.state='failed'"
    " AND t.state IN ('pending','running','failed')))";

constexpr auto horse_may_change
  = "(excluded.state='done'"
    " OR (excluded.state='not_found' AND t.state<>'done')"
    " OR (excluded.state='failed' AND t.state NOT IN ('done','not_found')))";

bool is_settled(day_state x) {
  return x == day_state::done || x == day_state::empty
         || x == day_state::not_offered;
}

/// Calls `run(values, rows)` for every piece of `rows` values lists.
template <class Items, class ToValues, class Run>
void in_pieces(const Items& items, ToValues to_values, Run run) {
  std::vector<sql_value> values;
  std::size_t rows = 0;
  for (const auto& item : items) {
    to_values(item, values);
    if (++rows == rows_per_statement_max) {
      run(values, rows);
      values.clear();
      rows = 0;
    }
  }
  if (rows > 0)
    run(values, rows);
}

/// `(?,?,?)` for `count` values.
std::string in_list(dialect kind, std::size_t count, std::size_t first = 1) {
  std::string out = "(";
  for (std::size_t i = 0; i < count; ++i)
    out += (i == 0 ? "" : ",") + placeholder(kind, first + i);
  return out + ")";
}

/// Runs `select … IN (…)` over all ids and hands over each row.
template <class Use>
void select_in(sql_session& session, const std::string& select,
               const std::vector<std::string>& ids, Use use) {
  in_pieces(
    ids,
    [](const std::string& id, std::vector<sql_value>& out) {
      out.emplace_back(id);
    },
    [&](const std::vector<sql_value>& values, std::size_t rows) {
      for (const auto& row :
           session.query(select + in_list(session.kind(), rows), values))
        use(row);
    });
}

int weight(horse_state x) {
  switch (x) {
    case horse_state::done:
      return 3;
    case horse_state::not_found:
      return 2;
    case horse_state::failed:
      return 1;
    case horse_state::pending:
      break;
  }
  return 0;
}

std::string content_hash(const quarantine_row& x) {
  Poco::SHA1Engine engine;
  for (const auto* part : {&x.source, &x.source_key, &x.table_name, &x.row_key,
                           &x.column, &x.payload}) {
    engine.update(*part);
    engine.update('\0');
  }
  return Poco::DigestEngine::digestToHex(engine.digest());
}

} // namespace

std::string instant_text(const std::string& from_database) {
  auto out = from_database;
  if (out.size() > 10 && out[10] == ' ')
    out[10] = 'T';
  const auto zone = out.find("+00", std::min<std::size_t>(out.size(), 11));
  if (zone != std::string::npos)
    out.replace(zone, std::string::npos, "Z");
  return out;
}

std::string now_text() {
  const auto now = std::chrono::floor<std::chrono::seconds>(
    std::chrono::system_clock::now());
  const auto day = std::chrono::floor<std::chrono::days>(now);
  const std::chrono::hh_mm_ss time{now - day};
  auto two = [](auto x) {
    const auto text = std::to_string(x.count());
    return text.size() < 2 ? "0" + text : text;
  };
  return to_string(to_date(day)) + "T" + two(time.hours()) + ":"
         + two(time.minutes()) + ":" + two(time.seconds()) + "Z";
}

std::string last_run_id(sql_session& session) {
  const auto rows = session.query("SELECT run_id FROM racefill_runs "
                                  "ORDER BY started_at DESC, run_id DESC "
                                  "LIMIT 1");
  return rows.empty() ? std::string{} : rows[0][0].value_or("");
}

void save_days(sql_session& session, const ledger_context& context,
               std::vector<day_entry> days) {
  std::stable_sort(days.begin(), days.end(),
                   [](const auto& a, const auto& b) { return a.day < b.day; });
  const auto sql
    = "INSERT INTO racefill_days AS t (source,day,state,attempts,races,runners,"
      "foreign_races,dropped_runners,quarantined,error,run_id,first_seen_at,"
      "settled_at,updated_at) VALUES "
      + value_tuples(session.kind(), 1, 14)
      + " ON CONFLICT (source,day) DO UPDATE SET state=excluded.state,"
        "attempts=excluded.attempts,races=excluded.races,"
        "runners=excluded.runners,foreign_races=excluded.foreign_races,"
        "dropped_runners=excluded.dropped_runners,"
        "quarantined=excluded.quarantined,error=excluded.error,"
        "run_id=excluded.run_id,settled_at=CASE WHEN t.state=excluded.state "
        "THEN t.settled_at ELSE excluded.settled_at END,"
        "updated_at=excluded.updated_at WHERE "
      + day_may_change
      + " AND (t.state,t.attempts,t.races,t.runners,t.foreign_races,"
        "t.dropped_runners,t.quarantined,t.error) IS DISTINCT FROM "
        "(excluded.state,excluded.attempts,excluded.races,excluded.runners,"
        "excluded.foreign_races,excluded.dropped_runners,"
        "excluded.quarantined,excluded.error)";
  for (const auto& x : days)
    session.execute(
      sql,
      {context.source, to_string(x.day), to_string(x.state),
       std::int64_t{x.attempts}, std::int64_t{x.races}, std::int64_t{x.runners},
       std::int64_t{x.foreign_races}, std::int64_t{x.dropped_runners},
       std::int64_t{x.quarantined}, text_value(cleaned(x.error, payload_max)),
       text_value(context.run_id), context.now,
       is_settled(x.state) ? sql_value{context.now} : sql_value{},
       context.now});
}

std::map<date, day_state> states_of_days(sql_session& session,
                                         const ledger_context& context,
                                         const std::vector<date>& days) {
  std::map<date, day_state> out;
  for (const auto day : days) {
    const auto rows
      = session.query("SELECT state FROM racefill_days WHERE source="
                        + placeholder(session.kind(), 1)
                        + " AND day=" + placeholder(session.kind(), 2),
                      {context.source, to_string(day)});
    if (!rows.empty())
      if (const auto state = parse_day_state(rows[0][0].value_or("")))
        out[day] = *state;
  }
  return out;
}

void save_horses(sql_session& session, const ledger_context& context,
                 std::vector<horse_entry> horses) {
  // The best outcome first, so that it is the one kept of a horse.
  std::stable_sort(horses.begin(), horses.end(),
                   [](const auto& a, const auto& b) {
                     return a.horse_id != b.horse_id
                              ? a.horse_id < b.horse_id
                              : weight(a.state) > weight(b.state);
                   });
  horses.erase(std::unique(horses.begin(), horses.end(),
                           [](const auto& a, const auto& b) {
                             return a.horse_id == b.horse_id;
                           }),
               horses.end());
  auto to_values = [&](const horse_entry& x, std::vector<sql_value>& out) {
    out.insert(out.end(),
               {x.horse_id, to_string(x.state), std::int64_t{x.attempts},
                text_value(cleaned(x.error, payload_max)),
                text_value(context.run_id), context.now, context.now});
  };
  in_pieces(horses, to_values,
            [&](const std::vector<sql_value>& values, std::size_t rows) {
              session.execute(
                "INSERT INTO racefill_horses AS t (horse_id,state,attempts,"
                "error,run_id,first_seen_at,updated_at) VALUES "
                  + value_tuples(session.kind(), rows, 7)
                  + " ON CONFLICT (horse_id) DO UPDATE SET "
                    "state=excluded.state,attempts=excluded.attempts,"
                    "error=excluded.error,run_id=excluded.run_id,"
                    "updated_at=excluded.updated_at WHERE "
                  + horse_may_change
                  + " AND (t.state,t.attempts,t.error) IS DISTINCT FROM "
                    "(excluded.state,excluded.attempts,excluded.error)",
                values);
            });
}

std::map<std::string, horse_state>
states_of_horses(sql_session& session, const std::vector<std::string>& ids) {
  std::map<std::string, horse_state> out;
  select_in(session,
            "SELECT horse_id,state FROM racefill_horses WHERE horse_id IN ",
            ids, [&](const sql_row& row) {
              if (const auto state = parse_horse_state(row[1].value_or("")))
                out[row[0].value_or("")] = *state;
            });
  return out;
}

std::set<std::string>
horses_with_pedigree(sql_session& session,
                     const std::vector<std::string>& ids) {
  std::set<std::string> out;
  select_in(session,
            "SELECT horse_id FROM ra_horse_pedigree WHERE horse_id IN ", ids,
            [&](const sql_row& row) { out.insert(row[0].value_or("")); });
  return out;
}

std::set<std::string> enter_horses(sql_session& session,
                                   const ledger_context& context,
                                   const std::set<std::string>& ids) {
  std::set<std::string> out;
  auto to_values = [&](const std::string& id, std::vector<sql_value>& values) {
    values.insert(values.end(),
                  {id, std::string{"pending"}, text_value(context.run_id),
                   context.now, context.now});
  };
  in_pieces(ids, to_values,
            [&](const std::vector<sql_value>& values, std::size_t rows) {
              for (const auto& row : session.query(
                     "INSERT INTO racefill_horses (horse_id,state,run_id,"
                     "first_seen_at,updated_at) VALUES "
                       + value_tuples(session.kind(), rows, 5)
                       + " ON CONFLICT (horse_id) DO NOTHING "
                         "RETURNING horse_id",
                     values))
                out.insert(row[0].value_or(""));
            });
  return out;
}

void save_quarantine(sql_session& session, const ledger_context& context,
                     const std::vector<quarantine_row>& rows) {
  std::map<std::string, const quarantine_row*> sorted; // Locks in one order.
  for (const auto& row : rows)
    sorted.emplace(content_hash(row), &row);
  auto to_values = [&](const auto& item, std::vector<sql_value>& out) {
    const auto& x = *item.second;
    out.emplace_back(item.first);
    for (const auto* text : {&x.source, &x.source_key, &x.table_name,
                             &x.row_key, &x.column, &x.reason, &x.payload})
      out.push_back(text_value(cleaned(*text, payload_max)));
    out.push_back(text_value(context.run_id));
    out.emplace_back(context.now);
  };
  in_pieces(sorted, to_values,
            [&](const std::vector<sql_value>& values, std::size_t count) {
              session.execute(
                "INSERT INTO racefill_quarantine (content_hash,source,"
                "source_key,table_name,row_key,column_name,reason,payload,"
                "run_id,created_at) VALUES "
                  + value_tuples(session.kind(), count, 10)
                  + " ON CONFLICT (content_hash) DO NOTHING",
                values);
            });
}

} // namespace racefill
