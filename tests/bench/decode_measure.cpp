// Prints how long one day of the real size (1.8 MB, odds included) takes to
// decode on one core. No test: nothing is asserted about time.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

#include <simdjson.h>

#include "infra/racing_api/racing_api.hpp"

namespace {

using namespace racefill;

// One runner of about 5 kB, 28 bookmakers' odds among them.
std::string runner(int n) {
  const auto id = std::to_string(10'000'000 + n);
  std::string odds;
  for (int i = 0; i < 28; ++i)
    odds += std::string{i == 0 ? "" : ","} + R"({"bookmaker":"Bookmaker )"
            + std::to_string(i)
            + R"(","fractional":"11/4","decimal":"3.75","ew_places":"3",)"
              R"("ew_denom":"5","updated":"2024-05-01 13:43:08","history":[]})";
  const auto text = [&](const char* name, const std::string& value) {
    return std::string{"\""} + name + "\":\"" + value + "\",";
  };
  return "{" + text("horse_id", "hrs_" + id) + text("horse", "Horse " + id)
         + text("dob", "2019-03-14") + text("age", "5") + text("sex", "gelding")
         + text("sex_code", "G") + text("colour", "b") + text("region", "IRE")
         + text("breeder", "Some Stud & Another Stud Et Al")
         + text("dam", "Dam " + id) + text("dam_id", "dam_" + id)
         + text("dam_region", "GB") + text("sire", "Sire " + id)
         + text("sire_id", "sir_" + id) + text("sire_region", "FR")
         + text("damsire", "Damsire " + id) + text("damsire_id", "dsi_" + id)
         + text("damsire_region", "USA") + text("trainer", "Trainer " + id)
         + text("trainer_id", "trn_" + id)
         + text("trainer_location", "Newmarket, Suffolk")
         + R"("trainer_14_days":{"runs":"12","wins":"3","percent":"25"},)"
         + text("owner", "Owner " + id) + text("owner_id", "own_" + id)
         + R"("prev_trainers":[],"prev_owners":[],)"
         + text("comment", std::string(80, 'c'))
         + text("spotlight", std::string(200, 's'))
         + R"("quotes":[],"stable_tour":[],"medical":[],)"
         + text("number", std::to_string(n % 12 + 1)) + text("draw", "3")
         + text("headgear", "p") + text("headgear_run", "")
         + text("wind_surgery", "") + text("wind_surgery_run", "")
         + R"("past_results_flags":["D"],)" + text("lbs", "133")
         + text("ofr", "60") + text("rpr", "-") + text("ts", "38")
         + text("jockey", "Jockey " + id + "(5)")
         + text("jockey_id", "jky_" + id)
         + text("silk_url", "https://silks.example/" + id + ".svg")
         + text("last_run", "128 (9F)") + text("form", "1-2P31")
         + text("trainer_rtf", "55") + "\"odds\":[" + odds + "]}";
}

std::string day_body() {
  std::string races;
  for (int i = 0; i < 36; ++i) {
    std::string runners;
    for (int k = 0; k < 10; ++k)
      runners += (k == 0 ? "" : ",") + runner(i * 10 + k);
    races += std::string{i == 0 ? "" : ","} + R"({"race_id":"rac_)"
             + std::to_string(11'000'000 + i)
             + R"(","course":"Leicester","course_id":"crs_780",)"
               R"("date":"2024-05-01","off_time":"1:44",)"
               R"("off_dt":"2024-05-01T13:44:00+01:00","race_name":"A Race",)"
               R"("distance":"1m53y","distance_f":"8.0","region":"GB",)"
               R"("prize":"£3,140","field_size":"10","runners":[)"
             + runners + "]}";
  }
  return R"({"racecards":[)" + races + R"(],"total":36})";
}

// The median of `runs` calls, in milliseconds.
template <class Call>
double median_ms(int runs, Call call) {
  std::vector<double> times;
  for (int i = 0; i < runs; ++i) {
    const auto start = std::chrono::steady_clock::now();
    call();
    const std::chrono::duration<double, std::milli> took
      = std::chrono::steady_clock::now() - start;
    times.push_back(took.count());
  }
  std::sort(times.begin(), times.end());
  return times[times.size() / 2];
}

} // namespace

int main() {
  day_pages pages;
  pages.task.day = *parse_date("2024-05-01");
  pages.bodies.push_back(day_body());
  const auto& body = pages.bodies[0];
  const racing_api plain{{}};
  racing_api_settings settings;
  settings.keep_odds = true;
  const racing_api full{settings};
  const auto unit = plain.decode_day(pages);
  if (!unit || unit->runners.size() != 360)
    return 1;
  std::printf("%zu bytes, %zu races, %zu runners, median of 51\n", body.size(),
              unit->races.size(), unit->runners.size());
  std::printf("bare simdjson parse  %6.2f ms\n", median_ms(51, [&] {
                simdjson::dom::parser parser;
                static_cast<void>(parser.parse(body.data(), body.size()));
              }));
  std::printf("envelope             %6.2f ms\n", median_ms(51, [&] {
                static_cast<void>(plain.racecards_extent(body));
              }));
  std::printf("day without odds     %6.2f ms\n", median_ms(51, [&] {
                static_cast<void>(plain.decode_day(pages));
              }));
  std::printf("day with odds        %6.2f ms\n", median_ms(51, [&] {
                static_cast<void>(full.decode_day(pages));
              }));
  return 0;
}
