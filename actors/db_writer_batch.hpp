/// DB_WRITER_BATCH: what the DB WRITER keeps of a batch until its commit is
/// known.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

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
  std::int64_t rows = 0;           ///< As rows_of counts them.
  std::int32_t tries = 0;          ///< Commits that failed, since it was cut.
  std::int64_t others_before = -1; ///< Commits when one failed first.

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

  /// May it be too much for one transaction, and be cut?
  bool can_split() const {
    return work.days.size() + work.horses.size() > 1;
  }

  /// Leaves the first half here, and returns the other one.
  std::shared_ptr<held_batch> split();

  /// The only unit here cannot be written: it becomes one that has failed.
  void fail_only_unit(const std::string& why);

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

/// Moves the second half of `units` and of their promises to other ones.
template <class Unit, class Promises>
void move_half(std::vector<Unit>& units, Promises& promises,
               std::vector<Unit>& to_units, Promises& to_promises) {
  const auto keep = (units.size() + 1) / 2;
  Promises kept;
  for (std::size_t i = 0; !promises.empty(); ++i)
    (i < keep ? kept : to_promises).push(promises.pop());
  while (!kept.empty())
    promises.push(kept.pop());
  to_units.assign(
    std::make_move_iterator(units.begin() + static_cast<std::ptrdiff_t>(keep)),
    std::make_move_iterator(units.end()));
  units.resize(keep);
}

inline std::shared_ptr<held_batch> held_batch::split() {
  auto other = std::make_shared<held_batch>();
  move_half(work.days, days, other->work.days, other->days);
  // Of two kinds of one unit each the horses go.
  if (work.days.size() + other->work.days.size() == 1
      && work.horses.size() == 1) {
    other->work.horses = std::exchange(work.horses, {});
    other->horses.push(horses.pop());
  } else {
    move_half(work.horses, horses, other->work.horses, other->horses);
  }
  for (const auto& x : other->work.days)
    other->rows += rows_of(x);
  for (const auto& x : other->work.horses)
    other->rows += rows_of(x);
  other->units = other->work.days.size() + other->work.horses.size();
  other->others_before = others_before;
  units -= other->units;
  rows -= other->rows;
  tries = 0;
  return other;
}

inline void held_batch::fail_only_unit(const std::string& why) {
  for (auto& x : work.days) {
    day_unit failed;
    failed.day = x.day;
    failed.state = day_state::failed;
    failed.attempts = x.attempts;
    failed.responses = x.responses;
    failed.error = why;
    x = std::move(failed);
  }
  for (auto& x : work.horses) {
    horse_unit failed;
    failed.horse_id = x.horse_id;
    failed.state = horse_state::failed;
    failed.attempts = x.attempts;
    failed.responses = x.responses;
    failed.error = why;
    x = std::move(failed);
  }
  tries = 0;
}

} // namespace racefill
