// libFuzzer: any bytes as a horse's profile and as the course list.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include <simdjson.h>

#include "infra/racing_api/racing_api.hpp"

namespace {

using namespace racefill;

void require(bool condition) {
  if (!condition)
    std::abort();
}

bool is_storable(const std::string& text) {
  return simdjson::validate_utf8(text) && text.find('\0') == std::string::npos;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  static const racing_api api{{}};
  const std::string_view body{reinterpret_cast<const char*>(data), size};
  const auto today = *parse_date("2025-10-16");
  if (const auto unit = api.decode_horse("hrs_901", body, today)) {
    require(unit->horses.size() == 1 && unit->pedigrees.size() <= 1);
    require(unit->state == horse_state::done);
    require(is_storable(unit->horses[0].name));
    for (const auto& row : unit->pedigrees)
      require(is_storable(row.breeder) && is_storable(row.sire));
    for (const auto& row : unit->quarantine)
      require(row.payload.size() <= 4096 && is_storable(row.payload));
  }
  if (const auto unit = api.decode_courses(body, today))
    for (const auto& row : unit->courses)
      require(!row.course_id.empty() && is_storable(row.name));
  return 0;
}
