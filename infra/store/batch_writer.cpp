#include "infra/store/batch_writer.hpp"

#include <algorithm>

#include "infra/store/attempts.hpp"
#include "infra/store/batch_rows.hpp"
#include "infra/store/removed_runners.hpp"
#include "infra/store/row_writer.hpp"

namespace racefill {
namespace {

using key_set = std::set<std::string>;

/// Everything that one write() needs to remember.
struct writing {
  sql_session& session;
  const plan_map& plans;
  const ledger_context& context;
  const write_batch& batch;
  batch_rows rows;
  batch_outcome out;
  std::map<const table*, key_set> refused;    ///< Keys that are not stored.
  std::map<std::size_t, std::string> reasons; ///< The first one, by unit.
  std::vector<attempt_entry> attempts;
};

void refuse_row(writing& w, const table& tab, const bound_row& row,
                const std::string& reason) {
  w.rows.put_aside(row.unit, tab.name, row.key, "", reason, row_text(tab, row));
  w.reasons.emplace(row.unit, tab.name + " " + row.key + ": " + reason);
  w.refused[&tab].insert(row.key);
}

/// Drops rows whose parent the database refused: in a table without foreign
/// keys they would stay behind as orphans.
void drop_orphans(writing& w, const table& tab, std::vector<bound_row>& rows) {
  for (const auto& fk : tab.foreign_keys) {
    const auto parent
      = std::find_if(w.refused.begin(), w.refused.end(), [&](const auto& x) {
          return x.first->name == fk.parent && !x.second.empty();
        });
    if (parent == w.refused.end())
      continue;
    const auto cell = tab.index_of(fk.column);
    std::erase_if(rows, [&](const bound_row& row) {
      const auto id = to_text(row.cells[cell]);
      if (!id || parent->second.count(*id) == 0)
        return false;
      refuse_row(w, tab, row,
                 "its row of " + fk.parent + " (" + *id + ") was refused");
      return true;
    });
  }
}

/// A refused entity leaves its children without parent: its bare id may do.
void write_stub(writing& w, const upsert_plan& plan, const bound_row& row) {
  const std::vector<bound_row> stub{
    stub_row(*plan.tab, row.key, w.context.now)};
  auto stored = true;
  write_rows(w.session, plan, stub,
             [&](std::size_t, const std::string&) { stored = false; });
  if (stored)
    w.refused[plan.tab].erase(row.key);
}

void write_table(writing& w, const table& tab) {
  const auto found = w.rows.tables.find(&tab);
  if (found == w.rows.tables.end() || found->second.empty())
    return;
  auto& rows = found->second;
  const auto sent = static_cast<std::int64_t>(rows.size());
  drop_orphans(w, tab, rows);
  const auto& plan = w.plans.at(&tab);
  std::vector<std::size_t> refused;
  const auto changed = write_rows(
    w.session, plan, rows, [&](std::size_t index, const std::string& reason) {
      refuse_row(w, tab, rows[index], reason);
      refused.push_back(index);
    });
  if (tab.is_stamped() && tab.foreign_keys.empty())
    for (const auto index : refused)
      write_stub(w, plan, rows[index]);
  w.out.receipt.tables.push_back({tab.name, sent, changed});
}

template <class Row, class Key>
std::int32_t
count_stored(const std::vector<Row>& rows, const key_set& refused, Key key) {
  key_set stored;
  for (const auto& row : rows)
    if (auto id = key(row); !id.empty() && refused.count(id) == 0)
      stored.insert(std::move(id));
  return static_cast<std::int32_t>(stored.size());
}

/// More refused than stored: the fault is the table's, not a row's.
bool mostly_refused(std::size_t sent, std::int32_t stored) {
  return sent > 0 && static_cast<std::size_t>(stored) * 2 < sent;
}

day_entry day_entry_of(writing& w, const day_unit& unit, std::size_t index) {
  day_entry out;
  out.day = unit.day;
  out.state = unit.state;
  out.attempts = unit.attempts;
  out.races = count_stored(unit.races, w.refused[&races_table()],
                           [](const auto& x) { return x.race_id; });
  out.runners = count_stored(unit.runners, w.refused[&runners_table()],
                             runner_id_of);
  out.foreign_races = unit.foreign_races;
  out.dropped_runners = unit.dropped_runners;
  out.quarantined = w.rows.units[index].quarantined;
  out.error = unit.error;
  const auto reason = w.reasons.find(index);
  if (reason != w.reasons.end()
      && (mostly_refused(unit.races.size(), out.races)
          || mostly_refused(unit.runners.size(), out.runners))) {
    out.state = day_state::failed;
    out.error = "the database refused most rows, see racefill_quarantine: "
                + reason->second;
  }
  return out;
}

horse_entry horse_entry_of(writing& w, const horse_unit& unit,
                           std::size_t index) {
  horse_entry out{unit.horse_id, unit.state, unit.attempts, unit.error};
  const auto reason = w.reasons.find(index);
  if (unit.state == horse_state::done && reason != w.reasons.end()) {
    out.state = horse_state::failed;
    out.error = "the database refused its row: " + reason->second;
  }
  return out;
}

void write_horse_ledger(writing& w) {
  std::vector<horse_entry> entries;
  std::vector<std::string> ids;
  for (std::size_t i = 0; i < w.batch.horses.size(); ++i) {
    entries.push_back(
      horse_entry_of(w, w.batch.horses[i], w.batch.days.size() + i));
    ids.push_back(entries.back().horse_id);
    const auto& x = entries.back();
    w.attempts.push_back({x.horse_id, to_string(x.state), x.attempts,
                          w.batch.horses[i].responses, 0, 0, x.error});
  }
  if (entries.empty())
    return;
  save_horses(w.session, w.context, entries);
  const auto states = states_of_horses(w.session, ids);
  const auto pedigrees = horses_with_pedigree(w.session, ids);
  for (const auto& x : entries) {
    const auto state = states.find(x.horse_id);
    w.out.receipt.horses.push_back(
      {x.horse_id, state == states.end() ? x.state : state->second, x.attempts,
       pedigrees.count(x.horse_id) > 0, x.error});
  }
}

void write_day_ledger(writing& w, const key_set& reported_again) {
  std::vector<day_entry> entries;
  std::vector<date> days;
  key_set horses;
  for (std::size_t i = 0; i < w.batch.days.size(); ++i) {
    entries.push_back(day_entry_of(w, w.batch.days[i], i));
    days.push_back(entries.back().day);
    const auto& x = entries.back();
    w.attempts.push_back({to_string(x.day), to_string(x.state), x.attempts,
                          w.batch.days[i].responses, x.races, x.runners,
                          x.error});
    horses.insert(w.batch.days[i].new_horses.begin(),
                  w.batch.days[i].new_horses.end());
  }
  horses.erase("");
  auto all = entries;
  for (const auto day : w.batch.not_offered) {
    all.emplace_back();
    all.back().day = day;
    all.back().state = day_state::not_offered;
    days.push_back(day);
  }
  save_days(w.session, w.context, std::move(all));
  w.out.entered_horses = enter_horses(w.session, w.context, horses);
  auto fresh = w.out.entered_horses;
  std::set_intersection(horses.begin(), horses.end(), reported_again.begin(),
                        reported_again.end(),
                        std::inserter(fresh, fresh.end()));
  const auto states = states_of_days(w.session, w.context, days);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const auto& x = entries[i];
    const auto state = states.find(x.day);
    day_receipt receipt{x.day,
                        state == states.end() ? x.state : state->second,
                        x.attempts,
                        x.races,
                        x.runners,
                        x.foreign_races,
                        x.quarantined,
                        x.error,
                        {}};
    for (const auto& id : w.batch.days[i].new_horses)
      if (fresh.erase(id) > 0)
        receipt.new_horses.push_back(id);
    w.out.receipt.days.push_back(std::move(receipt));
  }
  for (const auto day : w.batch.not_offered) {
    const auto state = states.find(day);
    if (state == states.end() || state->second == day_state::not_offered) {
      w.out.receipt.not_offered.push_back(day);
      continue;
    }
    // The ledger knows better. Whoever sent the day waits for an answer.
    day_receipt better;
    better.day = day;
    better.state = state->second;
    w.out.receipt.days.push_back(std::move(better));
  }
}

} // namespace

batch_outcome write_units(sql_session& session, const plan_map& plans,
                          const ledger_context& context,
                          const write_batch& batch,
                          const std::set<std::string>& reported_again) {
  writing w{session, plans, context, batch, collect_rows(batch, context.now),
            {},      {},    {},      {}};
  for (const auto* tab : target_tables())
    write_table(w, *tab);
  for (const auto& unit : batch.days)
    mark_removed_runners(session, unit, context.now);
  // Outcomes before new horses: a horse done in this very batch is not new.
  write_horse_ledger(w);
  write_day_ledger(w, reported_again);
  save_attempts(session, context, w.attempts);
  save_quarantine(session, context, w.rows.quarantine);
  return std::move(w.out);
}

} // namespace racefill
