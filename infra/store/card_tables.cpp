/// CARD_TABLES: races, runners and bookmakers, which follow their own card.
#include "infra/store/json_array.hpp"
#include "infra/store/table_builder.hpp"

namespace racefill {
namespace {

sql_value flags_of(const runner_row& x) {
  return x.past_results_flags.empty()
           ? sql_value{}
           : sql_value{json_array(x.past_results_flags)};
}

} // namespace

std::string runner_id_of(const runner_row& x) {
  return x.race_id + "_" + x.horse_id;
}

const table& races_table() {
  using row = race_row;
  static const table result
    = table_builder<row>{"ra_mst_races"}
        .key("race_id", &row::race_id)
        .day("race_date", &row::race_date)
        .rule(merge_rule::plain)
        .required()
        .text("course_id", &row::course_id)
        .text("course_name", &row::course_name)
        .text("region", &row::region)
        .text("race_name", &row::race_name)
        .text("off_time", &row::off_time)
        .text("off_dt", &row::off_dt, col_type::instant)
        .text("race_type", &row::race_type)
        .text("race_class", &row::race_class)
        .text("pattern", &row::pattern)
        .text("age_band", &row::age_band)
        .text("rating_band", &row::rating_band)
        .text("sex_restriction", &row::sex_restriction)
        .text("distance", &row::distance)
        .text("distance_round", &row::distance_round)
        .decimal("distance_f", &row::distance_f, 5, 1)
        .number("distance_y", &row::distance_y, col_type::integer)
        .number("distance_m", &row::distance_m, col_type::integer)
        .text("prize", &row::prize)
        .decimal("prize_amount", &row::prize_amount, 12, 2)
        .text("prize_currency", &row::prize_currency)
        .number("declared_field_size", &row::declared_field_size,
                col_type::integer)
        .count("runner_count", &row::runner_count)
        .text("going", &row::going)
        .text("going_detailed", &row::going_detailed)
        .text("surface", &row::surface)
        .text("weather", &row::weather)
        .text("rail_movements", &row::rail_movements)
        .text("stalls", &row::stalls)
        .text("jumps", &row::jumps)
        .flag("is_big_race", &row::is_big_race)
        .flag("is_abandoned", &row::is_abandoned)
        .text("race_status", &row::race_status)
        .text("tip", &row::tip)
        .text("verdict", &row::verdict)
        .text("betting_forecast", &row::betting_forecast)
        .own("fetched_at", col_type::instant, merge_rule::on_change)
        .required()
        .parent("course_id", "ra_courses", "course_id")
        .index("ra_mst_races_race_date_idx", {"race_date"})
        .alias("racing_api_race_id", "race_id")
        .alias("off_datetime", "off_dt")
        .alias("distance_meters", "distance_m")
        .alias("prize_money", "prize_amount")
        .alias("field_size", "declared_field_size")
        .alias("big_race", "is_big_race")
        .build();
  return result;
}

const table& runners_table() {
  using row = runner_row;
  static const table result
    = table_builder<row>{"ra_mst_runners"}
        .key("runner_id", runner_id_of)
        .text("race_id", &row::race_id)
        .rule(merge_rule::plain)
        .required()
        .text("horse_id", &row::horse_id)
        .rule(merge_rule::plain)
        .required()
        .text("horse_name", &row::horse_name)
        .text("jockey_id", &row::jockey_id)
        .text("jockey_name", &row::jockey_name)
        .number("jockey_claim_lbs", &row::jockey_claim_lbs)
        .text("trainer_id", &row::trainer_id)
        .text("owner_id", &row::owner_id)
        .number("number", &row::number)
        .flag("is_non_runner", &row::is_non_runner)
        .flag("is_reserve", &row::is_reserve)
        .number("draw", &row::draw)
        .number("lbs", &row::lbs)
        .number("age", &row::age)
        .number("ofr", &row::ofr)
        .number("rpr", &row::rpr)
        .number("ts", &row::ts)
        .number("performance_rating", &row::performance_rating)
        .number("speed_rating", &row::speed_rating)
        .number("trainer_rtf", &row::trainer_rtf)
        .text("sex", &row::sex)
        .text("sex_code", &row::sex_code)
        .text("form", &row::form)
        .text("last_run", &row::last_run)
        .number("last_run_days", &row::last_run_days)
        .text("headgear", &row::headgear)
        .text("headgear_run", &row::headgear_run)
        .text("wind_surgery", &row::wind_surgery)
        .text("wind_surgery_run", &row::wind_surgery_run)
        .text("silk_url", &row::silk_url)
        .text("comment", &row::comment)
        .text("spotlight", &row::spotlight)
        .made("past_results_flags", col_type::text_array, flags_of)
        .text("extras", &row::extras, col_type::json)
        .text("odds", &row::odds, col_type::json)
        // NULL while the horse is on the card; a listed runner clears it.
        .own("removed_at", col_type::instant, merge_rule::plain)
        .own("fetched_at", col_type::instant, merge_rule::on_change)
        .required()
        .parent("race_id", "ra_mst_races", "race_id", true)
        .parent("horse_id", "ra_horses", "horse_id")
        .parent("jockey_id", "ra_jockeys", "jockey_id")
        .parent("trainer_id", "ra_trainers", "trainer_id")
        .parent("owner_id", "ra_owners", "owner_id")
        .unique({"race_id", "horse_id"})
        .check("runner_id = race_id || '_' || horse_id")
        .index("ra_mst_runners_race_id_idx", {"race_id"})
        .index("ra_mst_runners_horse_id_idx", {"horse_id"})
        // Few rows: what the reports ask of them costs no pass over the table.
        .index("ra_mst_runners_removed_at_idx", {"removed_at", "race_id"},
               "removed_at IS NOT NULL")
        .alias("racing_api_race_id", "race_id")
        .alias("racing_api_horse_id", "horse_id")
        .alias("racing_api_jockey_id", "jockey_id")
        .alias("racing_api_trainer_id", "trainer_id")
        .alias("racing_api_owner_id", "owner_id")
        .alias("jockey_claim", "jockey_claim_lbs")
        .alias("stall", "draw")
        .alias("weight_lbs", "lbs")
        .alias("official_rating", "ofr")
        .alias("racing_post_rating", "rpr")
        .alias("tsr", "ts")
        .alias("form_string", "form")
        .alias("days_since_last_run", "last_run_days")
        .looked_up("trainer_name", "trainer_id", "ra_trainers", "name")
        .looked_up("trainer_location", "trainer_id", "ra_trainers", "location")
        .looked_up("owner_name", "owner_id", "ra_owners", "name")
        .looked_up("dob", "horse_id", "ra_horses", "dob")
        .looked_up("colour", "horse_id", "ra_horses", "colour")
        .looked_up("breeder", "horse_id", "ra_horse_pedigree", "breeder")
        .looked_up("sire_id", "horse_id", "ra_horse_pedigree", "sire_id")
        .looked_up("sire_name", "horse_id", "ra_horse_pedigree", "sire")
        .looked_up("dam_id", "horse_id", "ra_horse_pedigree", "dam_id")
        .looked_up("dam_name", "horse_id", "ra_horse_pedigree", "dam")
        .looked_up("damsire_id", "horse_id", "ra_horse_pedigree", "damsire_id")
        .looked_up("damsire_name", "horse_id", "ra_horse_pedigree", "damsire")
        .build();
  return result;
}

const table& bookmakers_table() {
  static const table result
    = table_builder<bookmaker_row>{"ra_bookmakers"}
        .key("bookmaker_id", &bookmaker_row::bookmaker_id)
        .text("name", &bookmaker_row::name)
        .text("type", &bookmaker_row::type)
        .flag("is_active", &bookmaker_row::is_active, "true")
        .alias("bookmaker_name", "name")
        .alias("bookmaker_type", "type")
        .alias("active", "is_active")
        .build();
  return result;
}

} // namespace racefill
