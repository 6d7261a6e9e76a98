/// RACING API: The Racing API's requests and bodies (FACTS a, b, c).
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "infra/ports/provider.hpp"

namespace racefill {

/// What the requests ask for and what of the bodies is kept.
struct racing_api_settings {
  std::string
    base_path; ///< Before `/v1`, when a relay adds one; no slash last.
  std::vector<std::string> regions{"gb", "ire"}; ///< Region codes asked for.
  int page_limit = 500;       ///< Racecards a page, 1 to 500.
  bool keep_odds = false;     ///< Runners' odds and the bookmakers behind them.
  bool keep_editorial = true; ///< Tips, verdicts, comments, quotes, tours.
  std::chrono::milliseconds deadline{30'000}; ///< For one whole exchange.
};

/// The Racing API as a provider. Stateless apart from its settings: every
/// method may run on any thread at any time.
class racing_api final : public provider {
public:
  explicit racing_api(racing_api_settings settings);

  api_request racecards(date day, std::int32_t skip) const override;
  api_request horse(const std::string& horse_id) const override;
  api_request courses() const override;

  caf::expected<page_extent>
  racecards_extent(std::string_view body) const override;

  /// Also: bad_shape when races are missing because the list shifted between
  /// two pages, and when races came but none has an id. A provisional day stays
  /// provisional when no race came.
  caf::expected<day_unit> decode_day(const day_pages& pages) const override;

  caf::expected<horse_unit> decode_horse(const std::string& horse_id,
                                         std::string_view body,
                                         date as_of) const override;

  /// The courses of the list, and the bookmakers that everybody knows (the
  /// provider has no list of those).
  caf::expected<reference_unit> decode_courses(std::string_view body,
                                               date as_of) const override;

private:
  racing_api_settings settings_;
};

/// Makes the provider that the actors share.
std::shared_ptr<const provider> make_racing_api(racing_api_settings settings);

} // namespace racefill
