#include "infra/facts/repair.hpp"

#include <map>

#include "infra/store/lease.hpp"
#include "infra/store/ledger.hpp"

namespace racefill {
namespace {

/// The days to ask again, with the checks that want it.
std::map<date, std::string> days_to_ask(const check_report& report) {
  std::map<date, std::string> out;
  for (const auto& check : report.checks)
    if (check.mends == repair_kind::days && check.outcome != verdict::pass)
      for (const auto day : check.repair_days) {
        auto& reason = out[day];
        reason += (reason.empty() ? "validate: " : ", ") + check.id;
      }
  return out;
}

std::int64_t enqueue_days(sql_session& session, const check_report& report,
                          const std::string& source, const std::string& now) {
  const auto sql
    = "INSERT INTO racefill_days (source,day,state,error,first_seen_at,"
      "settled_at,updated_at) VALUES "
      + value_tuples(session.kind(), 1, 7)
      + " ON CONFLICT (source,day) DO UPDATE SET state=excluded.state,"
        "error=excluded.error,updated_at=excluded.updated_at";
  const auto days = days_to_ask(report);
  for (const auto& [day, reason] : days)
    session.execute(sql, {source, to_string(day), std::string{"pending"},
                          reason, now, now, now});
  return static_cast<std::int64_t>(days.size());
}

/// `select` gives ids and has a WHERE, as SQLite's grammar wants before ON.
std::int64_t enqueue_horses(sql_session& session, const std::string& select,
                            const std::string& now) {
  return session.execute(
    "INSERT INTO racefill_horses (horse_id,state,first_seen_at,updated_at) "
    "SELECT x.horse_id,'pending',"
    + sql_text(now) + ',' + sql_text(now) + " FROM (" + select
    + ") x WHERE x.horse_id IS NOT NULL ON CONFLICT (horse_id) DO UPDATE SET "
      "state='pending',updated_at=excluded.updated_at WHERE "
      "racefill_horses.state NOT IN ('pending','not_found')");
}

bool wants(const check_report& report, repair_kind kind) {
  for (const auto& check : report.checks)
    if (check.mends == kind && check.outcome != verdict::pass)
      return true;
  return false;
}

} // namespace

caf::expected<repair_result>
enqueue_repairs(sql_session& session, const check_report& report,
                const std::string& source, const lease_claim& claim) {
  repair_result out;
  try {
    transaction guard{session, access_mode::write};
    const auto grant = take_lease(session, claim);
    const auto now = now_text();
    out.days = enqueue_days(session, report, source, now);
    if (wants(report, repair_kind::unenriched_horses))
      out.horses += enqueue_horses(
        session,
        "SELECT h.horse_id FROM ra_horses h LEFT JOIN ra_horse_pedigree p ON "
        "p.horse_id=h.horse_id WHERE h.dob IS NULL OR p.horse_id IS NULL",
        now);
    if (wants(report, repair_kind::orphaned_horses))
      out.horses
        += enqueue_horses(session,
                          "SELECT DISTINCT u.horse_id FROM ra_mst_runners u "
                          "LEFT JOIN ra_horses h "
                          "ON h.horse_id=u.horse_id WHERE h.horse_id IS NULL",
                          now);
    drop_lease(session, grant);
    guard.commit();
  } catch (const sql_error& err) {
    return to_error(err);
  }
  return out;
}

} // namespace racefill
