#include <algorithm>
#include <array>

#include "app/simulator/card_writer.hpp"

namespace racefill::sim {
namespace {

std::string_view text_of(dash x) {
  return x == dash::hyphen ? "-" : x == dash::en_dash ? "–" : "";
}

void write_odds(json_writer& json, const runner& x, date day) {
  constexpr std::array<const char*, 28> books{"Bet365",
                                              "William Hill",
                                              "Ladbrokes",
                                              "Coral",
                                              "Paddy Power",
                                              "Betfair",
                                              "Betfair Sportsbook",
                                              "Sky Bet",
                                              "Bet Victor",
                                              "Betfred",
                                              "888Sport",
                                              "Unibet",
                                              "Betway",
                                              "Boyle Sports",
                                              "Betdaq",
                                              "Matchbook",
                                              "Smarkets",
                                              "Spread Ex",
                                              "SportingIndex",
                                              "BetMGM",
                                              "10 Bet",
                                              "Bet Goodwin",
                                              "Midnite",
                                              "Quinn Bet",
                                              "Star Sports",
                                              "Tote",
                                              "Virgin Bet",
                                              "talkSPORT BET"};
  dice d{x.odds_start};
  const auto price = d.between(1, 40);
  const auto stamp = to_string(day) + " 12:" + std::to_string(d.between(10, 59))
                     + ":08";
  json.open('[');
  for (int i = 0; i < x.odds_count; ++i) {
    const int here = std::max(1, price + d.between(-1, 1));
    const bool starting = d.chance(0.05);
    json.open('{');
    json.member("bookmaker", books[static_cast<std::size_t>(i)]);
    json.member("fractional", starting ? "SP" : std::to_string(here) + "/1");
    json.member("decimal", starting ? "0" : std::to_string(here + 1));
    json.member("ew_places", "3");
    json.member("ew_denom", "5");
    json.member("updated", stamp);
    json.key("history");
    json.raw("[]");
    json.close('}');
  }
  json.close(']');
}

void write_previous(json_writer& json, const char* list, const char* who,
                    const char* who_id, const std::vector<previous>& items) {
  json.key(list);
  json.open('[');
  for (const auto& x : items) {
    json.open('{');
    json.member(who, x.name);
    json.member(who_id, x.id);
    json.member("change_date", to_string(x.changed));
    json.close('}');
  }
  json.close(']');
}

void write_quotes(json_writer& json, const std::vector<quote>& quotes) {
  json.open('[');
  for (const auto& q : quotes) {
    json.open('{');
    json.member("date", to_string(q.day));
    json.member("horse", q.horse);
    json.member("horse_id", q.horse_id);
    json.member("race", q.race);
    json.member("race_id", q.race_id);
    json.member("course", q.course);
    json.member("course_id", q.course_id);
    json.member("distance_f", text_of_halves(q.distance_y / 110));
    json.member("distance_y", std::to_string(q.distance_y));
    json.member("quote", q.text);
    json.close('}');
  }
  json.close(']');
}

void write_lists(json_writer& json, card_writer& card, const runner& x) {
  if (card.begin("trainer_14_days", field::trainer_14_days)) {
    const int percent = x.fortnight_runs == 0
                          ? 0
                          : (x.fortnight_wins * 100 + x.fortnight_runs / 2)
                              / x.fortnight_runs;
    json.open('{');
    json.member("runs", std::to_string(x.fortnight_runs));
    json.member("wins", std::to_string(x.fortnight_wins));
    json.member("percent", std::to_string(percent));
    json.close('}');
  }
  card.text("owner", x.owner);
  card.text("owner_id", x.owner_id);
  write_previous(json, "prev_trainers", "trainer", "trainer_id",
                 x.trainers_before);
  write_previous(json, "prev_owners", "owner", "owner_id", x.owners_before);
  card.text("comment", field::comment, x.comment);
  card.text("spotlight", field::spotlight, x.spotlight);
  if (card.begin("quotes", field::quotes))
    write_quotes(json, x.quotes);
  if (card.begin("stable_tour", field::stable_tour)) {
    json.open('[');
    for (const auto& said : x.stable_tour) {
      json.open('{');
      json.member("quote", said);
      json.close('}');
    }
    json.close(']');
  }
  if (card.begin("medical", field::medical)) {
    json.open('[');
    for (const auto when : x.wind_operations) {
      json.open('{');
      json.member("date", to_string(when));
      json.member("type", "Wind Surgery");
      json.close('}');
    }
    json.close(']');
  }
}

void write_horse(card_writer& card, const runner& x) {
  card.text("horse_id", x.horse_id);
  card.text("horse", x.horse);
  card.text("dob", field::dob, to_string(x.dob));
  card.text("age", std::to_string(x.age));
  card.text("sex", field::sex, x.sex);
  card.text("sex_code", field::sex_code, x.sex_code);
  card.text("colour", field::colour, x.colour);
  card.text("region", field::region, x.region);
  card.text("breeder", field::breeder, x.family.breeder);
  card.text("dam", x.family.dam);
  card.text("dam_id", x.family.dam_id);
  card.text("dam_region", field::dam_region, x.family.dam_region);
  card.text("sire", x.family.sire);
  card.text("sire_id", x.family.sire_id);
  card.text("sire_region", field::sire_region, x.family.sire_region);
  card.text("damsire", x.family.damsire);
  card.text("damsire_id", x.family.damsire_id);
  card.text("damsire_region", field::damsire_region, x.family.damsire_region);
  card.text("trainer", x.trainer);
  card.text("trainer_id", x.trainer_id);
  card.text("trainer_location", field::trainer_location, x.trainer_location);
}

void write_declaration(json_writer& json, card_writer& card, const runner& x) {
  card.number("number", x.number, "NR");
  card.number("draw", x.draw, "0");
  card.text("headgear", x.headgear);
  card.text("headgear_run", x.headgear_run);
  card.text("wind_surgery", field::wind_surgery, x.wind_surgery);
  card.text("wind_surgery_run", x.wind_surgery_run);
  if (card.begin("past_results_flags", field::past_results_flags)) {
    json.open('[');
    for (const auto& flag : x.flags)
      json.text(flag);
    json.close(']');
  }
  card.number("lbs", x.lbs, "");
  card.number("ofr", x.ofr.value, text_of(x.ofr.none));
  card.number("rpr", x.rpr.value, text_of(x.rpr.none));
  card.number("ts", x.ts.value, text_of(x.ts.none));
  card.number("performance_rating", performance_rating_of(x), "-");
  card.number("speed_rating", speed_rating_of(x), "-");
  card.text("jockey", text_of_jockey(x));
  card.text("jockey_id", x.jockey_id);
  card.text("silk_url", field::silk_url, x.silk_url);
  card.text("last_run", field::last_run, text_of_last_run(x));
  card.text("form", field::form, x.form);
  card.text("trainer_rtf", field::trainer_rtf,
            x.trainer_rtf ? std::to_string(*x.trainer_rtf) : std::string{});
}

} // namespace

void write_runner(json_writer& json, const runner& x, date day,
                  const body_changes& changes) {
  card_writer card{json, x.missing, changes.null_field};
  json.open('{');
  write_horse(card, x);
  write_lists(json, card, x);
  write_declaration(json, card, x);
  if (changes.odds && card.begin("odds", field::odds))
    write_odds(json, x, day);
  else if (!changes.odds) {
    json.key("odds");
    json.raw("[]");
  }
  if (changes.unknown_fields) {
    json.key("sectionals");
    json.raw(R"([{"furlong":1,"time":12.31,"nested":{"a":[null,true]}}])");
  }
  json.close('}');
}

} // namespace racefill::sim
