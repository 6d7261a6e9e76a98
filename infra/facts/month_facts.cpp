#include "infra/facts/month_facts.hpp"

#include "infra/store/ledger.hpp"

namespace racefill {
namespace {

/// `column` within the month, as both databases compare instants.
std::string within(const std::string& column, const day_range& days) {
  return column + ">=" + sql_text(to_string(days.first) + "T00:00:00Z")
         + " AND " + column + "<"
         + sql_text(to_string(days.last + 1) + "T00:00:00Z");
}

void read_runs(report_database& db, month_facts& out) {
  if (!db.has("racefill_runs"))
    return;
  const auto when = within("started_at", out.days);
  out.runs_all = db.number("SELECT COUNT(*) FROM racefill_runs WHERE " + when);
  for (const auto& row :
       db.query("SELECT started_at,ended_at,outcome,exit_status FROM "
                "racefill_runs WHERE "
                + when + " ORDER BY started_at DESC LIMIT "
                + std::to_string(month_runs_max)))
    out.runs.push_back({instant_text(row[0].value_or("")),
                        instant_text(row[1].value_or("")), row[2].value_or(""),
                        row[1] ? row[3].value_or("") : ""});
}

void read_attempts(report_database& db, month_facts& out) {
  if (!db.has("racefill_attempts"))
    return;
  const auto when = within("at", out.days);
  // A day begins with a digit, a horse's id with a letter.
  for (const auto& row :
       db.query("SELECT CASE WHEN item<'A' THEN 0 ELSE 1 END,state,COUNT(*),"
                "SUM(requests) FROM racefill_attempts WHERE "
                + when + " GROUP BY 1,2 ORDER BY 1,2"))
    out.attempts.push_back({to_number(row[0]) == 1, row[1].value_or(""),
                            to_number(row[2]), to_number(row[3])});
  for (const auto& row :
       db.query("SELECT error,COUNT(*) FROM racefill_attempts WHERE "
                "state='failed' AND "
                + when + " GROUP BY error ORDER BY 2 DESC,1 LIMIT 10"))
    out.reasons.emplace_back(row[0].value_or("?"), to_number(row[1]));
}

void read_rows(report_database& db, month_facts& out) {
  for (const char* table : {"ra_mst_races", "ra_mst_runners", "ra_horses",
                            "ra_horse_pedigree", "ra_jockeys", "ra_trainers",
                            "ra_owners", "ra_courses", "ra_bookmakers"})
    if (db.has(table, "created_at"))
      out.rows.emplace_back(
        table, db.number(std::string{"SELECT COUNT(*) FROM "} + table
                         + " WHERE " + within("created_at", out.days)));
}

} // namespace

date next_month(date first) noexcept {
  const std::chrono::year_month_day ymd{first.sys()};
  return to_date(std::chrono::sys_days{
    (ymd.year() / ymd.month() + std::chrono::months{1}) / 1});
}

month_facts read_month(report_database& db, date first,
                       const std::string& source) {
  month_facts out;
  out.days = {first, next_month(first) + -1};
  read_runs(db, out);
  read_attempts(db, out);
  read_rows(db, out);
  if (db.has("racefill_quarantine"))
    out.quarantined
      = db.number("SELECT COUNT(*) FROM racefill_quarantine WHERE "
                  + within("created_at", out.days));
  if (db.has("racefill_days"))
    for (const auto& row :
         db.query("SELECT state,COUNT(*) FROM racefill_days WHERE source="
                  + sql_text(source) + " GROUP BY state ORDER BY state"))
      out.states.emplace_back(row[0].value_or(""), to_number(row[1]));
  out.sizes = read_sizes(db);
  return out;
}

} // namespace racefill
