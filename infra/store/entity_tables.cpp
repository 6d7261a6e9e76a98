/// ENTITY_TABLES: courses, people, horses and pedigrees, whose values win by
/// stamp.
#include "infra/store/table_builder.hpp"

namespace racefill {
namespace {

row_source card_only(const entity_row&) {
  return row_source::racecard;
}

date entity_day(const entity_row& x) {
  return x.as_of;
}

template <class Row>
row_source source_of(const Row& x) {
  return x.source;
}

template <class Row>
date day_of(const Row& x) {
  return x.as_of;
}

/// Jockeys, trainers and owners. An empty name stands for "only the id is
/// known": the id itself is stored, until any real name comes.
table_builder<entity_row> people(std::string name, const std::string& key) {
  table_builder<entity_row> result{std::move(name)};
  const auto alias = "racing_api_" + key;
  result.key(key, &entity_row::id)
    .text("name", &entity_row::name)
    .stamped(rank_rule::even)
    .required()
    .alias(alias, key);
  return result;
}

} // namespace

const table& courses_table() {
  static const table result = table_builder<course_row>{"ra_courses"}
                                .key("course_id", &course_row::course_id)
                                .text("name", &course_row::name)
                                .stamped(rank_rule::by_source)
                                .required()
                                .text("region_code", &course_row::region_code)
                                .stamped(rank_rule::by_source)
                                .text("region", &course_row::region)
                                .stamped(rank_rule::by_source)
                                .foreign("latitude", col_type::real)
                                .foreign("longitude", col_type::real)
                                .origin(source_of<course_row>,
                                        day_of<course_row>)
                                .alias("racing_api_course_id", "course_id")
                                .alias("course_name", "name")
                                .build();
  return result;
}

const table& jockeys_table() {
  static const table result = people("ra_jockeys", "jockey_id")
                                .origin(card_only, entity_day)
                                .alias("jockey_name", "name")
                                .build();
  return result;
}

const table& trainers_table() {
  static const table result = people("ra_trainers", "trainer_id")
                                .text("location", &entity_row::location)
                                .stamped(rank_rule::even)
                                .origin(card_only, entity_day)
                                .alias("trainer_name", "name")
                                .alias("trainer_location", "location")
                                .build();
  return result;
}

const table& owners_table() {
  static const table result = people("ra_owners", "owner_id")
                                .origin(card_only, entity_day)
                                .alias("owner_name", "name")
                                .build();
  return result;
}

const table& horses_table() {
  static const table result = table_builder<horse_row>{"ra_horses"}
                                .key("horse_id", &horse_row::horse_id)
                                .text("name", &horse_row::name)
                                .stamped(rank_rule::by_source)
                                .required()
                                .day("dob", &horse_row::dob)
                                .stamped(rank_rule::by_source)
                                .text("sex", &horse_row::sex)
                                .stamped(rank_rule::gelding)
                                .text("sex_code", &horse_row::sex_code)
                                .stamped(rank_rule::gelding)
                                .text("colour", &horse_row::colour)
                                .stamped(rank_rule::even)
                                .text("colour_code", &horse_row::colour_code)
                                .stamped(rank_rule::by_source)
                                .text("region", &horse_row::region)
                                .stamped(rank_rule::by_source)
                                .origin(source_of<horse_row>, day_of<horse_row>)
                                .alias("racing_api_horse_id", "horse_id")
                                .alias("horse_name", "name")
                                .build();
  return result;
}

const table& pedigree_table() {
  constexpr auto rank = rank_rule::by_source;
  static const table result
    = table_builder<pedigree_row>{"ra_horse_pedigree"}
        .key("horse_id", &pedigree_row::horse_id)
        .text("sire_id", &pedigree_row::sire_id)
        .stamped(rank)
        .text("sire", &pedigree_row::sire)
        .stamped(rank)
        .text("sire_region", &pedigree_row::sire_region)
        .stamped(rank)
        .text("dam_id", &pedigree_row::dam_id)
        .stamped(rank)
        .text("dam", &pedigree_row::dam)
        .stamped(rank)
        .text("dam_region", &pedigree_row::dam_region)
        .stamped(rank)
        .text("damsire_id", &pedigree_row::damsire_id)
        .stamped(rank)
        .text("damsire", &pedigree_row::damsire)
        .stamped(rank)
        .text("damsire_region", &pedigree_row::damsire_region)
        .stamped(rank)
        .text("breeder", &pedigree_row::breeder)
        .stamped(rank)
        .text("region", &pedigree_row::region)
        .stamped(rank)
        .made("source", col_type::text,
              [](const pedigree_row& x) -> sql_value {
                return x.source == row_source::profile ? "pro" : "racecard";
              })
        .stamped(rank)
        .origin(source_of<pedigree_row>, day_of<pedigree_row>)
        .parent("horse_id", "ra_horses", "horse_id")
        .build();
  return result;
}

} // namespace racefill
