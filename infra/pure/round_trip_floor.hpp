/// What the acknowledgement rule may save: a floor of the round trip.
#pragma once

#include "infra/pure/log_histogram.hpp"
#include "infra/pure/nanos.hpp"

namespace racefill {

/// A lower bound for the forward leg of one request plus the return leg of
/// another one's acknowledgement (slot_book.hpp tells why that sum may be
/// subtracted).
///
/// The two legs belong to different exchanges. The sum of two minima is never
/// above the minimum of sums, so the smallest round trip seen is an *upper*
/// estimate of the bound, not the bound. Hence a margin: as much as the median
/// lies above the smallest. It exceeds the error unless the smallest trip of
/// the life lies above the middle between the bound and the median, which for
/// two independent evenly jittering legs happens to one set of 50 samples in
/// 750, and ever more rarely after. The floor is an estimate, not a proof;
/// `reply` mode does without it.
class round_trip_floor {
public:
  static constexpr std::int64_t samples_min = 50;

  /// Counts the time from the first byte sent to the acknowledgement.
  void add(nanos round_trip) {
    trips_.add(round_trip);
  }

  /// The floor, >= 0; 0 until `samples_min` samples.
  nanos floor() const;

  const log_histogram& trips() const noexcept {
    return trips_;
  }

private:
  log_histogram trips_;
};

} // namespace racefill
