#include "infra/racing_api/row_merge.hpp"

#include <algorithm>
#include <string>
#include <tuple>

namespace racefill {

namespace {

auto order_of(const horse_row& x) {
  return std::tie(x.horse_id, x.as_of, x.name, x.dob, x.sex, x.sex_code,
                  x.colour, x.colour_code, x.region);
}

auto order_of(const pedigree_row& x) {
  return std::tie(x.horse_id, x.as_of, x.sire_id, x.sire, x.sire_region,
                  x.dam_id, x.dam, x.dam_region, x.damsire_id, x.damsire,
                  x.damsire_region, x.breeder, x.region);
}

auto order_of(const entity_row& x) {
  return std::tie(x.id, x.as_of, x.name, x.location);
}

auto order_of(const course_row& x) {
  return std::tie(x.course_id, x.as_of, x.name, x.region_code, x.region);
}

auto order_of(const bookmaker_row& x) {
  return std::tie(x.bookmaker_id, x.name, x.type);
}

const std::string& key_of(const horse_row& x) {
  return x.horse_id;
}

const std::string& key_of(const pedigree_row& x) {
  return x.horse_id;
}

const std::string& key_of(const entity_row& x) {
  return x.id;
}

const std::string& key_of(const course_row& x) {
  return x.course_id;
}

const std::string& key_of(const bookmaker_row& x) {
  return x.bookmaker_id;
}

// A poorer value never replaces a richer one.
void take(std::string& into, std::string& from) {
  if (!from.empty())
    into = std::move(from);
}

void take(date& into, date from) {
  if (from.known())
    into = from;
}

bool is_gelding(const horse_row& x) {
  return x.sex_code == "G" || x.sex == "gelding";
}

void absorb(horse_row& into, horse_row& from) {
  take(into.name, from.name);
  take(into.dob, from.dob);
  if (is_gelding(into) || is_gelding(from)) {
    // Through temporaries: g++ 12 warns of a false overlap otherwise.
    into.sex = std::string{"gelding"};
    into.sex_code = std::string{"G"};
  } else {
    take(into.sex, from.sex);
    take(into.sex_code, from.sex_code);
  }
  take(into.colour, from.colour);
  take(into.colour_code, from.colour_code);
  take(into.region, from.region);
  take(into.as_of, from.as_of);
}

// An id with another animal's name would be worse than a missing name.
void absorb_parent(std::string& id, std::string& name, std::string& region,
                   std::string& from_id, std::string& from_name,
                   std::string& from_region) {
  if (!from_id.empty() && !id.empty() && from_id != id) {
    name.clear();
    region.clear();
  }
  take(id, from_id);
  take(name, from_name);
  take(region, from_region);
}

void absorb(pedigree_row& into, pedigree_row& from) {
  absorb_parent(into.sire_id, into.sire, into.sire_region, from.sire_id,
                from.sire, from.sire_region);
  absorb_parent(into.dam_id, into.dam, into.dam_region, from.dam_id, from.dam,
                from.dam_region);
  absorb_parent(into.damsire_id, into.damsire, into.damsire_region,
                from.damsire_id, from.damsire, from.damsire_region);
  take(into.breeder, from.breeder);
  take(into.region, from.region);
  take(into.as_of, from.as_of);
}

void absorb(entity_row& into, entity_row& from) {
  take(into.name, from.name);
  take(into.location, from.location);
  take(into.as_of, from.as_of);
}

void absorb(course_row& into, course_row& from) {
  take(into.name, from.name);
  take(into.region_code, from.region_code);
  take(into.region, from.region);
  take(into.as_of, from.as_of);
}

void absorb(bookmaker_row& into, bookmaker_row& from) {
  take(into.name, from.name);
  take(into.type, from.type);
}

template <class Row>
void merge_all(std::vector<Row>& rows) {
  std::sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) {
    return order_of(a) < order_of(b);
  });
  std::size_t last = 0;
  for (std::size_t i = 1; i < rows.size(); ++i) {
    if (key_of(rows[i]) == key_of(rows[last]))
      absorb(rows[last], rows[i]);
    else if (++last != i)
      rows[last] = std::move(rows[i]);
  }
  if (!rows.empty())
    rows.resize(last + 1);
}

void fill(std::string& into, const std::string& from) {
  if (into.empty())
    into = from;
}

void fill(opt_int& into, const opt_int& from) {
  if (!into)
    into = from;
}

} // namespace

void merge_rows(std::vector<horse_row>& rows) {
  merge_all(rows);
}

void merge_rows(std::vector<pedigree_row>& rows) {
  merge_all(rows);
}

void merge_rows(std::vector<entity_row>& rows) {
  merge_all(rows);
}

void merge_rows(std::vector<course_row>& rows) {
  merge_all(rows);
}

void merge_rows(std::vector<bookmaker_row>& rows) {
  merge_all(rows);
}

void fill_from(runner_row& later, const runner_row& earlier) {
  fill(later.horse_name, earlier.horse_name);
  // A claim belongs to its jockey, a number and a draw to one that runs.
  if (later.jockey_id.empty() || later.jockey_id == earlier.jockey_id) {
    fill(later.jockey_id, earlier.jockey_id);
    if (later.jockey_name.empty() && !later.is_non_runner)
      later.jockey_claim_lbs = earlier.jockey_claim_lbs;
    if (!later.is_non_runner)
      fill(later.jockey_name, earlier.jockey_name);
  }
  if (!later.is_non_runner) {
    fill(later.number, earlier.number);
    fill(later.draw, earlier.draw);
  }
  for (auto cell :
       {&runner_row::lbs, &runner_row::age, &runner_row::ofr, &runner_row::rpr,
        &runner_row::ts, &runner_row::performance_rating,
        &runner_row::speed_rating, &runner_row::trainer_rtf})
    fill(later.*cell, earlier.*cell);
  if (later.last_run.empty())
    later.last_run_days = earlier.last_run_days;
  for (auto cell :
       {&runner_row::trainer_id, &runner_row::owner_id, &runner_row::sex,
        &runner_row::sex_code, &runner_row::form, &runner_row::last_run,
        &runner_row::headgear, &runner_row::headgear_run,
        &runner_row::wind_surgery, &runner_row::wind_surgery_run,
        &runner_row::silk_url, &runner_row::comment, &runner_row::spotlight,
        &runner_row::extras, &runner_row::odds})
    fill(later.*cell, earlier.*cell);
  if (later.past_results_flags.empty())
    later.past_results_flags = earlier.past_results_flags;
}

} // namespace racefill
