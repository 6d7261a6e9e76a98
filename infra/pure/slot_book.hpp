/// The sliding window of the gate: which requests may still reach the server
/// inside one window with the next one.
///
/// The rule. Let g be the instant of a grant, s >= g its send, a >= s its
/// arrival at the server; let p, learnt later, be an instant with a <= p. The
/// next grant may happen at g if fewer than N earlier requests j have
/// p(j) > g - T (or no p(j) yet: they occupy a slot without end).
///
/// Why it holds. Suppose a window (x - T, x] of the server held N + 1
/// arrivals. Let k be the one granted last. The other N were granted earlier,
/// and each has p(j) >= a(j) > x - T >= a(k) - T >= g(k) - T. So N earlier
/// requests had p(j) > g(k) - T, and k would not have been granted. Nothing
/// was said of the order of arrivals, replies or sends, nor of the server's
/// clock: only its rate matters, and that it measures the same second.
///
/// It is also needed: if N requests may have arrived after g - T, the network
/// is free to have delivered them so, and the next one at once. So the rule is
/// "count the slots that are not free yet", not "wait for the request N
/// back": where replies overtake one another, the latter is slower and no
/// safer. Put as an instant: a grant may happen at the N-th largest of
/// p(j) + T over all earlier requests j.
///
/// What p is, by mode.
/// - reply: the response's head came at p, so the request had arrived.
/// - ack: the peer's kernel has acknowledged the last byte at p. A proof if
///   nothing queues between the TCP end and the limiter; hence the adaptive
///   guard. Without an acknowledgement the reply serves.
/// - closed without a reply: no byte leaves us after that, but bytes on the
///   wire may still arrive; p is the close plus a bound (`tail`) for those.
///   When not even `sent` was told, nothing was sent and p is the close.
/// - paced: p is the grant. That proves nothing; see gate_mode.
///
/// What may be subtracted in ack mode. With F the forward leg of a request
/// and R the return leg of an acknowledgement, a(j) = p(j) - R(j) and
/// a(k) = s(k) + F(k), so a(k) - a(j) = s(k) - p(j) + F(k) + R(j). A floor not
/// above min F + min R may therefore be taken off T (round_trip_floor.hpp).
/// Equally a reply proves with the same floor and more; but reply mode is to
/// hold without any statistics, so nothing is taken off there.
///
/// The guard. The rule gives a(k) - a(j) >= T by our clock. A server whose
/// clock runs slow by 500 ppm (the most that time daemons slew) sees 0.5 ms
/// less per second; one that rounds its stamps to milliseconds one more; one
/// that counts a closed window [x - T, x] refuses equality. So conf's guard is
/// kept in every mode; only what 429s add to it is left out for replies.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

#include "infra/pure/nanos.hpp"
#include "messages/calls.hpp"
#include "messages/limits.hpp"

namespace racefill {

/// All that is known of one permit and its request.
struct call_trace {
  std::uint64_t serial = 0;
  call_kind kind = call_kind::racecards;
  bool foreign = false; ///< Of an earlier gate's life: counts for every kind.
  std::int32_t attempt = 1;
  bool probe = false;
  nanos granted = 0;
  nanos sent = never; ///< `never` while no such event came; so the next three.
  nanos acknowledged = never;
  nanos replied = never;
  nanos closed = never;
  /// After `closed`: the latest instant at which the request can have arrived.
  nanos gone_by = never;
  /// An acknowledgement proves no instant before this (set by a 429).
  nanos ack_from = 0;
  nanos heard = 0; ///< When something was last heard of it.
};

/// N requests in any `length`. N = 0: no limit.
struct slot_window {
  std::int32_t requests = 0;
  nanos length = one_second;
};

/// How proofs are read.
struct slot_rule {
  gate_mode mode = gate_mode::reply;
  nanos guard = 0;     ///< After an acknowledgement's window.
  nanos guard_min = 0; ///< After any other window.
  nanos floor = 0;     ///< Taken off after an acknowledgement.
};

/// When the slot of one request is free again; `never` while unknown.
nanos slot_free_at(const call_trace& trace, nanos length,
                   const slot_rule& rule);

/// The requests of one gate's life, as far back as any window looks.
class slot_book {
public:
  /// Requests unknown to this book, any number of them, may have arrived
  /// until `unknown_until`. At least `keep` closed requests are remembered.
  slot_book(nanos unknown_until, std::size_t keep);

  /// Enters a permit. Its serial must be larger than all before, unless it
  /// is foreign.
  call_trace& enter(const call_trace& trace);

  /// The trace of a serial; nullptr if unknown or forgotten.
  call_trace* find(std::uint64_t serial);

  /// Strikes a permit that was not used.
  void strike(std::uint64_t serial);

  /// Remembers at least `keep` closed requests from now on. What was forgotten
  /// before counts as requests of the same instant: any number of them.
  void keep(std::size_t keep);

  /// Forgets closed requests beyond `keep` that are out of every window of at
  /// most `longest`.
  void prune(nanos now, nanos longest);

  /// The earliest instant at which `window` takes one more request of `kind`
  /// (of any kind: nullptr); `never` if only an event can tell.
  nanos free_at(const slot_window& window, const slot_rule& rule,
                const call_kind* kind) const;

  /// As above over all kinds, but `charged` requests instead of any number
  /// count as unknown.
  nanos free_at_charged(const slot_window& window, const slot_rule& rule,
                        std::int32_t charged) const;

  /// The requests whose slot of `length` is not free at `now`.
  std::int64_t occupied(nanos now, nanos length, const slot_rule& rule) const;

  std::deque<call_trace>& traces() noexcept {
    return traces_;
  }

  const std::deque<call_trace>& traces() const noexcept {
    return traces_;
  }

private:
  nanos unknown_until_;
  nanos forgotten_until_ = -1; // The latest arrival of a forgotten request.
  std::size_t keep_;
  std::deque<call_trace> traces_; // In the order of their grants.
};

} // namespace racefill
