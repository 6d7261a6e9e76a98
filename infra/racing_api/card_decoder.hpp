/// CARD DECODER: a day's pages to a day_unit.
#pragma once

#include <string_view>

#include <caf/expected.hpp>

#include "infra/ports/provider.hpp"
#include "infra/racing_api/runner_decoder.hpp"

namespace racefill {

/// provider::racecards_extent().
caf::expected<page_extent> read_extent(std::string_view body);

/// provider::decode_day(), with the additions of racing_api::decode_day().
caf::expected<day_unit> decode_cards(const day_pages& pages,
                                     const card_rules& rules);

} // namespace racefill
