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
  std::int32_t races = 0;          ///< Abandoned ones not counted.
  std::int32_t runners = 0;        ///< Of these races.
  std::int32_t declared_races = 0; ///< Of these: the field size is declared.
  std::int32_t short_races = 0;    ///< Of these: far fewer runners came.
  std::vector<field_fill> fields;
  std::vector<horse_fact> horses;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, day_sample& x) {
  return f(caf::meta::type_name("day_sample"), x.day, x.state, x.broken,
           x.races, x.runners, x.declared_races, x.short_races, x.fields,
           x.horses);
}

/// A profile as an ENRICHER has decoded it.
struct profile_sample {
  horse_fact horse;
  std::vector<field_fill> fields; ///< Of one row.
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, profile_sample& x) {
  return f(caf::meta::type_name("profile_sample"), x.horse, x.fields);
}

} // namespace racefill
