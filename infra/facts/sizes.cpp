#include "infra/facts/sizes.hpp"

#include <algorithm>

#include "infra/facts/table_totals.hpp"
#include "infra/sql/dialect.hpp"

namespace racefill {

database_size measure_database(report_database& db, date today) {
  auto count = [&](const char* table) {
    return db.has(table)
             ? db.number(std::string{"SELECT COUNT(*) FROM "} + table)
             : 0;
  };
  return {today, read_database_bytes(db), count("ra_mst_races"),
          count("ra_mst_runners"), count("ra_horses")};
}

std::vector<database_size> read_sizes(report_database& db) {
  std::vector<database_size> out;
  if (!db.has("racefill_sizes"))
    return out;
  for (const auto& row :
       db.query("SELECT " + db.day_text("taken_on")
                + ",bytes,races,runners,horses FROM racefill_sizes ORDER BY "
                  "taken_on"))
    out.push_back({to_day(row[0]), to_number(row[1]), to_number(row[2]),
                   to_number(row[3]), to_number(row[4])});
  return out;
}

caf::expected<void> note_size(sql_session& session, const database_size& size) {
  try {
    transaction guard{session, access_mode::write};
    session.execute(
      "INSERT INTO racefill_sizes (taken_on,bytes,races,runners,horses) VALUES "
        + value_tuples(session.kind(), 1, 5)
        + " ON CONFLICT (taken_on) DO UPDATE SET bytes=excluded.bytes,"
          "races=excluded.races,runners=excluded.runners,"
          "horses=excluded.horses",
      {to_string(size.taken_on), size.bytes, size.races, size.runners,
       size.horses});
    guard.commit();
  } catch (const sql_error& err) {
    return to_error(err);
  }
  return caf::unit;
}

const database_size* size_on(const std::vector<database_size>& sizes,
                             date day) {
  const database_size* out = nullptr;
  for (const auto& x : sizes)
    if (x.taken_on <= day)
      out = &x;
  return out;
}

} // namespace racefill
