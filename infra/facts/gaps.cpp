#include "infra/facts/gaps.hpp"

#include <set>

namespace racefill {
namespace {

/// Days that brought the same twice, as the ledger has it.
std::set<date> confirmed_days(report_database& db, const std::string& source) {
  std::set<date> out;
  if (!db.has("racefill_attempts") || !db.has("racefill_days"))
    return out;
  for (const auto& row : db.query(
         "SELECT a.item FROM racefill_attempts a JOIN racefill_days d ON "
         + db.day_text("d.day")
         + "=a.item AND d.state=a.state AND d.races=a.races AND "
           "d.runners=a.runners WHERE d.source="
         + sql_text(source) + " GROUP BY a.item HAVING COUNT(*)>1"))
    out.insert(to_day(row[0]));
  return out;
}

} // namespace

std::vector<date> read_gap_days(report_database& db, const day_range& range,
                                date today, const std::string& source,
                                const std::vector<std::string>& regions) {
  const auto ledger = read_ledger_days(db, source);
  std::map<date, const ledger_day*> records;
  for (const auto& x : ledger)
    records[x.day] = &x;
  const auto confirmed = confirmed_days(db, source);
  std::vector<date> out;
  for (const auto& cell :
       coverage_of(range, today, read_day_facts(db, regions), ledger)) {
    const auto record = records.find(cell.day);
    const bool differs = record != records.end()
                         && (record->second->races != cell.races
                             || record->second->runners != cell.runners);
    switch (cell.state) {
      case cell_state::not_offered:
      case cell_state::future:
        break;
      case cell_state::empty:
      case cell_state::done:
        if (differs)
          out.push_back(cell.day);
        break;
      case cell_state::thin:
        if (differs || confirmed.count(cell.day) == 0)
          out.push_back(cell.day);
        break;
      case cell_state::provisional:
      case cell_state::pending:
      case cell_state::failed:
      case cell_state::unproved:
        if (cell.day < today)
          out.push_back(cell.day);
        break;
    }
  }
  return out;
}

} // namespace racefill
