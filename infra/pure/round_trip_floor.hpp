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
/// estimate of the bound, not the bound. Hence a margin: after 50 samples as
/// much as the median lies above the smallest, then shrinking with the root
/// of their number, as the error does, to half of that. For two independent,
/// evenly jittering legs the error exceeds the margin after 50 samples in one
/// life of 750 and after 200 in one of 90,000; to do harm, two legs must then
/// meet below the margin besides. Legs that always make up for one another
/// would deceive it: the floor is an estimate, not a proof, and `reply` mode
/// does without it.
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
