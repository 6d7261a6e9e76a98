/// PROFILE DECODER: a horse's Pro profile and the course list.
#pragma once

#include <string>
#include <string_view>

#include <caf/expected.hpp>

#include "messages/work.hpp"

namespace racefill {

/// provider::decode_horse().
caf::expected<horse_unit> decode_profile(const std::string& horse_id,
                                         std::string_view body, date as_of);

/// provider::decode_courses().
caf::expected<reference_unit> decode_course_list(std::string_view body,
                                                 date as_of);

} // namespace racefill
