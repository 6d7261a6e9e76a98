/// The rows of the target tables, as they travel from decoder to store.
///
/// Text: "" stands for NULL (the API never means the empty string). Numbers:
/// `caf::none` stands for NULL. Days: `!known()` stands for NULL.
/// Instants are text in UTC, `2025-10-14T12:30:00Z`, valid or "".
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <caf/meta/type_name.hpp>
#include <caf/optional.hpp>

#include "messages/date.hpp"

namespace racefill {

using opt_int = caf::optional<std::int32_t>;
using opt_real = caf::optional<double>;

/// Where an entity's values come from; the larger wins a column that the
/// profile rules (name, colour_code, breeder, pedigree; courses likewise).
enum class row_source : std::uint8_t {
  racecard = 1, ///< Seen on a racecard (also a course known by name only).
  profile = 2,  ///< The horse's Pro profile, or the course list.
};

/// One race (ra_mst_races).
struct race_row {
  std::string race_id;
  date race_date;
  std::string course_id;
  std::string course_name;
  std::string region;
  std::string race_name;
  std::string off_time; ///< Verbatim: a 12-hour clock without am or pm.
  std::string off_dt;   ///< UTC instant.
  std::string race_type;
  std::string race_class;
  std::string pattern;
  std::string age_band;
  std::string rating_band;
  std::string sex_restriction;
  std::string distance; ///< Verbatim, `1m7f209y`.
  std::string distance_round;
  opt_real distance_f; ///< Furlongs, rounded by the provider.
  opt_int distance_y;  ///< Yards, exact, from `distance`.
  opt_int distance_m;  ///< Metres, from yards, rounded to nearest.
  std::string prize;   ///< Verbatim, `£4,193`.
  opt_real prize_amount;
  std::string prize_currency; ///< ISO 4217.
  opt_int declared_field_size;
  std::int32_t runner_count = 0; ///< Runners listed on the card.
  std::string going;
  std::string going_detailed;
  std::string surface;
  std::string weather;
  std::string rail_movements;
  std::string stalls;
  std::string jumps;
  bool is_big_race = false;
  bool is_abandoned = false;
  std::string race_status;
  std::string tip;
  std::string verdict;
  std::string betting_forecast;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, race_row& x) {
  return f(caf::meta::type_name("race_row"), x.race_id, x.race_date,
           x.course_id, x.course_name, x.region, x.race_name, x.off_time,
           x.off_dt, x.race_type, x.race_class, x.pattern, x.age_band,
           x.rating_band, x.sex_restriction, x.distance, x.distance_round,
           x.distance_f, x.distance_y, x.distance_m, x.prize, x.prize_amount,
           x.prize_currency, x.declared_field_size, x.runner_count, x.going,
           x.going_detailed, x.surface, x.weather, x.rail_movements, x.stalls,
           x.jumps, x.is_big_race, x.is_abandoned, x.race_status, x.tip,
           x.verdict, x.betting_forecast);
}

/// One horse in one race (ra_mst_runners). `runner_id` is race_id_horse_id.
struct runner_row {
  std::string race_id;
  std::string horse_id;
  std::string horse_name;
  std::string jockey_id;
  std::string jockey_name; ///< Without the claim; "" for a non-runner.
  opt_int jockey_claim_lbs;
  std::string trainer_id;
  std::string owner_id;
  opt_int number; ///< Saddle-cloth number; none for a non-runner.
  bool is_non_runner = false;
  bool is_reserve = false; ///< `R1`: runs only in the place of another.
  opt_int draw;            ///< Starting stall; none over jumps.
  opt_int lbs;
  opt_int age;
  opt_int ofr;
  opt_int rpr;
  opt_int ts;
  opt_int performance_rating; ///< On a scale of its own; cards of 2026 on.
  opt_int speed_rating;       ///< Likewise.
  opt_int trainer_rtf;
  std::string sex;
  std::string sex_code;
  std::string form;
  std::string last_run; ///< Verbatim, `128 (9F)`.
  opt_int last_run_days;
  std::string headgear;
  std::string headgear_run;
  std::string wind_surgery;
  std::string wind_surgery_run;
  std::string silk_url;
  std::string comment;
  std::string spotlight;
  std::vector<std::string> past_results_flags;
  std::string extras; ///< JSON object of the list-like fields, or "".
  std::string odds;   ///< JSON array; "" unless conf keeps odds.
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, runner_row& x) {
  return f(caf::meta::type_name("runner_row"), x.race_id, x.horse_id,
           x.horse_name, x.jockey_id, x.jockey_name, x.jockey_claim_lbs,
           x.trainer_id, x.owner_id, x.number, x.is_non_runner, x.is_reserve,
           x.draw, x.lbs, x.age, x.ofr, x.rpr, x.ts, x.performance_rating,
           x.speed_rating, x.trainer_rtf, x.sex, x.sex_code, x.form, x.last_run,
           x.last_run_days, x.headgear, x.headgear_run, x.wind_surgery,
           x.wind_surgery_run, x.silk_url, x.comment, x.spotlight,
           x.past_results_flags, x.extras, x.odds);
}

/// One horse (ra_horses).
struct horse_row {
  std::string horse_id;
  std::string name;
  date dob;
  std::string sex;
  std::string sex_code;
  std::string colour;
  std::string colour_code;
  std::string region; ///< Country of breeding, upper case; racecards only.
  row_source source = row_source::racecard;
  date as_of; ///< The card's race date, or the profile's fetch date.
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, horse_row& x) {
  return f(caf::meta::type_name("horse_row"), x.horse_id, x.name, x.dob, x.sex,
           x.sex_code, x.colour, x.colour_code, x.region, x.source, x.as_of);
}

/// One horse's parents and breeder (ra_horse_pedigree).
struct pedigree_row {
  std::string horse_id;
  std::string sire_id;
  std::string sire;
  std::string sire_region;
  std::string dam_id;
  std::string dam;
  std::string dam_region;
  std::string damsire_id;
  std::string damsire;
  std::string damsire_region;
  std::string breeder;
  std::string region;
  row_source source = row_source::racecard;
  date as_of;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, pedigree_row& x) {
  return f(caf::meta::type_name("pedigree_row"), x.horse_id, x.sire_id, x.sire,
           x.sire_region, x.dam_id, x.dam, x.dam_region, x.damsire_id,
           x.damsire, x.damsire_region, x.breeder, x.region, x.source, x.as_of);
}

/// A jockey, trainer or owner (ra_jockeys, ra_trainers, ra_owners).
struct entity_row {
  std::string id;
  std::string name;
  std::string location; ///< Trainers only.
  date as_of;           ///< Race date of the card that said so.
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, entity_row& x) {
  return f(caf::meta::type_name("entity_row"), x.id, x.name, x.location,
           x.as_of);
}

/// A racecourse (ra_courses).
struct course_row {
  std::string course_id;
  std::string name;
  std::string region_code; ///< As the course list has it, lower case.
  std::string region;
  row_source source = row_source::racecard;
  date as_of;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, course_row& x) {
  return f(caf::meta::type_name("course_row"), x.course_id, x.name,
           x.region_code, x.region, x.source, x.as_of);
}

/// A bookmaker (ra_bookmakers).
struct bookmaker_row {
  std::string bookmaker_id; ///< A slug, `paddy_power`.
  std::string name;
  std::string type; ///< online, exchange or spread.
  bool is_active = true;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, bookmaker_row& x) {
  return f(caf::meta::type_name("bookmaker_row"), x.bookmaker_id, x.name,
           x.type, x.is_active);
}

/// A value or row that could not be stored, and why (racefill_quarantine).
struct quarantine_row {
  std::string source;     ///< `racecards` or `horse`.
  std::string source_key; ///< The day asked for, or the horse's id.
  std::string table_name; ///< Where it should have gone.
  std::string row_key;    ///< The row's key as far as known.
  std::string column;     ///< "" when the whole row was refused.
  std::string reason;
  std::string payload; ///< The offending value or row, cut at 4 KiB.
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, quarantine_row& x) {
  return f(caf::meta::type_name("quarantine_row"), x.source, x.source_key,
           x.table_name, x.row_key, x.column, x.reason, x.payload);
}

} // namespace racefill
