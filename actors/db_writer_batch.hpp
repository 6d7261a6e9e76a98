/// DB_WRITER_BATCH: what the DB WRITER keeps of a batch until its commit is
/// known.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#include <caf/error.hpp>

#include "actors/common/guard.hpp"
#include "messages/work.hpp"

namespace racefill {

/// A batch and who waits for each of its units, in the same order.
struct held_batch {
  write_batch work;
  parked_promises<day_receipt> days;
  parked_promises<horse_receipt> horses;
  parked_promises<std::int64_t> others; ///< References, and days unasked.
  std::size_t units = 0;
  std::int64_t rows = 0; ///< As rows_of counts them.

  /// Answers everyone who waits for a unit.
  void answer(write_receipt& receipt) {
    for (auto& each : receipt.days)
      if (!days.empty())
        days.pop().deliver(std::move(each));
    for (auto& each : receipt.horses)
      if (!horses.empty())
        horses.pop().deliver(std::move(each));
    while (!others.empty())
      others.pop().deliver(std::int64_t{1});
  }

  /// Answers them with `why` instead.
  void refuse(const caf::error& why) {
    days.fail_all(why);
    horses.fail_all(why);
    others.fail_all(why);
  }
};
using batch_ptr = std::shared_ptr<held_batch>;

/// The rows that a unit brings to the tables, about: each counts one, and so
/// does the unit in its ledger.
inline std::int64_t rows_of(const day_unit& x) {
  return static_cast<std::int64_t>(1 + x.races.size() + x.runners.size()
                                   + x.horses.size() + x.pedigrees.size()
                                   + x.jockeys.size() + x.trainers.size()
                                   + x.owners.size() + x.courses.size());
}

inline std::int64_t rows_of(const horse_unit& x) {
  return static_cast<std::int64_t>(1 + x.horses.size() + x.pedigrees.size());
}

inline std::int64_t rows_of(const reference_unit& x) {
  return static_cast<std::int64_t>(1 + x.courses.size() + x.bookmakers.size());
}

} // namespace racefill
