/// CARDS: what the world holds, as facts rather than as the API's texts. The
/// bodies are written from these (body.hpp), and so is the truth (truth.hpp);
/// neither is read back from the other.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "messages/date.hpp"

namespace racefill::sim {

/// A racecourse of the invented world.
struct course {
  std::string id;
  std::string name;        ///< As /v1/courses spells it, `Brelkham-AW`.
  std::string card_name;   ///< As racecards spell it, `Brelkham (AW)`.
  std::string region_code; ///< Lower case, as filters and the list have it.
  std::string region_name; ///< `Great Britain`.
  std::string region;      ///< Upper case, as racecards have it.
  bool all_weather = false;
  bool domestic = false; ///< GB or IRE.
};

/// Optional fields, any of which may arrive as null or not at all.
enum class field : std::uint8_t {
  // runners
  dob = 0,
  sex,
  sex_code,
  colour,
  region,
  breeder,
  dam_region,
  sire_region,
  damsire_region,
  trainer_location,
  trainer_14_days,
  comment,
  spotlight,
  quotes,
  stable_tour,
  medical,
  wind_surgery,
  past_results_flags,
  silk_url,
  last_run,
  form,
  trainer_rtf,
  odds,
  runner_end, ///< One past the last field of a runner.
  // races
  off_dt = 32,
  sex_restriction,
  surface,
  jumps,
  big_race,
  is_abandoned,
  tip,
  verdict,
  betting_forecast,
  race_status,
  race_end, ///< One past the last field of a race.
};

/// Which fields are null, and which are left out.
struct gaps {
  std::uint64_t null_bits = 0;
  std::uint64_t missing_bits = 0;

  static constexpr std::uint64_t bit(field x) noexcept {
    return std::uint64_t{1} << static_cast<unsigned>(x);
  }
  bool is_null(field x) const noexcept {
    return (null_bits & bit(x)) != 0;
  }
  bool is_missing(field x) const noexcept {
    return (missing_bits & bit(x)) != 0;
  }
  /// Tells whether the field's value arrives.
  bool has(field x) const noexcept {
    return ((null_bits | missing_bits) & bit(x)) == 0;
  }
};

/// How a missing number is written.
enum class dash : std::uint8_t { empty, hyphen, en_dash };

/// A rating, or the mark that stands for none.
struct rating {
  std::optional<int> value;
  dash none = dash::hyphen;
};

/// An earlier trainer or owner.
struct previous {
  std::string name;
  std::string id;
  date changed;
};

/// What a trainer said of a horse after an earlier race.
struct quote {
  date day;
  std::string horse;
  std::string horse_id;
  std::string race;
  std::string race_id;
  std::string course;
  std::string course_id;
  int distance_y = 0;
  std::string text;
};

/// Parents and breeder.
struct parents {
  std::string sire;
  std::string sire_id;
  std::string sire_region;
  std::string dam;
  std::string dam_id;
  std::string dam_region;
  std::string damsire;
  std::string damsire_id;
  std::string damsire_region;
  std::string breeder;
};

/// One entry of a racecard.
struct runner {
  std::string horse_id; ///< "" when the provider left it out.
  std::string horse;
  date dob;
  int age = 0;
  std::string sex;
  std::string sex_code;
  std::string colour;
  std::string region;
  parents family;
  std::string trainer;
  std::string trainer_id;
  std::string trainer_location;
  int fortnight_runs = 0;
  int fortnight_wins = 0;
  std::string owner;
  std::string owner_id;
  std::vector<previous> trainers_before;
  std::vector<previous> owners_before;
  std::string comment;
  std::string spotlight;
  std::vector<quote> quotes;
  std::vector<std::string> stable_tour;
  std::vector<date> wind_operations;
  std::optional<int> number; ///< None is written `NR`.
  std::optional<int> draw;   ///< None is written `0`.
  std::string headgear;
  std::string headgear_run;
  std::string wind_surgery;
  std::string wind_surgery_run;
  std::vector<std::string> flags;
  std::optional<int> lbs;
  rating ofr;
  rating rpr;
  rating ts;
  bool withdrawn = false; ///< The jockey is written NON-RUNNER.
  std::string jockey;     ///< The bare name; "" when undeclared.
  std::string jockey_id;
  std::optional<int> claim_lbs;
  std::string silk_url;
  std::optional<int> last_run_days;
  std::optional<int> last_run_flat_days; ///< The bracket of `128 (9F)`.
  std::string form;
  std::optional<int> trainer_rtf;
  int odds_count = 0;
  std::uint64_t odds_start = 0; ///< The dice of the odds, which nobody stores.
  gaps missing;

  /// Tells whether the card says that the horse does not run.
  bool non_runner() const noexcept {
    return withdrawn || !number;
  }
};

/// The provider's ratings of 2026, on scales of their own: those before them
/// shifted, so that an older seed's world stays what it was.
inline std::optional<int> performance_rating_of(const runner& x) {
  return x.rpr.value ? std::optional<int>{*x.rpr.value + 17} : std::nullopt;
}

inline std::optional<int> speed_rating_of(const runner& x) {
  return x.ts.value ? std::optional<int>{*x.ts.value + 11} : std::nullopt;
}

/// A distance in its parts.
struct distance {
  int miles = 0;
  int furlongs = 0;
  bool half = false; ///< Half a furlong.
  int yards = 0;

  /// Exact, in yards.
  int total_yards() const noexcept {
    return miles * 1760 + furlongs * 220 + (half ? 110 : 0) + yards;
  }
};

/// One racecard.
struct race {
  std::string id;
  const course* where = nullptr;
  date day;
  std::int64_t off_utc = 0; ///< Seconds since 1970.
  std::string name;
  distance length;
  std::string pattern;
  std::string sex_restriction;
  std::string race_class;
  std::string type;
  std::string age_band;
  std::string rating_band;
  std::optional<int> prize; ///< Whole pounds or euros.
  bool prize_in_euros = false;
  int declared_field_size = 0;
  std::string going;
  std::string surface;
  std::string jumps;
  bool big_race = false;
  bool is_abandoned = false;
  std::string race_status;
  std::string tip;
  std::string verdict;
  std::string betting_forecast;
  /// Served even though its region was not asked for.
  bool served_regardless = false;
  gaps missing;
  std::vector<runner> runners;
};

/// A horse's Pro profile, as of the world's last day.
struct profile {
  std::string id;
  std::string name; ///< With its country, `Brelk (IRE)`.
  date dob;
  std::string sex;
  std::string sex_code;
  std::string colour;
  std::string colour_code;
  parents family; ///< Names with their countries; no regions.
};

} // namespace racefill::sim
