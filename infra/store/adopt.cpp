#include "infra/store/adopt.hpp"

#include "infra/store/ddl.hpp"
#include "infra/store/ledger.hpp"
#include "infra/store/merge.hpp"
#include "infra/store/schema_gate.hpp"

namespace racefill {
namespace {

std::int64_t count(sql_session& session, const std::string& from) {
  const auto rows = session.query("SELECT COUNT(*) FROM " + from);
  return std::stoll(rows[0][0].value_or("0"));
}

/// A day's text for `instant` columns and `day` columns: PostgreSQL does not
/// guess a parameter's type inside a SELECT.
std::string typed(dialect kind, std::size_t n, const char* type) {
  const auto own = placeholder(kind, n);
  return kind == dialect::postgres ? "CAST(" + own + " AS " + type + ")" : own;
}

void adopt_horses(sql_session& session, const std::string& now) {
  const auto kind = session.kind();
  session.execute(
    "INSERT INTO racefill_horses (horse_id,state,first_seen_at,updated_at) "
    "SELECT h.horse_id, CASE WHEN h.dob IS NOT NULL "
    "AND h.colour_code IS NOT NULL AND h.colour_code <> '' "
    "AND EXISTS (SELECT 1 FROM ra_horse_pedigree p "
    "WHERE p.horse_id = h.horse_id) THEN 'done' ELSE 'pending' END, "
      + typed(kind, 1, "timestamptz") + ", " + typed(kind, 2, "timestamptz")
      + " FROM ra_horses h WHERE h.horse_id <> '' ORDER BY h.horse_id "
        "ON CONFLICT (horse_id) DO NOTHING",
    {now, now});
}

void adopt_days(sql_session& session, const adoption_settings& settings,
                const std::string& now) {
  const auto kind = session.kind();
  constexpr auto complete = "d.bare = 0 AND d.runners >= 2 * d.races";
  // Old tables may keep the day as text or as an instant.
  const std::string day = kind == dialect::postgres
                            ? "CAST(r.race_date AS date)"
                            : "substr(r.race_date,1,10)";
  session.execute(
    "INSERT INTO racefill_days (source,day,state,races,runners,error,"
    "first_seen_at,settled_at,updated_at) SELECT "
      + typed(kind, 1, "text") + ", d.day, CASE WHEN " + complete
      + " THEN 'done' ELSE 'pending' END, d.races, d.runners, CASE WHEN "
      + complete
      + " THEN NULL ELSE 'before racefill: ' || d.races || ' races, ' || "
        "d.bare || ' without runners, ' || d.runners || ' runners' END, "
      + typed(kind, 2, "timestamptz") + ", CASE WHEN " + complete + " THEN "
      + typed(kind, 3, "timestamptz") + " END, " + typed(kind, 4, "timestamptz")
      + " FROM (SELECT " + day
      + " AS day, COUNT(*) AS races, SUM(COALESCE(n.runners,0)) AS runners, "
        "SUM(CASE WHEN n.runners IS NULL THEN 1 ELSE 0 END) AS bare "
        "FROM ra_mst_races r LEFT JOIN (SELECT race_id, COUNT(*) AS runners "
        "FROM ra_mst_runners GROUP BY race_id) n ON n.race_id = r.race_id "
        "WHERE r.race_date IS NOT NULL GROUP BY "
      + day + ") d WHERE d.day < " + typed(kind, 5, "date")
      + " ORDER BY d.day ON CONFLICT (source,day) DO NOTHING",
    {settings.source, now, now, now, to_string(settings.today)});
}

/// The stamp of a value that came with a profile nobody knows the day of: above
/// every card's, below any profile's to come. The other values are as good as a
/// card's, so they get none; but a gelding stays one.
std::string adopted_stamp(const column& col) {
  const auto name = quoted(col.name);
  switch (col.rank) {
    case rank_rule::by_source:
      return "CASE WHEN " + name + " IS NULL THEN '" + stamp_none
             + "' ELSE '200000000' END";
    case rank_rule::gelding:
      return "CASE WHEN " + name + " IN ('gelding','G') THEN '900000000' ELSE '"
             + stamp_none + "' END";
    case rank_rule::even:
      break;
  }
  return std::string{"'"} + stamp_none + "'";
}

/// A horse that is done is not asked again: what its profile told must not
/// lose to the next card, which writes the name without its country.
void stamp_done_horses(sql_session& session, const table& tab) {
  std::string stamps;
  for (const auto& col : tab.columns)
    if (col.rule == merge_rule::stamped)
      stamps += (stamps.empty() ? "" : " || ") + adopted_stamp(col);
  session.execute("UPDATE " + quoted(tab.name) + " SET provenance=" + stamps
                  + " WHERE provenance IS NULL AND horse_id IN (SELECT "
                    "horse_id FROM racefill_horses WHERE state='done')");
}

/// The claim is the runner's, not the jockey's. What cannot be a person's name
/// (NON-RUNNER) is left to the next card that names him.
std::int64_t mend_names(sql_session& session, const std::string& now) {
  const auto kind = session.kind();
  if (kind == dialect::postgres)
    return session.execute("UPDATE ra_jockeys SET name=regexp_replace(name,"
                           "'\\s*\\(\\d{1,2}\\)$',''),updated_at=$1 "
                           "WHERE name ~ '[^\\s(]\\s*\\(\\d{1,2}\\)$' "
                           "AND name NOT LIKE 'NON-RUNNER%'",
                           {now});
  return session.execute(
    "UPDATE ra_jockeys SET name=rtrim(substr(name,1,instr(name,'(')-1)),"
    "updated_at=? WHERE (name GLOB '?*([0-9])' OR name GLOB '?*([0-9][0-9])') "
    "AND instr(name,'(') > 1 AND name NOT LIKE 'NON-RUNNER%' "
    "AND length(name) - length(replace(name,'(','')) = 1",
    {now});
}

} // namespace

caf::expected<adoption_result>
adopt_existing(sql_session& session, const adoption_settings& settings) {
  try {
    transaction guard{session, access_mode::migrate};
    check_schema_version(session);
    const auto now = now_text();
    adoption_result out;
    const auto done = [&](const char* table_name) {
      return count(session, table_name + std::string{" WHERE state='done'"});
    };
    const auto horses_done = done("racefill_horses");
    const auto horses = count(session, "racefill_horses");
    const auto days_done = done("racefill_days");
    const auto days = count(session, "racefill_days");
    adopt_horses(session, now);
    stamp_done_horses(session, horses_table());
    stamp_done_horses(session, pedigree_table());
    adopt_days(session, settings, now);
    out.names_mended = mend_names(session, now);
    out.horses_done = done("racefill_horses") - horses_done;
    out.horses_pending = count(session, "racefill_horses") - horses
                         - out.horses_done;
    out.days_done = done("racefill_days") - days_done;
    out.days_pending = count(session, "racefill_days") - days - out.days_done;
    guard.commit();
    return out;
  } catch (const sql_error& err) {
    return to_error(err);
  }
}

} // namespace racefill
