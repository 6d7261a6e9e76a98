/// DATA_GUARD: whether what the provider says can be true. Arithmetic alone;
/// the actor of that name halts the run by it.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <unordered_map>
#include <vector>

#include "messages/guard.hpp"

namespace racefill {

/// What is still believed. Zero switches a rule off.
struct guard_limits {
  date history_start; ///< Days before it are exempt.
  /// Of these days all but a few known ones have racing (Great Britain's).
  bool racing_every_day = true;
  std::int32_t empty_days = 2;     ///< So many racing days without racing, in a
                                   ///< row, are too many.
  std::int32_t null_percent = 50;  ///< Of a field that is always there.
  std::int32_t short_percent = 65; ///< Races with far fewer than declared.
  std::int32_t field_percent = 60; ///< A day's average field, of the usual.
  std::int32_t broken_days = 5;    ///< Unreadable days in a row.
  std::int32_t disagree_percent = 30; ///< Of the profiles, with their cards.
  std::int32_t refused_in_a_row = 5;  ///< Of one kind of call, for one reason.
};

/// A racing day by the calendar: not at Christmas, and none of the weeks in
/// which racing stood still.
bool is_racing_day(date day) noexcept;

/// What the guard looks at of a day, or of a profile.
day_sample sample_of(const day_unit& unit);
profile_sample sample_of(const horse_unit& unit);

/// What will not change about a call that failed, `invalid_request, status
/// 422`, from the reason in the ledger; "" when another try may do better.
std::string refusal_of(const std::string& error);

/// Remembers what came before; one for a run.
class data_guard {
public:
  explicit data_guard(guard_limits limits) : limits_(limits) {
  }

  /// Why the day must not be written; "" when it may. A day before the history
  /// is never refused.
  std::string judge(const day_sample& day);

  /// Why the profile must not be written; "" when it may.
  std::string judge(const profile_sample& profile);

  /// Why no more of these calls shall be made; "" while they may. To be asked
  /// of each day and profile, before it is judged.
  std::string judge_refusals(const day_sample& day);
  std::string judge_refusals(const profile_sample& profile);

private:
  struct counted {
    std::int64_t rows = 0;
    std::int64_t filled = 0;
  };
  struct counted_races {
    std::int32_t declared = 0;
    std::int32_t few = 0; ///< Of these, with far fewer runners.
  };
  using field_counts = std::unordered_map<std::string, counted>;
  struct same_refusals {
    std::string reason;
    std::int32_t in_a_row = 0;
  };

  std::string count_refusal(const char* what, const std::string& refusal,
                            const std::string& error, same_refusals& so_far);

  std::string judge_empty(const day_sample& day);
  std::string judge_fields(const std::string& what,
                           const std::vector<field_fill>& fields,
                           field_counts& counts) const;
  std::string judge_runners(const day_sample& day);
  std::string judge_agreement(const horse_fact& profile);
  void remember(const std::vector<horse_fact>& horses);

  guard_limits limits_;
  same_refusals refused_days_;
  same_refusals refused_profiles_;
  std::int32_t empty_in_a_row_ = 0;
  std::int32_t broken_in_a_row_ = 0;
  std::string first_empty_;
  field_counts day_fields_;               // Until they are enough to be judged.
  field_counts profile_fields_;           // Likewise.
  std::deque<counted_races> short_races_; // Of the last days.
  double usual_field_ = 0; // Runners a race, of the big days so far.
  std::int32_t big_days_ = 0;
  std::unordered_map<std::string, horse_fact> cards_;
  std::deque<std::string> cards_order_; // Oldest first, to forget them.
  std::deque<bool> agreed_;             // The last profiles that had a card.
};

} // namespace racefill
