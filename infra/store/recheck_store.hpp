/// RECHECK_STORE: a record store that tells what a write changes, and takes it
/// back unless it shall stay.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <caf/expected.hpp>

#include "infra/ports/record_store.hpp"
#include "infra/sql/store_settings.hpp"

namespace racefill {

/// What became of the rows of one table.
struct table_recheck {
  std::int64_t inserted = 0;
  std::int64_t changed = 0;
  std::int64_t removed = 0; ///< Runners no longer on their card.
  std::int64_t same = 0;
  std::map<std::string, std::int64_t> columns; ///< Changes, by column.
};

/// What all writes changed; filled by the writers' threads.
struct recheck_result {
  std::mutex mutex; ///< For all that follows, while a run goes on.
  std::map<std::string, table_recheck> tables;
  std::vector<std::string> examples; ///< `ra_mst_races rac_1: going Good …`
  std::vector<date> days;            ///< That came, in the order of arrival.
  std::map<date, std::string> failed;
};

inline constexpr std::size_t recheck_examples_max = 20;

/// Opens a store whose write() counts what it changes into `result`. With
/// `apply` the changes stay, otherwise every write is rolled back, and its
/// receipts say what they would have said. Faults: those of open_store().
caf::expected<std::unique_ptr<record_store>>
open_recheck_store(const store_settings& settings, bool apply,
                   std::shared_ptr<recheck_result> result);

} // namespace racefill
