#include "infra/store/batch_rows.hpp"

#include <algorithm>

#include "infra/store/value_check.hpp"

namespace racefill {
namespace {

constexpr std::size_t payload_max = 4096;

template <class Row>
void add(batch_rows& out, const table& tab, const std::vector<Row>& rows,
         std::size_t unit) {
  auto& bound = out.tables[&tab];
  std::vector<refused_value> refused;
  for (const auto& row : rows) {
    refused.clear();
    auto cells = bind_row(tab, &row, out.now, refused);
    for (const auto& value : refused)
      out.put_aside(unit, tab.name, cells.key, value.column, value.reason,
                    value.payload);
    if (cells.key.empty()) {
      out.put_aside(unit, tab.name, "", "", "the row has no key",
                    row_text(tab, cells));
      continue;
    }
    cells.unit = unit;
    bound.push_back(std::move(cells));
  }
}

void add_quarantine(batch_rows& out, const std::vector<quarantine_row>& rows,
                    std::size_t unit) {
  for (const auto& row : rows) {
    out.quarantine.push_back(row);
    ++out.units[unit].quarantined;
  }
}

void add_unit(batch_rows& out, const day_unit& x, std::size_t unit) {
  add(out, courses_table(), x.courses, unit);
  add(out, jockeys_table(), x.jockeys, unit);
  add(out, trainers_table(), x.trainers, unit);
  add(out, owners_table(), x.owners, unit);
  add(out, horses_table(), x.horses, unit);
  add(out, pedigree_table(), x.pedigrees, unit);
  add(out, races_table(), x.races, unit);
  add(out, runners_table(), x.runners, unit);
  add(out, bookmakers_table(), x.bookmakers, unit);
  add_quarantine(out, x.quarantine, unit);
}

/// A row's parents must be there before it, even if only by their id.
void add_stubs(batch_rows& out, const table& child) {
  const auto found = out.tables.find(&child);
  if (found == out.tables.end())
    return;
  for (const auto& fk : child.foreign_keys) {
    const auto& targets = target_tables();
    const auto parent
      = std::find_if(targets.begin(), targets.end(),
                     [&](const auto* x) { return x->name == fk.parent; });
    if (parent == targets.end() || !(*parent)->is_stamped())
      continue; // A race cannot be made up from its id.
    auto& rows = out.tables[*parent];
    std::set<std::string> known;
    for (const auto& row : rows)
      known.insert(row.key);
    const auto cell = child.index_of(fk.column);
    for (const auto& row : found->second) {
      const auto* id = std::get_if<std::string>(&row.cells[cell]);
      if (id == nullptr || !known.insert(*id).second)
        continue;
      rows.push_back(stub_row(**parent, *id, out.now));
      rows.back().unit = row.unit;
    }
  }
}

} // namespace

void batch_rows::put_aside(std::size_t unit, std::string table_name,
                           std::string key, std::string column,
                           std::string reason, std::string payload) {
  auto& label = units[unit];
  ++label.quarantined;
  quarantine.push_back({label.source, label.key, std::move(table_name),
                        std::move(key), std::move(column), std::move(reason),
                        std::move(payload)});
}

batch_rows collect_rows(const write_batch& batch, const std::string& now) {
  batch_rows out;
  out.now = now;
  for (const auto& x : batch.days) {
    out.units.push_back({"racecards", to_string(x.day)});
    add_unit(out, x, out.units.size() - 1);
  }
  for (const auto& x : batch.horses) {
    out.units.push_back({"horse", x.horse_id});
    add(out, horses_table(), x.horses, out.units.size() - 1);
    add(out, pedigree_table(), x.pedigrees, out.units.size() - 1);
    add_quarantine(out, x.quarantine, out.units.size() - 1);
  }
  for (const auto& x : batch.references) {
    out.units.push_back({"courses", ""});
    add(out, courses_table(), x.courses, out.units.size() - 1);
    add(out, bookmakers_table(), x.bookmakers, out.units.size() - 1);
    add_quarantine(out, x.quarantine, out.units.size() - 1);
  }
  for (const auto* tab : target_tables())
    add_stubs(out, *tab);
  for (auto& [tab, rows] : out.tables)
    merge_rows(*tab, rows);
  return out;
}

std::string row_text(const table& tab, const bound_row& row) {
  std::string out;
  // Only what came with the row: clocks would make each finding a new one.
  for (std::size_t i = 0; i < tab.columns.size(); ++i)
    if (const auto text = to_text(row.cells[i]); text && tab.columns[i].get)
      out += (out.empty() ? "" : "; ") + tab.columns[i].name + "=" + *text;
  return cleaned(out, payload_max);
}

} // namespace racefill
