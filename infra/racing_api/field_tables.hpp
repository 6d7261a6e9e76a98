/// FIELD TABLES: every field that we read, by the provider's names and in its
/// order. What is not listed here is ignored; a test compares these tables with
/// the provider's OpenAPI documents.
#pragma once

#include <array>
#include <string_view>

namespace racefill {

/// A racecard (RacecardOddsPro). race_status comes with version 1.4.3.
inline constexpr std::array<std::string_view, 33> race_fields{
  "race_id",         "course",     "course_id",  "date",
  "off_time",        "off_dt",     "race_name",  "distance_round",
  "distance",        "distance_f", "region",     "pattern",
  "sex_restriction", "race_class", "type",       "age_band",
  "rating_band",     "prize",      "field_size", "going_detailed",
  "rail_movements",  "stalls",     "weather",    "going",
  "surface",         "jumps",      "runners",    "big_race",
  "is_abandoned",    "tip",        "verdict",    "betting_forecast",
  "race_status",
};

/// A runner on a racecard (RunnerOddsPro). The ratings before `jockey` come
/// with version 1.4.4.
inline constexpr std::array<std::string_view, 51> runner_fields{
  "horse_id",
  "horse",
  "dob",
  "age",
  "sex",
  "sex_code",
  "colour",
  "region",
  "breeder",
  "dam",
  "dam_id",
  "dam_region",
  "sire",
  "sire_id",
  "sire_region",
  "damsire",
  "damsire_id",
  "damsire_region",
  "trainer",
  "trainer_id",
  "trainer_location",
  "trainer_14_days",
  "owner",
  "owner_id",
  "prev_trainers",
  "prev_owners",
  "comment",
  "spotlight",
  "quotes",
  "stable_tour",
  "medical",
  "number",
  "draw",
  "headgear",
  "headgear_run",
  "wind_surgery",
  "wind_surgery_run",
  "past_results_flags",
  "lbs",
  "ofr",
  "rpr",
  "ts",
  "performance_rating",
  "speed_rating",
  "jockey",
  "jockey_id",
  "silk_url",
  "last_run",
  "form",
  "trainer_rtf",
  "odds",
};

/// A horse's Pro profile (HorsePro).
inline constexpr std::array<std::string_view, 14> profile_fields{
  "id",      "name", "sex",     "sex_code", "dob",    "colour",  "colour_code",
  "breeder", "sire", "sire_id", "dam",      "dam_id", "damsire", "damsire_id",
};

/// A course of the course list (Course).
inline constexpr std::array<std::string_view, 4> course_fields{
  "id", "course", "region_code", "region"};

/// A bookmaker's quote inside `odds` (OddsHistory): only its name is read, the
/// rest is stored as it is.
inline constexpr std::array<std::string_view, 1> quote_fields{"bookmaker"};

} // namespace racefill
