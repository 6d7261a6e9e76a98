#include "infra/facts/table_totals.hpp"

namespace racefill {
namespace {

table_total from_days(const std::string& table,
                      const std::vector<day_facts>& days,
                      std::int64_t day_facts::*count) {
  table_total out;
  out.table = table;
  out.exists = true;
  out.by = "race_date";
  for (const auto& x : days) {
    out.rows += x.*count;
    out.by_year[x.day.year()] += x.*count;
    if (x.*count == 0)
      continue;
    if (!out.first.known())
      out.first = x.day;
    out.last = x.day;
  }
  return out;
}

table_total from_table(report_database& db, const std::string& table) {
  table_total out;
  out.table = table;
  out.exists = db.has(table);
  if (!out.exists)
    return out;
  if (!db.has(table, "created_at")) {
    out.rows = db.number("SELECT COUNT(*) FROM " + table);
    return out;
  }
  out.by = "created_at";
  for (const auto& row : db.query(
         "SELECT " + db.year_of("created_at") + " AS y,COUNT(*),"
         + db.day_text("MIN(created_at)") + "," + db.day_text("MAX(created_at)")
         + " FROM " + table + " GROUP BY 1 ORDER BY 1")) {
    out.rows += to_number(row[1]);
    if (!row[0])
      continue; // A row of the job before us without a date of making.
    out.by_year[static_cast<int>(to_number(row[0]))] += to_number(row[1]);
    if (!out.first.known())
      out.first = to_day(row[2]);
    out.last = to_day(row[3]);
  }
  return out;
}

} // namespace

std::vector<table_total> read_table_totals(report_database& db,
                                           const std::vector<day_facts>& days) {
  std::vector<table_total> out{
    from_days("ra_mst_races", days, &day_facts::races),
    from_days("ra_mst_runners", days, &day_facts::runners)};
  for (auto& x : out)
    x.exists = db.has(x.table);
  // Runners without a race belong to no day, but to the total.
  if (out[1].exists)
    out[1].rows = db.number("SELECT COUNT(*) FROM ra_mst_runners");
  for (const char* table :
       {"ra_horses", "ra_jockeys", "ra_trainers", "ra_owners",
        "ra_horse_pedigree", "ra_courses", "ra_bookmakers"})
    out.push_back(from_table(db, table));
  return out;
}

enrichment_facts read_enrichment(report_database& db) {
  enrichment_facts out;
  if (!db.has("ra_horses"))
    return out;
  db.require("ra_horses", {"horse_id", "dob"});
  const std::string colour
    = db.has("ra_horses", "colour_code") ? "COUNT(colour_code)" : "0";
  const auto rows
    = db.query("SELECT COUNT(*),COUNT(dob)," + colour + " FROM ra_horses");
  out.horses = to_number(rows.at(0)[0]);
  out.with_dob = to_number(rows[0][1]);
  out.with_colour_code = to_number(rows[0][2]);
  if (db.has("ra_horse_pedigree"))
    out.with_pedigree = db.number(
      "SELECT COUNT(*) FROM ra_horses h JOIN ra_horse_pedigree p "
      "ON p.horse_id=h.horse_id");
  return out;
}

std::int64_t read_database_bytes(report_database& db) {
  return db.number(db.kind() == dialect::sqlite
                     ? "SELECT page_count*page_size FROM pragma_page_count(),"
                       "pragma_page_size()"
                     : "SELECT pg_database_size(current_database())");
}

} // namespace racefill
