// libFuzzer: any bytes as a day's pages. A zero byte parts two pages.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include <simdjson.h>

#include "infra/racing_api/racing_api.hpp"

namespace {

using namespace racefill;

// What must hold for every body; libFuzzer reports an abort.
void require(bool condition) {
  if (!condition)
    std::abort();
}

bool is_storable(const std::string& text) {
  return simdjson::validate_utf8(text) && text.find('\0') == std::string::npos;
}

void check(const day_unit& unit) {
  for (const auto& row : unit.races) {
    require(!row.race_id.empty() && row.race_date.known());
    require(is_storable(row.race_name) && is_storable(row.tip));
  }
  for (const auto& row : unit.runners) {
    require(!row.horse_id.empty() && !row.race_id.empty());
    require(is_storable(row.comment) && is_storable(row.extras)
            && is_storable(row.odds) && is_storable(row.horse_name));
  }
  for (const auto& row : unit.quarantine)
    require(row.payload.size() <= 4096 && is_storable(row.payload));
  require(unit.quarantine.size() <= 1001);
  require(unit.runners.empty() == unit.new_horses.empty());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  static const racing_api api = [] {
    racing_api_settings settings;
    settings.keep_odds = true;
    return racing_api{settings};
  }();
  std::string_view rest{reinterpret_cast<const char*>(data), size};
  day_pages pages;
  pages.task.day = *parse_date("2024-05-01");
  for (;;) {
    const auto end = rest.find('\0');
    pages.bodies.emplace_back(rest.substr(0, end));
    if (end == std::string_view::npos)
      break;
    rest.remove_prefix(end + 1);
  }
  static_cast<void>(api.racecards_extent(pages.bodies.front()));
  if (const auto unit = api.decode_day(pages))
    check(*unit);
  else
    require(static_cast<bool>(unit.error()));
  return 0;
}
