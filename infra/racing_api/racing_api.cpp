#include "infra/racing_api/racing_api.hpp"

#include <algorithm>
#include <utility>

#include "infra/racing_api/card_decoder.hpp"
#include "infra/racing_api/profile_decoder.hpp"
#include "infra/racing_api/text.hpp"

namespace racefill {

namespace {

constexpr int page_limit_max = 500; // The provider answers 422 above it.

// `region_codes=gb&region_codes=ire`, the list encoding that the server echoes.
std::string region_query(const std::vector<std::string>& regions) {
  std::string result;
  for (const auto& region : regions) {
    result += result.empty() ? "" : "&";
    result += "region_codes=" + percent_encode(to_lower(region));
  }
  return result;
}

api_request to_request(call_kind kind, const std::string& target,
                       const racing_api_settings& settings) {
  api_request result;
  result.kind = kind;
  result.target = settings.base_path + target;
  result.deadline_ms = settings.deadline.count();
  return result;
}

card_rules to_rules(const racing_api_settings& settings) {
  card_rules result;
  for (const auto& region : settings.regions)
    result.regions.push_back(to_upper(region));
  result.keep_odds = settings.keep_odds;
  result.keep_editorial = settings.keep_editorial;
  return result;
}

} // namespace

racing_api::racing_api(racing_api_settings settings)
  : settings_(std::move(settings)) {
  settings_.page_limit = std::clamp(settings_.page_limit, 1, page_limit_max);
  while (!settings_.base_path.empty() && settings_.base_path.back() == '/')
    settings_.base_path.pop_back();
}

api_request racing_api::racecards(date day, std::int32_t skip) const {
  auto target = "/v1/racecards/pro?date=" + to_string(day);
  if (!settings_.regions.empty())
    target += '&' + region_query(settings_.regions);
  target += "&limit=" + std::to_string(settings_.page_limit)
            + "&skip=" + std::to_string(std::max(skip, 0));
  return to_request(call_kind::racecards, target, settings_);
}

api_request racing_api::horse(const std::string& horse_id) const {
  return to_request(call_kind::horse,
                    "/v1/horses/" + percent_encode(horse_id) + "/pro",
                    settings_);
}

api_request racing_api::courses() const {
  std::string target = "/v1/courses";
  if (!settings_.regions.empty())
    target += '?' + region_query(settings_.regions);
  return to_request(call_kind::courses, target, settings_);
}

caf::expected<page_extent>
racing_api::racecards_extent(std::string_view body) const {
  return read_extent(body);
}

caf::expected<day_unit> racing_api::decode_day(const day_pages& pages) const {
  return decode_cards(pages, to_rules(settings_));
}

caf::expected<horse_unit> racing_api::decode_horse(const std::string& horse_id,
                                                   std::string_view body,
                                                   date as_of) const {
  return decode_profile(horse_id, body, as_of);
}

caf::expected<reference_unit> racing_api::decode_courses(std::string_view body,
                                                         date as_of) const {
  auto unit = decode_course_list(body, as_of);
  // The request names the regions; a server that does not heed it once filled
  // the table with 979 courses of the whole world.
  if (unit && !settings_.regions.empty())
    std::erase_if(unit->courses, [this](const course_row& x) {
      return !x.region_code.empty()
             && std::none_of(settings_.regions.begin(), settings_.regions.end(),
                             [&](const auto& region) {
                               return to_lower(region)
                                      == to_lower(x.region_code);
                             });
    });
  return unit;
}

std::shared_ptr<const provider> make_racing_api(racing_api_settings settings) {
  return std::make_shared<const racing_api>(std::move(settings));
}

} // namespace racefill
