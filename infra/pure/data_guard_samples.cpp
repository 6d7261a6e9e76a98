/// What the guard looks at of a day and of a profile.
#include <algorithm>
#include <iterator>

#include "infra/pure/data_guard.hpp"
#include "messages/faults.hpp"

namespace racefill {
namespace {

/// A race is short below this share of its declared runners.
constexpr double short_share = 0.75;

struct field_adder {
  std::vector<field_fill>& to;

  template <class Rows, class Test>
  void operator()(const char* name, const Rows& rows, Test test) const {
    field_fill out;
    out.name = name;
    out.rows = static_cast<std::int32_t>(rows.size());
    out.filled = static_cast<std::int32_t>(
      std::count_if(rows.begin(), rows.end(), test));
    to.push_back(std::move(out));
  }
};

void add_horse_fields(const std::vector<horse_row>& horses,
                      std::vector<field_fill>& out) {
  const field_adder add{out};
  add("dob", horses, [](const auto& x) { return x.dob.known(); });
  add("sex", horses, [](const auto& x) { return !x.sex.empty(); });
  add("sex_code", horses, [](const auto& x) { return !x.sex_code.empty(); });
  add("colour", horses, [](const auto& x) { return !x.colour.empty(); });
}

/// `horses` counts: a horse without any parent has no pedigree row at all.
void add_pedigree_fields(std::size_t horses,
                         const std::vector<pedigree_row>& pedigrees,
                         std::vector<field_fill>& out) {
  const auto first = out.size();
  const field_adder add{out};
  add("sire_id", pedigrees, [](const auto& x) { return !x.sire_id.empty(); });
  add("dam_id", pedigrees, [](const auto& x) { return !x.dam_id.empty(); });
  add("damsire_id", pedigrees,
      [](const auto& x) { return !x.damsire_id.empty(); });
  for (auto i = first; i < out.size(); ++i)
    out[i].rows = static_cast<std::int32_t>(horses);
}

std::vector<horse_fact> facts_of(const std::vector<horse_row>& horses,
                                 const std::vector<pedigree_row>& pedigrees) {
  std::unordered_map<std::string, const pedigree_row*> parents;
  for (const auto& x : pedigrees)
    parents[x.horse_id] = &x;
  std::vector<horse_fact> out;
  for (const auto& x : horses) {
    const auto found = parents.find(x.horse_id);
    out.push_back({x.horse_id, x.dob,
                   found == parents.end() ? "" : found->second->sire_id,
                   found == parents.end() ? "" : found->second->dam_id});
  }
  return out;
}

void count_races(const day_unit& unit, day_sample& out) {
  std::unordered_map<std::string, std::int32_t> runners;
  for (const auto& x : unit.runners)
    ++runners[x.race_id];
  for (const auto& race : unit.races) {
    if (race.is_abandoned)
      continue;
    const auto found = runners.find(race.race_id);
    const auto came = found == runners.end() ? 0 : found->second;
    ++out.races;
    out.runners += came;
    const auto declared = race.declared_field_size.value_or(0);
    if (declared < 2)
      continue;
    ++out.declared_races;
    out.short_races += came < declared * short_share ? 1 : 0;
  }
}

} // namespace

day_sample sample_of(const day_unit& unit) {
  day_sample out;
  out.day = unit.day;
  out.state = unit.state;
  out.broken = unit.state == day_state::failed
               && (unit.error.starts_with(to_string(fault::bad_shape))
                   || unit.error.starts_with(to_string(fault::broken_body)));
  count_races(unit, out);
  const field_adder add{out.fields};
  const auto& races = unit.races;
  add("course_id", races, [](const auto& x) { return !x.course_id.empty(); });
  add("off_time", races, [](const auto& x) { return !x.off_time.empty(); });
  add("distance", races, [](const auto& x) { return !x.distance.empty(); });
  add("type", races, [](const auto& x) { return !x.race_type.empty(); });
  const auto& runners = unit.runners;
  add("horse", runners, [](const auto& x) { return !x.horse_name.empty(); });
  add("age", runners, [](const auto& x) { return static_cast<bool>(x.age); });
  add("lbs", runners, [](const auto& x) { return static_cast<bool>(x.lbs); });
  // A horse that does not run has no rider.
  std::vector<runner_row> starters;
  std::copy_if(runners.begin(), runners.end(), std::back_inserter(starters),
               [](const auto& x) { return !x.is_non_runner; });
  add("jockey_id", starters,
      [](const auto& x) { return !x.jockey_id.empty(); });
  add("trainer_id", runners,
      [](const auto& x) { return !x.trainer_id.empty(); });
  add("owner_id", runners, [](const auto& x) { return !x.owner_id.empty(); });
  add_horse_fields(unit.horses, out.fields);
  add("region", unit.horses, [](const auto& x) { return !x.region.empty(); });
  add_pedigree_fields(unit.horses.size(), unit.pedigrees, out.fields);
  out.horses = facts_of(unit.horses, unit.pedigrees);
  return out;
}

profile_sample sample_of(const horse_unit& unit) {
  profile_sample out;
  out.horse.horse_id = unit.horse_id;
  if (auto facts = facts_of(unit.horses, unit.pedigrees); !facts.empty())
    out.horse = std::move(facts.front());
  add_horse_fields(unit.horses, out.fields);
  field_adder{out.fields}("colour_code", unit.horses,
                          [](const auto& x) { return !x.colour_code.empty(); });
  add_pedigree_fields(unit.horses.size(), unit.pedigrees, out.fields);
  return out;
}

} // namespace racefill
