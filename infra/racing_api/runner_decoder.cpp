#include "infra/racing_api/runner_decoder.hpp"

#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "infra/racing_api/bookmakers.hpp"
#include "infra/racing_api/field_tables.hpp"
#include "infra/racing_api/json_text.hpp"
#include "infra/racing_api/row_merge.hpp"
#include "infra/racing_api/text.hpp"

namespace racefill {

namespace {

using fields = json_fields<runner_fields>;

constexpr std::string_view runners_table = "ra_mst_runners";

opt_int to_optional(const parsed<std::int32_t>& value) {
  if (value.ok())
    return value.value;
  return caf::none;
}

// -- the runner's own row -----------------------------------------------------

void read_jockey(const fields& in, const row_reader& cells, runner_row& row) {
  row.jockey_id = cells.id(in.at<"jockey_id">(), "jockey_id");
  const auto printed = cells.label(in.at<"jockey">(), "jockey_name");
  const auto jockey = parse_jockey(printed);
  row.jockey_name = jockey.name;
  row.jockey_claim_lbs = to_optional(jockey.claim_lbs);
  row.is_non_runner = row.is_non_runner || jockey.non_runner;
}

void read_numbers(const fields& in, const row_reader& cells, runner_row& row) {
  if (const auto text = cells.text(in.at<"number">(), "number")) {
    const auto cloth = parse_number(*text);
    cells.settle(cloth.number, in.at<"number">(), "number",
                 "no saddle-cloth number");
    row.number = to_optional(cloth.number);
    row.is_non_runner = cloth.non_runner;
    row.is_reserve = cloth.reserve;
  }
  if (const auto text = cells.text(in.at<"draw">(), "draw")) {
    const auto draw = parse_draw(*text);
    cells.settle(draw, in.at<"draw">(), "draw", "no starting stall");
    row.draw = to_optional(draw);
  }
  row.lbs = cells.integer(in.at<"lbs">(), "lbs");
  row.age = cells.integer(in.at<"age">(), "age");
  row.ofr = cells.integer(in.at<"ofr">(), "ofr");
  row.rpr = cells.integer(in.at<"rpr">(), "rpr");
  row.ts = cells.integer(in.at<"ts">(), "ts");
  row.performance_rating = cells.integer(in.at<"performance_rating">(),
                                         "performance_rating");
  row.speed_rating = cells.integer(in.at<"speed_rating">(), "speed_rating");
  row.trainer_rtf = cells.integer(in.at<"trainer_rtf">(), "trainer_rtf");
}

void read_texts(const fields& in, const row_reader& cells, bool keep_editorial,
                runner_row& row) {
  row.horse_name = cells.label(in.at<"horse">(), "horse_name");
  row.trainer_id = cells.id(in.at<"trainer_id">(), "trainer_id");
  row.owner_id = cells.id(in.at<"owner_id">(), "owner_id");
  row.sex = cells.label(in.at<"sex">(), "sex");
  row.sex_code = cells.code(in.at<"sex_code">(), "sex_code");
  row.form = cells.prose(in.at<"form">(), "form");
  row.last_run = cells.label(in.at<"last_run">(), "last_run");
  const auto days = parse_last_run(row.last_run);
  cells.settle(days, in.at<"last_run">(), "last_run_days",
               "no days since the last run");
  row.last_run_days = to_optional(days);
  row.headgear = cells.label(in.at<"headgear">(), "headgear");
  row.headgear_run = cells.label(in.at<"headgear_run">(), "headgear_run");
  row.wind_surgery = cells.label(in.at<"wind_surgery">(), "wind_surgery");
  row.wind_surgery_run = cells.label(in.at<"wind_surgery_run">(),
                                     "wind_surgery_run");
  row.silk_url = cells.label(in.at<"silk_url">(), "silk_url");
  row.past_results_flags = cells.labels(in.at<"past_results_flags">(),
                                        "past_results_flags");
  if (keep_editorial) {
    row.comment = cells.prose(in.at<"comment">(), "comment");
    row.spotlight = cells.prose(in.at<"spotlight">(), "spotlight");
  }
}

// -- lists --------------------------------------------------------------------

enum class shape { object, list };

// The canonical JSON of a list-like cell; "" when it is empty or refused.
std::string list_text(const json_cell& cell, const row_reader& cells,
                      std::string_view column, std::string_view field,
                      shape expected) {
  if (!cell)
    return {};
  if (cell->is_string() && is_missing(std::string_view(*cell)))
    return {};
  const bool fits = expected == shape::object ? cell->is_object()
                                              : cell->is_array();
  if (!fits) {
    cells.refuse(cell, column,
                 std::string{field}
                   + (expected == shape::object ? ": an object is documented"
                                                : ": a list is documented"));
    return {};
  }
  auto result = to_canonical_json(*cell);
  return result == "{}" || result == "[]" ? std::string{} : result;
}

std::string read_extras(const fields& in, const row_reader& cells,
                        bool keep_editorial) {
  std::string result;
  auto add = [&](std::string_view field, const json_cell& cell,
                 shape expected) {
    const auto value = list_text(cell, cells, "extras", field, expected);
    if (value.empty())
      return;
    result += result.empty() ? '{' : ',';
    append_json_string(result, field);
    (result += ':') += value;
  };
  // In this order for good: an unchanged card must give an unchanged text.
  add("trainer_14_days", in.at<"trainer_14_days">(), shape::object);
  add("prev_trainers", in.at<"prev_trainers">(), shape::list);
  add("prev_owners", in.at<"prev_owners">(), shape::list);
  if (keep_editorial) {
    add("quotes", in.at<"quotes">(), shape::list);
    add("stable_tour", in.at<"stable_tour">(), shape::list);
  }
  add("medical", in.at<"medical">(), shape::list);
  if (!result.empty())
    result += '}';
  return result;
}

// Names of bookmakers as printed, each once: a race has some hundreds of quotes
// of the same thirty.
using name_set = std::unordered_set<std::string>;

void read_odds(const fields& in, const row_reader& cells, runner_row& row,
               name_set& bookmakers) {
  const auto& cell = in.at<"odds">();
  row.odds = list_text(cell, cells, "odds", "odds", shape::list);
  if (row.odds.empty())
    return;
  for (const auto quote : simdjson::dom::array(*cell)) {
    if (!quote.is_object())
      continue; // Kept in the column as it came; it names nobody.
    const json_fields<quote_fields> named{simdjson::dom::object(quote)};
    bookmakers.insert(cells.label(named.at<"bookmaker">(), "odds"));
  }
}

// -- entities -----------------------------------------------------------------

horse_row read_horse(const fields& in, const row_reader& cells,
                     const runner_row& runner, date as_of) {
  horse_row row;
  row.horse_id = runner.horse_id;
  row.name = runner.horse_name;
  row.dob = cells.day(in.at<"dob">(), "dob");
  row.sex = runner.sex;
  row.sex_code = runner.sex_code;
  row.colour = cells.label(in.at<"colour">(), "colour");
  row.region = cells.code(in.at<"region">(), "region");
  row.source = row_source::racecard;
  row.as_of = as_of;
  return row;
}

// Adds a row when a parent or the breeder is known.
void read_pedigree(const fields& in, const row_reader& cells,
                   const horse_row& horse, std::vector<pedigree_row>& rows) {
  pedigree_row row;
  row.horse_id = horse.horse_id;
  row.sire_id = cells.id(in.at<"sire_id">(), "sire_id");
  row.sire = cells.label(in.at<"sire">(), "sire");
  row.sire_region = cells.code(in.at<"sire_region">(), "sire_region");
  row.dam_id = cells.id(in.at<"dam_id">(), "dam_id");
  row.dam = cells.label(in.at<"dam">(), "dam");
  row.dam_region = cells.code(in.at<"dam_region">(), "dam_region");
  row.damsire_id = cells.id(in.at<"damsire_id">(), "damsire_id");
  row.damsire = cells.label(in.at<"damsire">(), "damsire");
  row.damsire_region = cells.code(in.at<"damsire_region">(), "damsire_region");
  row.breeder = cells.label(in.at<"breeder">(), "breeder");
  row.region = horse.region;
  row.source = row_source::racecard;
  row.as_of = horse.as_of;
  for (const auto* known : {&row.sire_id, &row.sire, &row.dam_id, &row.dam,
                            &row.damsire_id, &row.damsire, &row.breeder})
    if (!known->empty()) {
      rows.push_back(std::move(row));
      return;
    }
}

// Adds an entity, also one of unknown name: the store then enters a stub, so
// that the runner's foreign key holds.
void add_entity(std::vector<entity_row>& rows, const std::string& id,
                std::string name, std::string location, date as_of) {
  if (!id.empty())
    rows.push_back({id, std::move(name), std::move(location), as_of});
}

void read_people(const fields& in, quarantine_log& log, const race_place& place,
                 const runner_row& runner, day_unit& unit) {
  const row_reader trainers{log, "ra_trainers", runner.trainer_id,
                            place.repaired};
  const row_reader owners{log, "ra_owners", runner.owner_id, place.repaired};
  auto trainer = trainers.label(in.at<"trainer">(), "name");
  auto owner = owners.label(in.at<"owner">(), "name");
  if (runner.trainer_id.empty() && !trainer.empty())
    trainers.refuse(in.at<"trainer">(), "name", "a name without an id");
  if (runner.owner_id.empty() && !owner.empty())
    owners.refuse(in.at<"owner">(), "name", "a name without an id");
  add_entity(unit.jockeys, runner.jockey_id, runner.jockey_name, {},
             place.race_date);
  add_entity(unit.trainers, runner.trainer_id, std::move(trainer),
             trainers.label(in.at<"trainer_location">(), "location"),
             place.race_date);
  add_entity(unit.owners, runner.owner_id, std::move(owner), {},
             place.race_date);
}

// -- one runner ---------------------------------------------------------------

runner_row read_runner(const fields& in, const race_place& place,
                       const card_rules& rules, quarantine_log& log,
                       std::string horse_id, name_set& bookmakers,
                       day_unit& unit) {
  runner_row row;
  row.race_id = place.race_id;
  row.horse_id = std::move(horse_id);
  const row_reader cells{log, runners_table, row.race_id + '_' + row.horse_id,
                         place.repaired};
  read_numbers(in, cells, row);
  read_jockey(in, cells, row);
  read_texts(in, cells, rules.keep_editorial, row);
  row.extras = read_extras(in, cells, rules.keep_editorial);
  if (rules.keep_odds)
    read_odds(in, cells, row, bookmakers);
  const row_reader horse_cells{log, "ra_horses", row.horse_id, place.repaired};
  const row_reader pedigree_cells{log, "ra_horse_pedigree", row.horse_id,
                                  place.repaired};
  unit.horses.push_back(read_horse(in, horse_cells, row, place.race_date));
  read_pedigree(in, pedigree_cells, unit.horses.back(), unit.pedigrees);
  read_people(in, log, place, row, unit);
  return row;
}

} // namespace

std::int32_t decode_runners(const json_cell& runners, const race_place& place,
                            const card_rules& rules, quarantine_log& log,
                            day_unit& unit) {
  if (!runners || !runners->is_array()) {
    log.refuse("ra_mst_races", place.race_id, "runner_count",
               "runners: a list is documented", payload_of(runners));
    return 0;
  }
  std::vector<runner_row> rows;
  std::unordered_map<std::string, std::size_t> listed;
  name_set bookmakers;
  for (const auto item : simdjson::dom::array(*runners)) {
    simdjson::dom::object object;
    std::string horse_id;
    if (item.get(object) == simdjson::SUCCESS)
      horse_id = plain_id(json_fields<runner_fields>{object}.at<"horse_id">());
    if (horse_id.empty()) {
      ++unit.dropped_runners;
      log.refuse(runners_table, place.race_id, "", "no usable horse_id",
                 to_canonical_json(item));
      continue;
    }
    auto row = read_runner(fields{object}, place, rules, log, horse_id,
                           bookmakers, unit);
    const auto [entry, is_new] = listed.emplace(horse_id, rows.size());
    if (is_new) {
      rows.push_back(std::move(row));
      continue;
    }
    log.refuse(runners_table, place.race_id + '_' + horse_id, "",
               "listed twice in this race; merged, the later entry ruling",
               to_canonical_json(item));
    fill_from(row, rows[entry->second]);
    rows[entry->second] = std::move(row);
  }
  for (const auto& name : bookmakers)
    if (auto one = to_bookmaker(name); !one.bookmaker_id.empty())
      unit.bookmakers.push_back(std::move(one));
  const auto count = static_cast<std::int32_t>(rows.size());
  for (auto& row : rows)
    unit.runners.push_back(std::move(row));
  return count;
}

} // namespace racefill
