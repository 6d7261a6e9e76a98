/// Which days of a range a run asks, in which order, and why not the others.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "messages/work.hpp"

namespace racefill {

/// What a run was asked for.
struct day_plan_request {
  date start;         ///< First day, inclusive.
  date end;           ///< Last day, inclusive.
  date today;         ///< In Europe/London; from it on days are provisional.
  date history_start; ///< Before it an empty answer is not_offered.
  bool oldest_first = false;
  bool retry_empty = false;        ///< Also days without racing.
  bool retry_all = false;          ///< Everything again.
  bool ask_before_history = false; ///< Also days once settled as not_offered.
  bool only_named = false;         ///< No days but the named ones …
  std::vector<date> named;         ///< … ascending, settled or not.
  /// Those to be asked again are pending in the ledger by now: what is settled
  /// was settled since.
  bool reopened = false;
  std::vector<date> aside; ///< Refused a moment ago: the others come first.
};

/// Why a day is asked, or left alone.
enum class day_reason : std::uint8_t {
  not_asked_yet,   ///< The ledger does not know it, or has it pending.
  provisional_yet, ///< Was fetched before it was over.
  failed_before,   ///< Was parked; its reason may have gone.
  asked_again,     ///< Settled, but the run was told to ask again.
  settled,         ///< Done: left alone.
  without_racing,  ///< Empty: left alone.
  not_offered,     ///< Left alone.
  not_named,       ///< The run was told other days: left alone.
  set_aside,       ///< The guard refused it a moment ago: left alone.
};

std::string to_string(day_reason x);

/// Whether a day for this reason is asked.
bool is_asked(day_reason x) noexcept;

/// The verdict on one day, which the ledger has in `state`.
day_reason reason_for(const day_plan_request& request, date day,
                      day_state state) noexcept;

/// The days to ask, in order. `ledger` may hold days in any order, days outside
/// the range included; days it does not hold are pending. Days before the
/// history come newest first, after the others (before them when
/// oldest_first), so that the rule on days not offered sees them in a row.
std::vector<day_task> plan_days(const day_plan_request& request,
                                const std::vector<day_record>& ledger);

} // namespace racefill
