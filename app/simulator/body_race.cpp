#include "app/simulator/card_writer.hpp"

namespace racefill::sim {
namespace {

void write_conditions(json_writer& json, card_writer& card, const race& x) {
  const auto zone = british_text(x.off_utc);
  const int hour = std::stoi(zone.substr(11, 2));
  json.member("race_id", x.id);
  json.member("course", x.where->card_name);
  json.member("course_id", x.where->id);
  json.member("date", to_string(x.day));
  json.member("off_time", std::to_string(hour % 12 == 0 ? 12 : hour % 12)
                            + zone.substr(13, 3));
  card.text("off_dt", field::off_dt, zone);
  json.member("race_name", x.name);
  json.member("distance_round",
              text_of(distance{x.length.miles, x.length.furlongs, false, 0}));
  json.member("distance", text_of(x.length));
  json.member("distance_f",
              text_of_halves(x.length.miles * 16 + x.length.furlongs * 2
                             + (x.length.half ? 1 : 0)));
  json.member("region", x.where->region);
  json.member("pattern", x.pattern);
  card.text("sex_restriction", field::sex_restriction, x.sex_restriction);
  json.member("race_class", x.race_class);
  json.member("type", x.type);
  json.member("age_band", x.age_band);
  json.member("rating_band", x.rating_band);
  json.member("prize",
              x.prize ? text_of_prize(*x.prize, x.prize_in_euros) : "");
  json.member("field_size", std::to_string(x.declared_field_size));
  for (const auto* empty :
       {"going_detailed", "rail_movements", "stalls", "weather"})
    json.member(empty, "");
  json.member("going", x.going);
  card.text("surface", field::surface, x.surface);
  card.text("jumps", field::jumps, x.jumps);
}

} // namespace

std::string text_of_halves(int halves) {
  return std::to_string(halves / 2) + (halves % 2 == 0 ? ".0" : ".5");
}

void write_race(json_writer& json, const race& x, const body_changes& changes) {
  card_writer card{json, x.missing, {}};
  json.open('{');
  write_conditions(json, card, x);
  json.key("runners");
  json.open('[');
  for (std::size_t i = 0; i < x.runners.size(); ++i)
    if (!changes.halved_runners || i % 2 == 0)
      write_runner(json, x.runners[i], x.day, changes);
  json.close(']');
  if (card.begin("big_race", field::big_race))
    json.boolean(x.big_race);
  if (card.begin("is_abandoned", field::is_abandoned))
    json.boolean(x.is_abandoned);
  card.text("tip", field::tip, x.tip);
  card.text("verdict", field::verdict, x.verdict);
  card.text("betting_forecast", field::betting_forecast, x.betting_forecast);
  card.text("race_status", field::race_status, x.race_status);
  json.close('}');
}

} // namespace racefill::sim
