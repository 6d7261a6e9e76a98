#include "infra/racing_api/card_decoder.hpp"

#include <algorithm>
#include <memory>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include <caf/make_message.hpp>

#include "infra/racing_api/field_tables.hpp"
#include "infra/racing_api/json_text.hpp"
#include "infra/racing_api/row_merge.hpp"
#include "infra/racing_api/text.hpp"
#include "messages/faults.hpp"

namespace racefill {

namespace {

using fields = json_fields<race_fields>;

constexpr std::string_view races_table = "ra_mst_races";

caf::error bad_shape(const std::string& what, std::string_view why) {
  return caf::make_error(fault::bad_shape, what + ": " + std::string{why});
}

// -- the envelope -------------------------------------------------------------

struct page {
  simdjson::dom::array racecards;
  page_extent extent;
};

constexpr std::array<std::string_view, 2> page_fields{"racecards", "total"};

caf::expected<page> read_page(const json_document& doc,
                              const std::string& what) {
  simdjson::dom::object object;
  if (doc.root().get(object) != simdjson::SUCCESS)
    return bad_shape(what, "no JSON object");
  const json_fields<page_fields> in{object};
  page result;
  const auto& racecards = in.at<"racecards">();
  if (!racecards || racecards->get(result.racecards) != simdjson::SUCCESS)
    return bad_shape(what, "no list `racecards`");
  const auto& total = in.at<"total">();
  if (!total)
    return bad_shape(what, "no `total`");
  // A number in quotes is plain enough; every other field comes that way.
  const auto count = parse_integer(payload_of(total), {0, int_range_32.high});
  if (!count.ok() || total->is_bool())
    return bad_shape(what, "`total` is no count of racecards");
  result.extent.total = count.value;
  for ([[maybe_unused]] const auto item : result.racecards)
    ++result.extent.items;
  return result;
}

// -- one race -----------------------------------------------------------------

void read_measures(const fields& in, const row_reader& cells, race_row& row) {
  row.distance = cells.label(in.at<"distance">(), "distance");
  const auto distance = parse_distance(row.distance);
  cells.settle(distance, in.at<"distance">(), "distance_y",
               "no distance in miles, furlongs and yards");
  if (distance.ok()) {
    row.distance_y = distance.value.yards;
    row.distance_m = distance.value.metres;
  }
  row.distance_round = cells.label(in.at<"distance_round">(), "distance_round");
  row.distance_f = cells.real(in.at<"distance_f">(), "distance_f", 9999.95);
  row.prize = cells.label(in.at<"prize">(), "prize");
  const auto prize = parse_prize(row.prize);
  cells.settle(prize, in.at<"prize">(), "prize_amount", "no amount of money");
  if (prize.ok()) {
    row.prize_amount = prize.value.amount;
    row.prize_currency = prize.value.currency;
  }
  row.declared_field_size = cells.integer(in.at<"field_size">(),
                                          "declared_field_size", int_range_32);
}

void read_race_texts(const fields& in, const row_reader& cells,
                     bool keep_editorial, race_row& row) {
  row.course_id = cells.id(in.at<"course_id">(), "course_id");
  row.course_name = cells.label(in.at<"course">(), "course_name");
  row.region = cells.code(in.at<"region">(), "region");
  row.race_name = cells.label(in.at<"race_name">(), "race_name");
  row.off_time = cells.label(in.at<"off_time">(), "off_time");
  row.off_dt = cells.instant(in.at<"off_dt">(), "off_dt");
  row.race_type = cells.label(in.at<"type">(), "race_type");
  row.race_class = cells.label(in.at<"race_class">(), "race_class");
  row.pattern = cells.label(in.at<"pattern">(), "pattern");
  row.age_band = cells.label(in.at<"age_band">(), "age_band");
  row.rating_band = cells.label(in.at<"rating_band">(), "rating_band");
  row.sex_restriction = cells.label(in.at<"sex_restriction">(),
                                    "sex_restriction");
  row.going = cells.label(in.at<"going">(), "going");
  row.going_detailed = cells.label(in.at<"going_detailed">(), "going_detailed");
  row.surface = cells.label(in.at<"surface">(), "surface");
  row.weather = cells.label(in.at<"weather">(), "weather");
  row.rail_movements = cells.label(in.at<"rail_movements">(), "rail_movements");
  row.stalls = cells.label(in.at<"stalls">(), "stalls");
  row.jumps = cells.label(in.at<"jumps">(), "jumps");
  row.is_big_race = cells.flag(in.at<"big_race">(), "is_big_race");
  row.is_abandoned = cells.flag(in.at<"is_abandoned">(), "is_abandoned");
  row.race_status = cells.label(in.at<"race_status">(), "race_status");
  if (keep_editorial) {
    row.tip = cells.prose(in.at<"tip">(), "tip");
    row.verdict = cells.prose(in.at<"verdict">(), "verdict");
    row.betting_forecast = cells.prose(in.at<"betting_forecast">(),
                                       "betting_forecast");
  }
}

// The card's own day; the day asked for when the card names none.
date read_race_date(const fields& in, const row_reader& cells, date asked) {
  const auto own = cells.day(in.at<"date">(), "race_date");
  if (!own.known())
    return asked;
  if (own != asked)
    cells.refuse(in.at<"date">(), "race_date",
                 "not the day asked for; stored as the provider says");
  return own;
}

// A race as it stands in a page.
struct listed_race {
  std::string race_id;
  simdjson::dom::element item; ///< An object.
  bool repaired = false;
};

void decode_race(const listed_race& race, const card_rules& rules,
                 quarantine_log& log, day_unit& unit) {
  const fields in{simdjson::dom::object(race.item)};
  const row_reader cells{log, races_table, race.race_id, race.repaired};
  race_row row;
  row.race_id = race.race_id;
  row.race_date = read_race_date(in, cells, unit.day);
  read_race_texts(in, cells, rules.keep_editorial, row);
  read_measures(in, cells, row);
  row.runner_count = decode_runners(in.at<"runners">(),
                                    {row.race_id, row.race_date, race.repaired},
                                    rules, log, unit);
  // An unknown region is not known to be foreign.
  const auto& asked = rules.regions;
  if (!row.region.empty()
      && std::find(asked.begin(), asked.end(), row.region) == asked.end())
    ++unit.foreign_races;
  if (!row.course_id.empty()) {
    course_row course;
    course.course_id = row.course_id;
    course.name = row.course_name;
    course.region = row.region;
    course.as_of = row.race_date;
    unit.courses.push_back(std::move(course));
  }
  unit.races.push_back(std::move(row));
}

// -- the day ------------------------------------------------------------------

// All races of a day's pages, each once, in the order of their first mention.
struct race_list {
  std::vector<listed_race> races;
  std::int32_t items = 0;   ///< Items on all pages.
  std::int32_t unkeyed = 0; ///< Of them, without a usable race_id.
  std::int32_t total = 0;   ///< The largest total of a page …
  std::int32_t least = 0;   ///< … and the smallest.

  std::int32_t distinct() const {
    return static_cast<std::int32_t>(races.size()) + unkeyed;
  }
};

void add_page(race_list& list, const page& from, bool repaired,
              std::unordered_map<std::string, std::size_t>& index,
              quarantine_log& log) {
  list.items += from.extent.items;
  list.least = list.items == from.extent.items
                 ? from.extent.total
                 : std::min(list.least, from.extent.total);
  list.total = std::max(list.total, from.extent.total);
  for (const auto item : from.racecards) {
    listed_race race;
    race.item = item;
    race.repaired = repaired;
    simdjson::dom::object object;
    if (item.get(object) == simdjson::SUCCESS)
      race.race_id = plain_id(fields{object}.at<"race_id">());
    if (race.race_id.empty()) {
      ++list.unkeyed;
      log.refuse(races_table, "", "", "no usable race_id",
                 to_canonical_json(item));
      continue;
    }
    const auto [entry, is_new] = index.emplace(race.race_id, list.races.size());
    if (is_new) {
      list.races.push_back(std::move(race));
      continue;
    }
    // Pages may overlap while the provider's list moves: the later one is the
    // fresher. Only a race that differs is worth a note.
    auto& known = list.races[entry->second];
    const auto earlier = to_canonical_json(known.item);
    if (earlier != to_canonical_json(item))
      log.refuse(races_table, race.race_id, "",
                 "listed twice and not the same; the later entry is stored",
                 earlier);
    known = std::move(race);
  }
}

day_state settled_state(const day_task& task, bool any_race) {
  if (task.provisional)
    return day_state::provisional;
  if (any_race)
    return day_state::done;
  return task.before_history ? day_state::not_offered : day_state::empty;
}

// Refuses a list that would make a false "done" or "empty".
caf::error check_list(const race_list& list, std::size_t pages,
                      const std::string& what) {
  const auto said = std::to_string(list.total);
  if (list.items == 0 && list.total > 0)
    return bad_shape(what, "`total` is " + said + ", but no race came");
  if (list.items > 0 && list.races.empty())
    return bad_shape(what, "none of the races has a race_id, as on cards of a "
                           "smaller plan than Pro");
  if (pages > 1 && list.least != list.total)
    return bad_shape(what, "the list moved between two pages: `total` is "
                             + std::to_string(list.least) + " and " + said);
  if (pages > 1 && list.distinct() < list.total)
    return bad_shape(what, "the list moved between two pages: only "
                             + std::to_string(list.distinct()) + " of " + said
                             + " races came");
  return {};
}

void sort_and_merge(day_unit& unit) {
  std::unordered_set<std::string> seen;
  for (const auto& row : unit.runners)
    if (seen.insert(row.horse_id).second)
      unit.new_horses.push_back(row.horse_id);
  std::sort(unit.races.begin(), unit.races.end(),
            [](const race_row& a, const race_row& b) {
              return a.race_id < b.race_id;
            });
  std::sort(unit.runners.begin(), unit.runners.end(),
            [](const runner_row& a, const runner_row& b) {
              return std::tie(a.race_id, a.horse_id)
                     < std::tie(b.race_id, b.horse_id);
            });
  merge_rows(unit.horses);
  merge_rows(unit.pedigrees);
  merge_rows(unit.jockeys);
  merge_rows(unit.trainers);
  merge_rows(unit.owners);
  merge_rows(unit.courses);
  merge_rows(unit.bookmakers);
}

} // namespace

caf::expected<page_extent> read_extent(std::string_view body) {
  json_document doc;
  if (auto err = doc.load(body, "racecards"))
    return err;
  const auto result = read_page(doc, "racecards");
  if (!result)
    return result.error();
  return result->extent;
}

caf::expected<day_unit> decode_cards(const day_pages& pages,
                                     const card_rules& rules) {
  const auto day = to_string(pages.task.day);
  const auto what = "racecards " + day;
  if (pages.bodies.empty())
    return bad_shape(what, "no page");
  quarantine_log log{"racecards", day};
  // Elements point into their documents: all stay until the day is decoded.
  std::vector<std::unique_ptr<json_document>> docs;
  std::unordered_map<std::string, std::size_t> index;
  race_list list;
  for (const auto& body : pages.bodies) {
    const auto name = pages.bodies.size() == 1
                        ? what
                        : what + " page " + std::to_string(docs.size() + 1);
    docs.push_back(std::make_unique<json_document>());
    if (auto err = docs.back()->load(body, name))
      return err;
    const auto one = read_page(*docs.back(), name);
    if (!one)
      return one.error();
    add_page(list, *one, docs.back()->repaired(), index, log);
  }
  if (auto err = check_list(list, docs.size(), what))
    return err;
  day_unit unit;
  unit.day = pages.task.day;
  unit.attempts = pages.attempts;
  unit.state = settled_state(pages.task, list.items > 0);
  for (const auto& race : list.races)
    decode_race(race, rules, log, unit);
  sort_and_merge(unit);
  unit.quarantine = log.take();
  return unit;
}

} // namespace racefill
