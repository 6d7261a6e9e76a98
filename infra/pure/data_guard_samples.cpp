/// What the guard looks at of a day and of a profile.
#include <algorithm>
#include <iterator>
#include <unordered_set>

#include "infra/pure/data_guard.hpp"
#include "messages/faults.hpp"

namespace racefill {
namespace {

using race_ids = std::unordered_set<std::string>;

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
  add("sire", pedigrees, [](const auto& x) { return !x.sire.empty(); });
  add("dam", pedigrees, [](const auto& x) { return !x.dam.empty(); });
  add("damsire", pedigrees, [](const auto& x) { return !x.damsire.empty(); });
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

/// Whether a race's field is still open: its riders and its size come later.
/// Cards older than the status have none; before the day itself they tell by
/// their size.
bool is_entry_stage(const day_unit& unit, const race_row& race) {
  if (!race.race_status.empty())
    return race.race_status == "entry" || race.race_status == "Entry"
           || race.race_status == "ENTRY";
  return unit.state == day_state::provisional
         && race.declared_field_size.value_or(0) == 0;
}

void count_races(const day_unit& unit, const race_ids& open, day_sample& out) {
  std::unordered_map<std::string, std::int32_t> runners;
  for (const auto& x : unit.runners)
    ++runners[x.race_id];
  for (const auto& race : unit.races) {
    if (race.is_abandoned)
      continue;
    if (open.count(race.race_id) != 0) {
      ++out.open_races;
      continue;
    }
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

/// What cards bring at every stage.
void add_card_fields(const day_unit& unit, std::vector<field_fill>& out) {
  const field_adder add{out};
  const auto& races = unit.races;
  add("course_id", races, [](const auto& x) { return !x.course_id.empty(); });
  add("course", races, [](const auto& x) { return !x.course_name.empty(); });
  add("race_name", races, [](const auto& x) { return !x.race_name.empty(); });
  add("off_time", races, [](const auto& x) { return !x.off_time.empty(); });
  add("off_dt", races, [](const auto& x) { return !x.off_dt.empty(); });
  add("distance", races, [](const auto& x) { return !x.distance.empty(); });
  add("type", races, [](const auto& x) { return !x.race_type.empty(); });
  const auto& runners = unit.runners;
  add("horse", runners, [](const auto& x) { return !x.horse_name.empty(); });
  add("age", runners, [](const auto& x) { return static_cast<bool>(x.age); });
  add("lbs", runners, [](const auto& x) { return static_cast<bool>(x.lbs); });
  add("trainer_id", runners,
      [](const auto& x) { return !x.trainer_id.empty(); });
  add("owner_id", runners, [](const auto& x) { return !x.owner_id.empty(); });
  const auto is_named = [](const auto& x) { return !x.name.empty(); };
  add("trainer", unit.trainers, is_named);
  add("owner", unit.owners, is_named);
}

/// What they bring once the field is declared. A horse that does not run has
/// no rider, and a reserve neither him nor a number of its own.
void add_declared_fields(const day_unit& unit, const race_ids& open,
                         std::vector<field_fill>& out) {
  std::vector<runner_row> starters;
  std::copy_if(unit.runners.begin(), unit.runners.end(),
               std::back_inserter(starters), [&open](const auto& x) {
                 return !x.is_non_runner && !x.is_reserve
                        && open.count(x.race_id) == 0;
               });
  const field_adder add{out};
  add("number", starters,
      [](const auto& x) { return static_cast<bool>(x.number); });
  add("jockey_id", starters,
      [](const auto& x) { return !x.jockey_id.empty(); });
  add("jockey", starters, [](const auto& x) { return !x.jockey_name.empty(); });
}

} // namespace

day_sample sample_of(const day_unit& unit) {
  day_sample out;
  out.day = unit.day;
  out.state = unit.state;
  out.broken = unit.state == day_state::failed
               && (unit.error.starts_with(to_string(fault::bad_shape))
                   || unit.error.starts_with(to_string(fault::broken_body)));
  if (unit.state == day_state::failed) {
    out.refusal = refusal_of(unit.error);
    out.error = out.refusal.empty() ? "" : unit.error;
  }
  race_ids open;
  for (const auto& race : unit.races)
    if (is_entry_stage(unit, race))
      open.insert(race.race_id);
  count_races(unit, open, out);
  add_card_fields(unit, out.fields);
  add_declared_fields(unit, open, out.fields);
  const field_adder add{out.fields};
  add_horse_fields(unit.horses, out.fields);
  add("region", unit.horses, [](const auto& x) { return !x.region.empty(); });
  add_pedigree_fields(unit.horses.size(), unit.pedigrees, out.fields);
  out.horses = facts_of(unit.horses, unit.pedigrees);
  return out;
}

std::string refusal_of(const std::string& error) {
  for (const auto code : {fault::not_found, fault::invalid_request,
                          fault::redirected, fault::http_status}) {
    const auto name = to_string(code);
    if (!error.starts_with(name + ':'))
      continue;
    constexpr std::string_view mark = ", status ";
    const auto at = error.find(mark);
    return at == std::string::npos ? name
                                   : name + error.substr(at, mark.size() + 3);
  }
  return {};
}

profile_sample sample_of(const horse_unit& unit) {
  profile_sample out;
  out.horse.horse_id = unit.horse_id;
  if (auto facts = facts_of(unit.horses, unit.pedigrees); !facts.empty())
    out.horse = std::move(facts.front());
  add_horse_fields(unit.horses, out.fields);
  field_adder{out.fields}("colour_code", unit.horses,
                          [](const auto& x) { return !x.colour_code.empty(); });
  field_adder{out.fields}("name", unit.horses,
                          [](const auto& x) { return !x.name.empty(); });
  if (unit.state == horse_state::failed) {
    out.refusal = refusal_of(unit.error);
    out.error = out.refusal.empty() ? "" : unit.error;
  }
  add_pedigree_fields(unit.horses.size(), unit.pedigrees, out.fields);
  return out;
}

} // namespace racefill
