#include "infra/racing_api/profile_decoder.hpp"

#include <utility>

#include <caf/make_message.hpp>

#include "infra/racing_api/bookmakers.hpp"
#include "infra/racing_api/field_tables.hpp"
#include "infra/racing_api/json_text.hpp"
#include "infra/racing_api/row_merge.hpp"
#include "infra/racing_api/row_reader.hpp"
#include "infra/racing_api/text.hpp"
#include "messages/faults.hpp"

namespace racefill {

namespace {

caf::error bad_shape(const std::string& what, std::string_view why) {
  return caf::make_error(fault::bad_shape, what + ": " + std::string{why});
}

horse_row read_horse(const json_fields<profile_fields>& in,
                     const row_reader& cells, const std::string& horse_id,
                     date as_of) {
  horse_row row;
  row.horse_id = horse_id;
  row.name = cells.label(in.at<"name">(), "name");
  row.dob = cells.day(in.at<"dob">(), "dob");
  row.sex = cells.label(in.at<"sex">(), "sex");
  row.sex_code = cells.code(in.at<"sex_code">(), "sex_code");
  row.colour = cells.label(in.at<"colour">(), "colour");
  row.colour_code = cells.label(in.at<"colour_code">(), "colour_code");
  row.source = row_source::profile;
  row.as_of = as_of;
  return row;
}

pedigree_row read_pedigree(const json_fields<profile_fields>& in,
                           const row_reader& cells, const std::string& horse_id,
                           date as_of) {
  pedigree_row row;
  row.horse_id = horse_id;
  row.sire_id = cells.id(in.at<"sire_id">(), "sire_id");
  row.sire = cells.label(in.at<"sire">(), "sire");
  row.dam_id = cells.id(in.at<"dam_id">(), "dam_id");
  row.dam = cells.label(in.at<"dam">(), "dam");
  row.damsire_id = cells.id(in.at<"damsire_id">(), "damsire_id");
  row.damsire = cells.label(in.at<"damsire">(), "damsire");
  row.breeder = cells.label(in.at<"breeder">(), "breeder");
  row.source = row_source::profile;
  row.as_of = as_of;
  return row;
}

bool says_anything(const pedigree_row& row) {
  for (const auto* known : {&row.sire_id, &row.sire, &row.dam_id, &row.dam,
                            &row.damsire_id, &row.damsire, &row.breeder})
    if (!known->empty())
      return true;
  return false;
}

constexpr std::array<std::string_view, 2> list_fields{"courses", "total"};

void read_course(simdjson::dom::element item, date as_of, bool repaired,
                 quarantine_log& log, std::vector<course_row>& rows) {
  static constexpr std::string_view table = "ra_courses";
  simdjson::dom::object object;
  course_row row;
  if (item.get(object) == simdjson::SUCCESS)
    row.course_id = plain_id(json_fields<course_fields>{object}.at<"id">());
  if (row.course_id.empty()) {
    log.refuse(table, "", "", "no usable id", to_canonical_json(item));
    return;
  }
  const json_fields<course_fields> in{object};
  const row_reader cells{log, table, row.course_id, repaired};
  row.name = cells.label(in.at<"course">(), "name");
  row.region_code
    = to_lower(cells.label(in.at<"region_code">(), "region_code"));
  row.region = cells.label(in.at<"region">(), "region");
  row.source = row_source::profile;
  row.as_of = as_of;
  rows.push_back(std::move(row));
}

} // namespace

caf::expected<horse_unit> decode_profile(const std::string& horse_id,
                                         std::string_view body, date as_of) {
  const auto what = "horse " + horse_id;
  json_document doc;
  if (auto err = doc.load(body, what))
    return err;
  simdjson::dom::object object;
  if (doc.root().get(object) != simdjson::SUCCESS)
    return bad_shape(what, "no JSON object");
  const json_fields<profile_fields> in{object};
  const auto own_id = plain_id(in.at<"id">());
  if (own_id != horse_id)
    return bad_shape(what, own_id.empty() ? "a profile without an id"
                                          : "another horse's profile");
  quarantine_log log{"horse", horse_id};
  const row_reader horses{log, "ra_horses", horse_id, doc.repaired()};
  const row_reader pedigrees{log, "ra_horse_pedigree", horse_id,
                             doc.repaired()};
  horse_unit unit;
  unit.horse_id = horse_id;
  unit.state = horse_state::done;
  unit.horses.push_back(read_horse(in, horses, horse_id, as_of));
  auto pedigree = read_pedigree(in, pedigrees, horse_id, as_of);
  if (says_anything(pedigree))
    unit.pedigrees.push_back(std::move(pedigree));
  unit.quarantine = log.take();
  return unit;
}

caf::expected<reference_unit> decode_course_list(std::string_view body,
                                                 date as_of) {
  const std::string what = "courses";
  json_document doc;
  if (auto err = doc.load(body, what))
    return err;
  simdjson::dom::object object;
  if (doc.root().get(object) != simdjson::SUCCESS)
    return bad_shape(what, "no JSON object");
  const json_fields<list_fields> in{object};
  simdjson::dom::array courses;
  const auto& list = in.at<"courses">();
  if (!list || list->get(courses) != simdjson::SUCCESS)
    return bad_shape(what, "no list `courses`");
  const auto& total = in.at<"total">();
  if (!total || total->is_bool())
    return bad_shape(what, "`total` is no count of courses");
  const auto promised = parse_integer(payload_of(total),
                                      {0, int_range_32.high});
  if (!promised.ok())
    return bad_shape(what, "`total` is no count of courses");
  // There is no second page; a part would never be completed.
  if (static_cast<std::int64_t>(courses.size()) < promised.value)
    return bad_shape(what, "`total` is " + std::to_string(promised.value)
                             + ", but only " + std::to_string(courses.size())
                             + " courses came");
  quarantine_log log{"courses", "courses"};
  reference_unit unit;
  for (const auto item : courses)
    read_course(item, as_of, doc.repaired(), log, unit.courses);
  merge_rows(unit.courses);
  unit.bookmakers = well_known_bookmakers();
  unit.quarantine = log.take();
  return unit;
}

} // namespace racefill
