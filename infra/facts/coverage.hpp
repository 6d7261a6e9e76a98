/// COVERAGE: one verdict a day, of the ledger and the rows together.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "infra/facts/day_facts.hpp"

namespace racefill {

enum class cell_state : std::uint8_t {
  done,        ///< Settled with racing.
  thin,        ///< Settled, but something seems to be missing.
  empty,       ///< Settled: no racing.
  provisional, ///< Fetched before it was over.
  unproved,    ///< Rows are there, the ledger does not say that it is all.
  pending,     ///< Nothing yet.
  not_offered, ///< The provider has nothing.
  failed,      ///< Parked with its reason.
  future,      ///< Not over and not asked.
};

inline constexpr cell_state all_cell_states[]
  = {cell_state::done,        cell_state::thin,     cell_state::empty,
     cell_state::provisional, cell_state::unproved, cell_state::pending,
     cell_state::not_offered, cell_state::failed,   cell_state::future};

/// `no racing`, `not offered` …
std::string to_string(cell_state x);

/// One letter that stands for it without colour.
char letter_of(cell_state x) noexcept;

struct coverage_cell {
  date day;
  cell_state state = cell_state::pending;
  std::int64_t races = 0;
  std::int64_t runners = 0;
  std::int64_t attempts = 0;
  std::string error;
};

/// A cell for every day of the range, ascending.
std::vector<coverage_cell> coverage_of(const day_range& range, date today,
                                       const std::vector<day_facts>& days,
                                       const std::vector<ledger_day>& ledger);

/// How many cells are in each state.
std::map<cell_state, int> count_cells(const std::vector<coverage_cell>& cells);

} // namespace racefill
