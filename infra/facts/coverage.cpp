#include "infra/facts/coverage.hpp"

namespace racefill {
namespace {

cell_state state_of(date day, date today, const day_facts* rows,
                    const ledger_day* ledger) {
  const bool has_races = rows != nullptr && rows->races > 0;
  const auto state = ledger == nullptr ? day_state::pending : ledger->state;
  switch (state) {
    case day_state::done:
      return !has_races || rows->is_thin() ? cell_state::thin
                                           : cell_state::done;
    case day_state::empty:
      return has_races ? cell_state::unproved : cell_state::empty;
    case day_state::provisional:
      return cell_state::provisional;
    case day_state::not_offered:
      return has_races ? cell_state::unproved : cell_state::not_offered;
    case day_state::failed:
      return cell_state::failed;
    case day_state::pending:
    case day_state::running:
      break;
  }
  if (has_races)
    return cell_state::unproved;
  return day >= today ? cell_state::future : cell_state::pending;
}

template <class T>
std::map<date, const T*> by_day(const std::vector<T>& items) {
  std::map<date, const T*> out;
  for (const auto& x : items)
    out[x.day] = &x;
  return out;
}

template <class T>
const T* find(const std::map<date, const T*>& all, date day) {
  const auto found = all.find(day);
  return found == all.end() ? nullptr : found->second;
}

} // namespace

std::string to_string(cell_state x) {
  switch (x) {
    case cell_state::done:
      return "done";
    case cell_state::thin:
      return "thin";
    case cell_state::empty:
      return "no racing";
    case cell_state::provisional:
      return "provisional";
    case cell_state::unproved:
      return "unproved";
    case cell_state::pending:
      return "pending";
    case cell_state::not_offered:
      return "not offered";
    case cell_state::failed:
      return "failed";
    case cell_state::future:
      return "to come";
  }
  return "pending";
}

char letter_of(cell_state x) noexcept {
  constexpr char letters[] = {'#', '+', 'o', '~', '?', '.', 'x', '!', ','};
  return letters[static_cast<std::size_t>(x)];
}

std::vector<coverage_cell> coverage_of(const day_range& range, date today,
                                       const std::vector<day_facts>& days,
                                       const std::vector<ledger_day>& ledger) {
  const auto rows = by_day(days);
  const auto records = by_day(ledger);
  std::vector<coverage_cell> out;
  for (auto day = range.first; day <= range.last; day = day + 1) {
    const auto* row = find(rows, day);
    const auto* record = find(records, day);
    coverage_cell cell;
    cell.day = day;
    cell.state = state_of(day, today, row, record);
    if (row != nullptr) {
      cell.races = row->races;
      cell.runners = row->runners - row->removed;
    }
    if (record != nullptr) {
      cell.attempts = record->attempts;
      cell.error = record->error;
    }
    out.push_back(std::move(cell));
  }
  return out;
}

std::map<cell_state, int> count_cells(const std::vector<coverage_cell>& cells) {
  std::map<cell_state, int> out;
  for (const auto& x : cells)
    ++out[x.state];
  return out;
}

} // namespace racefill
