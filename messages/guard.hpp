/// What the DATA GUARD looks at: a day or a profile, in a few numbers.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <caf/meta/type_name.hpp>

#include "messages/work.hpp"

namespace racefill {

/// How many rows have a value in one field.
struct field_fill {
  std::string name; ///< `dob`, `sire_id` …
  std::int32_t rows = 0;
  std::int32_t filled = 0;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, field_fill& x) {
  return f(caf::meta::type_name("field_fill"), x.name, x.rows, x.filled);
}

/// What a card or a profile says of a horse that never changes.
struct horse_fact {
  std::string horse_id;
  date dob;
  std::string sire_id;
  std::string dam_id;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, horse_fact& x) {
  return f(caf::meta::type_name("horse_fact"), x.horse_id, x.dob, x.sire_id,
           x.dam_id);
}

/// A day as the EXTRACTOR has decoded it, or as it failed.
struct day_sample {
  date day;
  day_state state = day_state::pending;
  bool broken = false;             ///< Failed: its bodies could not be read.
  std::string refusal;             ///< Failed: what will not change, `status
                                   ///< 422`; "" for any other reason.
  std::string error;               ///< The whole reason of a refusal.
  std::int32_t races = 0;          ///< Abandoned and open ones not counted.
  std::int32_t open_races = 0;     ///< Still at the stage of entries.
  std::int32_t runners = 0;        ///< Of these races.
  std::int32_t declared_races = 0; ///< Of these: the field size is declared.
  std::int32_t short_races = 0;    ///< Of these: far fewer runners came.
  std::vector<field_fill> fields;
  std::vector<horse_fact> horses;

  bool is_refused() const noexcept {
    return !refusal.empty();
  }
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, day_sample& x) {
  return f(caf::meta::type_name("day_sample"), x.day, x.state, x.broken,
           x.refusal, x.error, x.races, x.open_races, x.runners,
           x.declared_races, x.short_races, x.fields, x.horses);
}

/// A profile as an ENRICHER has decoded it.
struct profile_sample {
  horse_fact horse;
  std::vector<field_fill> fields; ///< Of one row.
  std::string refusal;            ///< As a day's; then nothing else counts.
  std::string error;              ///< The whole reason of a refusal.
  bool is_final = false; ///< One such refusal is enough: 401, or the plan.

  bool is_refused() const noexcept {
    return is_final || !refusal.empty();
  }
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, profile_sample& x) {
  return f(caf::meta::type_name("profile_sample"), x.horse, x.fields, x.refusal,
           x.error, x.is_final);
}

} // namespace racefill
