#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>

#include "app/simulator/body.hpp"
#include "app/simulator/json_text.hpp"
#include "app/simulator/truth.hpp"

namespace racefill::sim {
namespace {

const std::string none = "null";

std::string number(const std::optional<int>& value) {
  return value ? std::to_string(*value) : none;
}

// Collects columns, heeding the fields that never arrived.
class columns {
public:
  explicit columns(const gaps& missing) : missing_(missing) {
  }

  void add(std::string_view name, std::string json) {
    row_.emplace_back(name, std::move(json));
  }
  void add(std::string_view name, field f, const std::string& json) {
    add(name, missing_.has(f) ? json : none);
  }
  truth_row take() {
    return std::move(row_);
  }

private:
  const gaps& missing_;
  truth_row row_;
};

// The 12-hour clock of British time.
std::string off_time(std::int64_t utc) {
  const date day{static_cast<std::int32_t>(utc / 86'400)};
  const auto minute = (utc + british_offset(day)) / 60 % 1440;
  const auto hour = (minute / 60 + 11) % 12 + 1;
  char clock[8];
  std::snprintf(clock, sizeof clock, "%d:%02d", static_cast<int>(hour),
                static_cast<int>(minute % 60));
  return clock;
}

std::string utc_text(std::int64_t utc) {
  const date day{static_cast<std::int32_t>(utc / 86'400)};
  const auto second = static_cast<int>(utc % 86'400);
  char clock[16];
  std::snprintf(clock, sizeof clock, "T%02d:%02d:%02dZ", second / 3600,
                second / 60 % 60, second % 60);
  return to_string(day) + clock;
}

void add_money_and_distance(columns& to, const race& x) {
  const auto round = distance{x.length.miles, x.length.furlongs, false, 0};
  const auto yards = x.length.total_yards();
  to.add("distance", json_string_or_null(text_of(x.length)));
  to.add("distance_round", json_string_or_null(text_of(round)));
  const int furlongs = x.length.miles * 8 + x.length.furlongs;
  to.add("distance_f",
         std::to_string(furlongs) + (x.length.half ? ".5" : ".0"));
  to.add("distance_y", std::to_string(yards));
  to.add("distance_m", std::to_string((yards * 9144 + 5000) / 10'000));
  to.add("prize", x.prize ? json_string_or_null(
                    text_of_prize(*x.prize, x.prize_in_euros))
                          : none);
  to.add("prize_amount", number(x.prize));
  to.add("prize_currency",
         x.prize ? json_string_or_null(x.prize_in_euros ? "EUR" : "GBP")
                 : none);
}

void add_list(std::string& object, const char* name, const std::string& list) {
  if (list.empty())
    return;
  object += object.empty() ? "{" : ",";
  append_json_string(object, name);
  object += ':';
  object += list;
}

std::string previous_list(const char* who, const std::vector<previous>& items) {
  std::string out;
  for (const auto& x : items) {
    out += out.empty() ? "[" : ",";
    json_writer json{out};
    json.open('{');
    json.member(who, x.name);
    json.member(std::string{who} + "_id", x.id);
    json.member("change_date", to_string(x.changed));
    json.close('}');
  }
  return out.empty() ? out : out + "]";
}

std::string quote_list(const std::vector<quote>& items) {
  std::string out;
  for (const auto& x : items) {
    out += out.empty() ? "[" : ",";
    json_writer json{out};
    json.open('{');
    json.member("date", to_string(x.day));
    json.member("horse", x.horse);
    json.member("horse_id", x.horse_id);
    json.member("race", x.race);
    json.member("race_id", x.race_id);
    json.member("course", x.course);
    json.member("course_id", x.course_id);
    json.member("distance_f", std::to_string(x.distance_y / 220)
                                + (x.distance_y % 220 == 0 ? ".0" : ".5"));
    json.member("distance_y", std::to_string(x.distance_y));
    json.member("quote", x.text);
    json.close('}');
  }
  return out.empty() ? out : out + "]";
}

std::string fortnight(const runner& x) {
  const double runs = x.fortnight_runs;
  const auto percent
    = x.fortnight_runs == 0 ? 0 : std::lround(x.fortnight_wins * 100 / runs);
  std::string out;
  json_writer json{out};
  json.open('{');
  json.member("runs", std::to_string(x.fortnight_runs));
  json.member("wins", std::to_string(x.fortnight_wins));
  json.member("percent", std::to_string(percent));
  json.close('}');
  return out;
}

// The list-like fields that say anything.
std::string extras(const runner& x) {
  std::string out;
  if (x.missing.has(field::trainer_14_days))
    add_list(out, "trainer_14_days", fortnight(x));
  add_list(out, "prev_trainers", previous_list("trainer", x.trainers_before));
  add_list(out, "prev_owners", previous_list("owner", x.owners_before));
  if (x.missing.has(field::quotes))
    add_list(out, "quotes", quote_list(x.quotes));
  std::string list;
  for (const auto& said : x.stable_tour) {
    list += list.empty() ? "[" : ",";
    json_writer json{list};
    json.open('{');
    json.member("quote", said);
    json.close('}');
  }
  if (!list.empty() && x.missing.has(field::stable_tour))
    add_list(out, "stable_tour", list + "]");
  list.clear();
  for (const auto when : x.wind_operations) {
    list += list.empty() ? "[" : ",";
    json_writer json{list};
    json.open('{');
    json.member("date", to_string(when));
    json.member("type", "Wind Surgery");
    json.close('}');
  }
  if (!list.empty() && x.missing.has(field::medical))
    add_list(out, "medical", list + "]");
  return out.empty() ? none : out + "}";
}

std::string flags(const runner& x) {
  std::string out;
  for (const auto& flag : x.flags) {
    out += out.empty() ? "[" : ",";
    append_json_string(out, flag);
  }
  return out.empty() ? none : out + "]";
}

void add_rider(columns& to, const runner& x) {
  // A withdrawn horse has no rider, whatever bracket stands behind the word;
  // the id of who should have ridden stays.
  to.add("jockey_id", json_string_or_null(x.jockey_id));
  to.add("jockey_name", x.withdrawn ? none : json_string_or_null(x.jockey));
  to.add("jockey_claim_lbs",
         x.withdrawn || x.jockey.empty() ? none : number(x.claim_lbs));
}

truth_row runner_row_of(const race& in, const runner& x) {
  columns to{x.missing};
  to.add("runner_id", json_string_or_null(in.id + "_" + x.horse_id));
  to.add("race_id", json_string_or_null(in.id));
  to.add("horse_id", json_string_or_null(x.horse_id));
  to.add("horse_name", json_string_or_null(x.horse));
  add_rider(to, x);
  to.add("trainer_id", json_string_or_null(x.trainer_id));
  to.add("owner_id", json_string_or_null(x.owner_id));
  to.add("number", number(x.number));
  to.add("is_non_runner", x.non_runner() ? "true" : "false");
  to.add("is_reserve", "false");
  to.add("draw", number(x.draw));
  to.add("lbs", number(x.lbs));
  to.add("age", std::to_string(x.age));
  to.add("ofr", number(x.ofr.value));
  to.add("rpr", number(x.rpr.value));
  to.add("ts", number(x.ts.value));
  to.add("performance_rating", number(performance_rating_of(x)));
  to.add("speed_rating", number(speed_rating_of(x)));
  to.add("trainer_rtf", field::trainer_rtf, number(x.trainer_rtf));
  to.add("sex", field::sex, json_string_or_null(x.sex));
  to.add("sex_code", field::sex_code, json_string_or_null(x.sex_code));
  to.add("form", field::form, json_string_or_null(x.form));
  to.add("last_run", field::last_run, json_string_or_null(text_of_last_run(x)));
  to.add("last_run_days", field::last_run, number(x.last_run_days));
  to.add("headgear", json_string_or_null(x.headgear));
  to.add("headgear_run", json_string_or_null(x.headgear_run));
  to.add("wind_surgery", field::wind_surgery,
         json_string_or_null(x.wind_surgery));
  to.add("wind_surgery_run", json_string_or_null(x.wind_surgery_run));
  to.add("silk_url", field::silk_url, json_string_or_null(x.silk_url));
  to.add("comment", field::comment, json_string_or_null(x.comment));
  to.add("spotlight", field::spotlight, json_string_or_null(x.spotlight));
  to.add("past_results_flags", field::past_results_flags, flags(x));
  to.add("extras", extras(x));
  to.add("odds", none); // Not kept unless conf says so.
  return to.take();
}

const std::string& cell(const truth_row& row, std::string_view name) {
  return std::find_if(row.begin(), row.end(),
                      [&](const auto& x) { return x.first == name; })
    ->second;
}

// Where the later of two entries rules even by saying nothing: a claim belongs
// to its jockey, a number and a draw to a horse that runs.
bool rules_by_silence(std::string_view column, const truth_row& earlier,
                      const truth_row& later) {
  const bool is_out = cell(later, "is_non_runner") == "true";
  if (column == "number" || column == "draw")
    return is_out;
  const auto& jockey = cell(later, "jockey_id");
  const bool is_other = jockey != none && jockey != cell(earlier, "jockey_id");
  if (column == "jockey_name")
    return is_out || is_other;
  if (column == "jockey_claim_lbs")
    return is_out || is_other || cell(later, "jockey_name") != none;
  return false;
}

// The later entry's values win where it has any.
void take_later(truth_row& earlier, const truth_row& later) {
  auto merged = later;
  for (std::size_t i = 0; i < later.size(); ++i)
    if (later[i].second == none
        && !rules_by_silence(later[i].first, earlier, later))
      merged[i].second = earlier[i].second;
  earlier = std::move(merged);
}

} // namespace

std::vector<std::pair<std::string, truth_row>> runner_truth(const race& x) {
  std::map<std::string, truth_row> rows;
  for (const auto& entry : x.runners) {
    if (entry.horse_id.empty())
      continue;
    auto row = runner_row_of(x, entry);
    auto [known, is_new] = rows.try_emplace(x.id + "_" + entry.horse_id, row);
    if (!is_new)
      take_later(known->second, row);
  }
  return {rows.begin(), rows.end()};
}

truth_row race_truth(const race& x) {
  columns to{x.missing};
  to.add("race_id", json_string_or_null(x.id));
  to.add("race_date", json_string_or_null(to_string(x.day)));
  to.add("course_id", json_string_or_null(x.where->id));
  to.add("course_name", json_string_or_null(x.where->card_name));
  to.add("region", json_string_or_null(x.where->region));
  to.add("race_name", json_string_or_null(x.name));
  to.add("off_time", json_string_or_null(off_time(x.off_utc)));
  to.add("off_dt", field::off_dt, json_string_or_null(utc_text(x.off_utc)));
  to.add("race_type", json_string_or_null(x.type));
  to.add("race_class", json_string_or_null(x.race_class));
  to.add("pattern", json_string_or_null(x.pattern));
  to.add("age_band", json_string_or_null(x.age_band));
  to.add("rating_band", json_string_or_null(x.rating_band));
  to.add("sex_restriction", field::sex_restriction,
         json_string_or_null(x.sex_restriction));
  add_money_and_distance(to, x);
  to.add("declared_field_size", std::to_string(x.declared_field_size));
  to.add("runner_count", std::to_string(runner_truth(x).size()));
  to.add("going", json_string_or_null(x.going));
  to.add("going_detailed", none);
  to.add("surface", field::surface, json_string_or_null(x.surface));
  to.add("weather", none);
  to.add("rail_movements", none);
  to.add("stalls", none);
  to.add("jumps", field::jumps, json_string_or_null(x.jumps));
  const bool big = x.big_race && x.missing.has(field::big_race);
  to.add("is_big_race", big ? "true" : "false");
  const bool off = x.is_abandoned && x.missing.has(field::is_abandoned);
  to.add("is_abandoned", off ? "true" : "false");
  to.add("race_status", field::race_status, json_string_or_null(x.race_status));
  to.add("tip", field::tip, json_string_or_null(x.tip));
  to.add("verdict", field::verdict, json_string_or_null(x.verdict));
  to.add("betting_forecast", field::betting_forecast,
         json_string_or_null(x.betting_forecast));
  return to.take();
}

} // namespace racefill::sim
