#include "app/simulator/body.hpp"

#include <algorithm>

#include "app/simulator/card_writer.hpp"
#include "app/simulator/json_text.hpp"

namespace racefill::sim {

std::vector<race> races_for(const world& from, const page_query& query) {
  auto races = from.day(query.day);
  const auto listed = [](const std::vector<std::string>& in,
                         const std::string& what) {
    return std::find(in.begin(), in.end(), what) != in.end();
  };
  std::erase_if(races, [&](const race& x) {
    if (!query.course_ids.empty())
      return !listed(query.course_ids, x.where->id);
    return !query.regions.empty() && !x.served_regardless
           && !listed(query.regions, x.where->region_code);
  });
  return races;
}

std::string racecards_body(const world& from, const page_query& query,
                           const body_changes& changes) {
  const auto races = races_for(from, query);
  const auto total = races.size();
  const auto first = std::min(total, static_cast<std::size_t>(query.skip));
  const auto last = changes.empty_page
                      ? first
                      : std::min(total,
                                 first + static_cast<std::size_t>(query.limit));
  std::string out;
  out.reserve((last - first) * (changes.odds ? 70'000 : 20'000) + 512);
  json_writer json{out};
  json.open('{');
  json.key("racecards");
  json.open('[');
  for (auto i = first; i < last; ++i)
    write_race(json, races[i], changes);
  json.close(']');
  json.member("total", static_cast<std::int64_t>(total));
  json.member("limit", query.limit);
  json.member("skip", query.skip);
  json.key("query");
  json.open('[');
  for (const auto& [name, value] : query.echo) {
    json.open('[');
    json.text(name);
    json.text(value);
    json.close(']');
  }
  json.close(']');
  json.close('}');
  return out;
}

std::string profile_body(const world& from, std::string_view horse_id,
                         bool unknown_fields) {
  const auto x = from.profile_of(horse_id);
  if (!x)
    return {};
  std::string out;
  json_writer json{out};
  json.open('{');
  json.member("id", x->id);
  json.member("breeder", x->family.breeder);
  json.member("colour", x->colour);
  json.member("colour_code", x->colour_code);
  json.member("dam", x->family.dam);
  json.member("dam_id", x->family.dam_id);
  json.member("damsire", x->family.damsire);
  json.member("damsire_id", x->family.damsire_id);
  json.member("dob", to_string(x->dob));
  json.member("name", x->name);
  json.member("sex", x->sex);
  json.member("sex_code", x->sex_code);
  json.member("sire", x->family.sire);
  json.member("sire_id", x->family.sire_id);
  if (unknown_fields) {
    json.key("microchip");
    json.raw(R"({"issued":null,"parts":[1,2.5,"x"]})");
  }
  json.close('}');
  return out;
}

std::string standard_body(const world& from, std::string_view horse_id) {
  const auto x = from.profile_of(horse_id);
  if (!x)
    return {};
  std::string out;
  json_writer json{out};
  json.open('{');
  json.member("id", x->id);
  json.member("dam", x->family.dam);
  json.member("dam_id", x->family.dam_id);
  json.member("damsire", x->family.damsire);
  json.member("damsire_id", x->family.damsire_id);
  json.member("name", x->name);
  json.member("sire", x->family.sire);
  json.member("sire_id", x->family.sire_id);
  json.close('}');
  return out;
}

std::string courses_body(const world& from,
                         const std::vector<std::string>& regions) {
  std::string out;
  json_writer json{out};
  std::int64_t total = 0;
  json.open('{');
  json.key("courses");
  json.open('[');
  for (const auto& x : from.courses()) {
    if (!regions.empty()
        && std::find(regions.begin(), regions.end(), x.region_code)
             == regions.end())
      continue;
    ++total;
    json.open('{');
    json.member("id", x.id);
    json.member("course", x.name);
    json.member("region_code", x.region_code);
    json.member("region", x.region_name);
    json.close('}');
  }
  json.close(']');
  json.member("total", total);
  json.close('}');
  return out;
}

std::string regions_body(const world& from) {
  std::string out;
  json_writer json{out};
  std::string_view last;
  json.open('[');
  for (const auto& x : from.courses()) {
    if (x.region_code == last)
      continue;
    last = x.region_code;
    json.open('{');
    json.member("region", x.region_name);
    json.member("region_code", x.region_code);
    json.close('}');
  }
  json.close(']');
  return out;
}

} // namespace racefill::sim
