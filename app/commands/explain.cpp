/// EXPLAIN: the whole life of one day or one horse.
#include <utility>
#include <vector>

#include "app/commands/command.hpp"
#include "app/commands/report_scope.hpp"
#include "app/print/json_report.hpp"
#include "infra/facts/coverage.hpp"

namespace racefill {
namespace {

/// A life as pairs of name and text, in the order of telling.
struct life {
  std::string of; ///< `2024-03-01` or `hrs_1`.
  std::vector<std::pair<std::string, std::string>> lines;
  bool known = false; ///< The database has heard of it.

  void tell(std::string name, std::string text) {
    if (!text.empty())
      lines.emplace_back(std::move(name), std::move(text));
  }
};

std::string clock_of(const std::optional<std::string>& cell) {
  return cell ? cell->substr(0, 19) : "";
}

void tell_run(report_database& db, const std::string& run_id, life& out) {
  if (run_id.empty() || !db.has("racefill_runs"))
    return;
  const auto rows
    = db.query("SELECT started_at,ended_at,outcome FROM racefill_runs WHERE "
               "run_id="
               + sql_text(run_id));
  std::string text = run_id;
  if (!rows.empty())
    text += ", begun " + clock_of(rows[0][0]) + ", "
            + (rows[0][1]
                 ? rows[0][2].value_or("ended") + ' ' + clock_of(rows[0][1])
                 : std::string{"not ended"});
  out.tell("by run", text);
}

void tell_quarantine(report_database& db, const std::string& condition,
                     life& out) {
  if (!db.has("racefill_quarantine"))
    return;
  const auto count
    = db.number("SELECT COUNT(*) FROM racefill_quarantine WHERE " + condition);
  if (count == 0)
    return;
  out.tell("quarantined", with_commas(count) + " values");
  for (const auto& row :
       db.query("SELECT table_name,row_key,column_name,reason FROM "
                "racefill_quarantine WHERE "
                + condition + " ORDER BY created_at,content_hash LIMIT 10"))
    out.tell("", row[0].value_or("") + ' ' + row[1].value_or("") + ' '
                   + row[2].value_or("") + ": " + row[3].value_or(""));
}

/// Every time it was asked for, the oldest first.
void tell_attempts(report_database& db, life& out) {
  if (!db.has("racefill_attempts"))
    return;
  constexpr std::size_t shown_max = 20;
  const auto where = " FROM racefill_attempts WHERE item=" + sql_text(out.of);
  const auto count = db.number("SELECT COUNT(*)" + where);
  if (count == 0)
    return;
  out.known = true;
  out.tell("asked", with_commas(count) + (count == 1 ? " time" : " times"));
  const auto rows
    = db.query("SELECT at,state,requests,responses,races,runners,error" + where
               + " ORDER BY at DESC LIMIT " + std::to_string(shown_max));
  for (auto row = rows.rbegin(); row != rows.rend(); ++row) {
    const auto& x = *row;
    auto text = clock_of(x[0]) + ": " + x[1].value_or("");
    const auto runners = to_number(x[5]);
    if (runners > 0 || to_number(x[4]) > 0)
      text += ", " + with_commas(to_number(x[4])) + " races, "
              + with_commas(runners) + " runners";
    if (x[3])
      text += "; responses: " + *x[3];
    else if (to_number(x[2]) > 0)
      text += "; " + with_commas(to_number(x[2])) + " requests";
    if (x[6])
      text += "; " + *x[6];
    out.tell("", text);
  }
}

/// The ledger's row of the day; pending when there is none.
day_state tell_ledger_day(report_database& db, const std::string& source,
                          life& out) {
  if (!db.has("racefill_days"))
    return day_state::pending;
  const auto rows = db.query(
    "SELECT state,attempts,races,runners,foreign_races,dropped_runners,"
    "quarantined,error,run_id,first_seen_at,settled_at,updated_at FROM "
    "racefill_days WHERE source="
    + sql_text(source) + " AND day=" + sql_text(out.of));
  if (rows.empty())
    return day_state::pending;
  const auto& row = rows[0];
  out.known = true;
  out.tell("state", row[0].value_or("pending"));
  out.tell("requests", row[1].value_or("0"));
  out.tell("reason", row[7].value_or(""));
  out.tell("first seen", clock_of(row[9]));
  out.tell("settled", clock_of(row[10]));
  out.tell("last changed", clock_of(row[11]));
  tell_run(db, row[8].value_or(""), out);
  out.tell("ledger counts", row[2].value_or("0") + " races ("
                              + row[4].value_or("0") + " foreign), "
                              + row[3].value_or("0") + " runners, "
                              + row[5].value_or("0") + " dropped, "
                              + row[6].value_or("0") + " values quarantined");
  const auto state = parse_day_state(row[0].value_or(""));
  return state ? *state : day_state::pending;
}

void tell_races(report_database& db, life& out) {
  db.require("ra_mst_races", {"race_id", "race_date"});
  const std::string course
    = db.has("ra_mst_races", "course_name") ? "MAX(r.course_name)" : "NULL";
  const std::string off = db.has("ra_mst_races", "off_time") ? "MAX(r.off_time)"
                                                             : "NULL";
  const auto rows = db.query(
    "SELECT r.race_id," + course + ',' + off
    + ",COUNT(u.runner_id) FROM ra_mst_races r LEFT JOIN ra_mst_runners u ON "
      "u.race_id=r.race_id WHERE r.race_date="
    + sql_text(out.of) + " GROUP BY r.race_id ORDER BY r.race_id LIMIT 200");
  std::int64_t runners = 0;
  for (const auto& row : rows)
    runners += to_number(row[3]);
  out.tell("rows now", std::to_string(rows.size()) + " races, "
                         + with_commas(runners) + " runners");
  for (const auto& row : rows)
    out.tell("", row[0].value_or("") + "  " + row[2].value_or("") + ' '
                   + row[1].value_or("") + ", " + row[3].value_or("0")
                   + " runners");
  out.known = out.known || !rows.empty();
}

life life_of_day(const command_context& context, report_database& db,
                 date day) {
  life out;
  out.of = to_string(day);
  const auto state = tell_ledger_day(db, store_settings_of(context).source,
                                     out);
  if (!out.known)
    out.tell("state", "never asked");
  tell_attempts(db, out);
  if (db.exists())
    tell_races(db, out);
  tell_quarantine(db, "source_key=" + sql_text(out.of), out);
  const auto request = plan_request_of(context);
  const auto reason = reason_for(request, day, state);
  if (day < request.start || day > request.end)
    out.tell("next run", "leaves it alone: outside " + to_string(request.start)
                           + " to " + to_string(request.end));
  else
    out.tell("next run",
             std::string{is_asked(reason) ? "asks it: " : "leaves it alone: "}
               + to_string(reason));
  return out;
}

void tell_horse_row(report_database& db, life& out) {
  db.require("ra_horses", {"horse_id", "name", "dob"});
  for (const auto& row :
       db.query("SELECT name,dob,sex,colour,region,created_at,updated_at FROM "
                "ra_horses WHERE horse_id="
                + sql_text(out.of))) {
    out.known = true;
    out.tell("name", row[0].value_or(""));
    out.tell("born", row[1].value_or("not known"));
    std::string looks;
    for (const auto i : {2U, 3U, 4U})
      if (row[i])
        looks += (looks.empty() ? "" : ", ") + *row[i];
    out.tell("is", looks);
    out.tell("row made", clock_of(row[5]));
    out.tell("row changed", clock_of(row[6]));
  }
  if (!db.has("ra_horse_pedigree"))
    return;
  const auto rows = db.query("SELECT sire,dam,damsire,breeder FROM "
                             "ra_horse_pedigree WHERE horse_id="
                             + sql_text(out.of));
  if (rows.empty())
    out.tell("pedigree", "none");
  else
    out.tell("pedigree", rows[0][0].value_or("?") + " out of "
                           + rows[0][1].value_or("?") + " by "
                           + rows[0][2].value_or("?") + "; bred by "
                           + rows[0][3].value_or("?"));
}

void tell_career(report_database& db, life& out) {
  const auto rows = db.query(
    "SELECT COUNT(*),MIN(r.race_date),MAX(r.race_date) FROM ra_mst_runners u "
    "JOIN ra_mst_races r ON r.race_id=u.race_id WHERE u.horse_id="
    + sql_text(out.of));
  const auto count = rows.empty() ? 0 : to_number(rows[0][0]);
  out.known = out.known || count > 0;
  out.tell("races", count == 0 ? "none"
                               : with_commas(count) + ", "
                                   + to_string(to_day(rows[0][1])) + " to "
                                   + to_string(to_day(rows[0][2])));
}

void tell_ledger_horse(report_database& db, life& out) {
  if (!db.has("racefill_horses"))
    return;
  const auto rows = db.query("SELECT state,attempts,error,run_id,first_seen_at,"
                             "updated_at FROM racefill_horses WHERE horse_id="
                             + sql_text(out.of));
  if (rows.empty()) {
    out.tell("profile", "the ledger does not know this horse");
    return;
  }
  const auto& row = rows[0];
  out.known = true;
  const auto state = row[0].value_or("pending");
  out.tell("profile", state);
  out.tell("requests", row[1].value_or("0"));
  out.tell("reason", row[2].value_or(""));
  out.tell("first seen", clock_of(row[4]));
  out.tell("last changed", clock_of(row[5]));
  tell_run(db, row[3].value_or(""), out);
  out.tell("next run", state == "pending"  ? "asks it: not asked yet"
                       : state == "failed" ? "asks it: failed before"
                       : state == "done"
                         ? "leaves it alone: done"
                         : "leaves it alone: unknown to the provider");
}

life life_of_horse(report_database& db, const std::string& id) {
  life out;
  out.of = id;
  if (!db.exists())
    return out;
  tell_horse_row(db, out);
  tell_ledger_horse(db, out);
  tell_attempts(db, out);
  tell_career(db, out);
  tell_quarantine(
    db, "source_key=" + sql_text(id) + " OR row_key=" + sql_text(id), out);
  return out;
}

std::string text_of(const life& x, const terminal_look& look) {
  auto out = tinted(look, tint::bold, x.of) + '\n';
  for (const auto& [name, text] : x.lines) {
    auto margin = "  " + name;
    margin.resize(18, ' ');
    const auto body = wrapped_text(text, 18);
    out += margin + (body.size() > 18 ? body.substr(18) : "\n");
  }
  return out;
}

std::string json_of(const life& x, const std::string& database) {
  json_report out;
  out.open('{')
    .member("schema", report_schema)
    .member("report", "explain")
    .member("database", database)
    .member("subject", x.of)
    .member("known", x.known)
    .open("lines", '[');
  for (const auto& [name, text] : x.lines)
    out.open('{').member("name", name).member("text", text).close();
  return out.close().close().take();
}

} // namespace

int explain_command(const command_context& context) {
  return with_report_database(context, [&](report_database& db) {
    const auto& subject = context.call.subject;
    const auto day = parse_date(subject);
    const auto found = day ? life_of_day(context, db, *day)
                           : life_of_horse(db, subject);
    if (!found.known && !day)
      return fail_with(exit_status::left, db.name() + " knows no horse "
                                            + subject
                                            + "; ids look like hrs_123456");
    return print_report(context.call.json
                          ? json_of(found, db.name())
                          : text_of(found, look_of_stdout(context.env)),
                        0);
  });
}

} // namespace racefill
