#include "infra/pure/data_guard.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>

namespace racefill {
namespace {

/// Fewer rows than this say nothing about a field.
constexpr std::int64_t rows_min = 20;

/// Fewer races than this say nothing: the provider's own figure is wrong now
/// and then. Days with fewer are judged together with those before them.
constexpr std::int32_t declared_races_min = 8;

/// Days with so many races have a steady average; so many of them make it the
/// usual one.
constexpr std::int32_t big_day_races = 20;
constexpr std::int32_t big_days_min = 5;

/// How many cards are remembered, some 100 bytes each, and how many profiles
/// make a share.
constexpr std::size_t cards_max = 20'000;
constexpr std::size_t profiles_compared = 20;

/// Good Friday had no racing in Great Britain until 2013, and Ireland keeps it:
/// nobody is told wrong things when it is left out.
date easter_sunday(int year) {
  // The Gregorian computus (Meeus, Jones, Butcher).
  const int a = year % 19;
  const int b = year / 100;
  const int c = year % 100;
  const int d = (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30;
  const int e = (32 + 2 * (b % 4) + 2 * (c / 4) - d - c % 4) % 7;
  const int f = d + e - 7 * ((a + 11 * d + 22 * e) / 451) + 114;
  return to_date(std::chrono::sys_days{
    std::chrono::year{year} / std::chrono::month(static_cast<unsigned>(f / 31))
    / std::chrono::day(static_cast<unsigned>(f % 31 + 1))});
}

/// Weeks in which racing stood still in Great Britain.
struct standstill {
  date first;
  date last;
};

// 2019: equine influenza. 2020: the first lockdown, in Ireland until June 8.
const standstill standstills[] = {{date{17'934}, date{17'939}},
                                  {date{18'339}, date{18'421}}};

std::string percent_text(const char* key, std::int32_t percent) {
  return std::string{" (guard."} + key + " = " + std::to_string(percent) + ')';
}

std::string one_decimal(double x) {
  const auto tenths = std::llround(x * 10);
  return std::to_string(tenths / 10) + '.' + std::to_string(tenths % 10);
}

/// Cards of the smaller plans are whole, but lack what only the Pro plan has.
std::string plan_hint(const std::vector<field_fill>& fields) {
  std::int32_t gone = 0;
  for (const auto& x : fields)
    for (const auto* name : {"dob", "colour", "sex_code", "region"})
      gone += x.name == name && x.rows > 0 && x.filled == 0 ? 1 : 0;
  return gone < 3 ? ""
                  : "; so look cards of a smaller plan: is the account's plan "
                    "the provider's Pro plan?";
}

/// Both known, and not the same.
bool differ(const std::string& a, const std::string& b) {
  return !a.empty() && !b.empty() && a != b;
}

} // namespace

bool is_racing_day(date day) noexcept {
  const std::chrono::year_month_day ymd{day.sys()};
  const auto number = static_cast<unsigned>(ymd.day());
  // Christmas and the days before it; abandoned often on the 26th.
  if (ymd.month() == std::chrono::December && number >= 22 && number <= 26)
    return false;
  if (day == easter_sunday(static_cast<int>(ymd.year())) + -2)
    return false;
  return std::none_of(std::begin(standstills), std::end(standstills),
                      [day](const standstill& x) {
                        return day >= x.first && day <= x.last;
                      });
}

std::string data_guard::judge(const day_sample& day) {
  if (day.day < limits_.history_start)
    return {};
  broken_in_a_row_ = day.broken ? broken_in_a_row_ + 1 : 0;
  if (limits_.broken_days > 0 && broken_in_a_row_ >= limits_.broken_days)
    return to_string(day.day) + ": the last " + std::to_string(broken_in_a_row_)
           + " days came in bodies that cannot be read (guard.broken_days = "
           + std::to_string(limits_.broken_days) + ')';
  if (day.state == day_state::failed)
    return {};
  if (auto why = judge_empty(day); !why.empty())
    return why;
  if (auto why = judge_runners(day); !why.empty())
    return why;
  if (auto why = judge_fields(to_string(day.day), day.fields, day_fields_);
      !why.empty())
    return why + plan_hint(day.fields);
  remember(day.horses);
  return {};
}

std::string data_guard::judge_refusals(const day_sample& day) {
  return count_refusal("racecards", day.refusal, day.error, refused_days_);
}

std::string data_guard::judge_refusals(const profile_sample& profile) {
  if (profile.is_final)
    return "horses are refused: " + profile.error;
  return count_refusal("horses", profile.refusal, profile.error,
                       refused_profiles_);
}

std::string
data_guard::count_refusal(const char* what, const std::string& refusal,
                          const std::string& error, same_refusals& so_far) {
  if (refusal != so_far.reason)
    so_far = {refusal, 0};
  if (refusal.empty() || ++so_far.in_a_row < limits_.refused_in_a_row
      || limits_.refused_in_a_row == 0)
    return {};
  return std::string{what} + " are refused, " + std::to_string(so_far.in_a_row)
         + " in a row alike, the last " + error + " (guard.refused_in_a_row = "
         + std::to_string(limits_.refused_in_a_row) + ')';
}

std::string data_guard::judge_empty(const day_sample& day) {
  if (day.races + day.open_races > 0) {
    empty_in_a_row_ = 0;
    return {};
  }
  if (limits_.empty_days == 0 || !limits_.racing_every_day
      || day.state != day_state::empty || !is_racing_day(day.day))
    return {};
  if (++empty_in_a_row_ == 1)
    first_empty_ = to_string(day.day);
  if (empty_in_a_row_ < limits_.empty_days)
    return {};
  return to_string(day.day) + ": no racing, as on "
         + std::to_string(empty_in_a_row_ - 1)
         + " racing days before it, the first " + first_empty_
         + " (guard.empty_days = " + std::to_string(limits_.empty_days) + ')';
}

std::string data_guard::judge_runners(const day_sample& day) {
  if (day.races == 0)
    return {};
  short_races_.push_back({day.declared_races, day.short_races});
  counted_races sum;
  auto first = short_races_.rbegin();
  for (; first != short_races_.rend() && sum.declared < declared_races_min;
       ++first) {
    sum.declared += first->declared;
    sum.few += first->few;
  }
  short_races_.erase(short_races_.begin(), first.base());
  if (limits_.short_percent > 0 && sum.declared >= declared_races_min
      && sum.few * 100 > sum.declared * limits_.short_percent) {
    short_races_.pop_back(); // The next day answers for itself.
    return to_string(day.day) + ": " + std::to_string(sum.few) + " of "
           + std::to_string(sum.declared)
           + " races have far fewer runners than declared"
           + percent_text("short_percent", limits_.short_percent);
  }
  if (day.races < big_day_races)
    return {};
  const auto field = static_cast<double>(day.runners) / day.races;
  if (limits_.field_percent > 0 && big_days_ >= big_days_min
      && field * 100 < usual_field_ * limits_.field_percent)
    return to_string(day.day) + ": " + one_decimal(field)
           + " runners a race where " + one_decimal(usual_field_) + " are usual"
           + percent_text("field_percent", limits_.field_percent);
  ++big_days_;
  usual_field_ += (field - usual_field_) / std::min(big_days_, 100);
  return {};
}

std::string data_guard::judge_fields(const std::string& what,
                                     const std::vector<field_fill>& fields,
                                     field_counts& counts) const {
  if (limits_.null_percent == 0)
    return {};
  std::string gone;
  for (const auto& x : fields) {
    auto& sum = counts[x.name];
    sum.rows += x.rows;
    sum.filled += x.filled;
    if (sum.rows < rows_min)
      continue;
    const auto missing = sum.rows - sum.filled;
    if (missing * 100 > sum.rows * limits_.null_percent && gone.empty())
      gone = what + ": " + x.name + " is missing in " + std::to_string(missing)
             + " of " + std::to_string(sum.rows) + " rows"
             + percent_text("null_percent", limits_.null_percent);
    sum = {};
  }
  return gone;
}

std::string data_guard::judge(const profile_sample& profile) {
  if (profile.is_refused())
    return {};
  const auto what = "profile of " + profile.horse.horse_id;
  if (auto why = judge_fields(what, profile.fields, profile_fields_);
      !why.empty())
    return why;
  return judge_agreement(profile.horse);
}

std::string data_guard::judge_agreement(const horse_fact& profile) {
  const auto card = cards_.find(profile.horse_id);
  if (limits_.disagree_percent == 0 || card == cards_.end())
    return {};
  const auto& x = card->second;
  const bool differs
    = (profile.dob.known() && x.dob.known() && profile.dob != x.dob)
      || differ(profile.sire_id, x.sire_id) || differ(profile.dam_id, x.dam_id)
      || (x.dob.known() && !profile.dob.known());
  agreed_.push_back(!differs);
  if (agreed_.size() > profiles_compared)
    agreed_.pop_front();
  if (agreed_.size() < profiles_compared / 2)
    return {};
  const auto wrong = std::count(agreed_.begin(), agreed_.end(), false);
  if (wrong * 100
      <= static_cast<std::int64_t>(agreed_.size()) * limits_.disagree_percent)
    return {};
  return "profile of " + profile.horse_id + ": " + std::to_string(wrong)
         + " of the last " + std::to_string(agreed_.size())
         + " profiles contradict their racecards in date of birth or parents"
         + percent_text("disagree_percent", limits_.disagree_percent);
}

void data_guard::remember(const std::vector<horse_fact>& horses) {
  for (const auto& x : horses) {
    if (cards_.insert_or_assign(x.horse_id, x).second)
      cards_order_.push_back(x.horse_id);
    if (cards_order_.size() > cards_max) {
      cards_.erase(cards_order_.front());
      cards_order_.pop_front();
    }
  }
}

} // namespace racefill
