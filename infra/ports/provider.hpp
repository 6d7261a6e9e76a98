/// PROVIDER: what the API's requests look like and what its bodies mean.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <caf/expected.hpp>

#include "messages/calls.hpp"
#include "messages/work.hpp"

namespace racefill {

/// The envelope of a page (FACTS a.3).
struct page_extent {
  std::int32_t items = 0; ///< Racecards on this page.
  std::int32_t total = 0; ///< Racecards of the day, says the provider.
};

/// Pure and thread-safe: builds requests and decodes bodies, nothing else.
class provider {
public:
  virtual ~provider() = default;

  /// One page of a day's racecards, from item `skip` on.
  virtual api_request racecards(date day, std::int32_t skip) const = 0;

  /// A horse's Pro profile.
  virtual api_request horse(const std::string& horse_id) const = 0;

  /// The course list of the regions asked for.
  virtual api_request courses() const = 0;

  /// Reads a page's envelope and proves that the body is whole, well-formed
  /// JSON of the documented shape. Faults: broken_body, bad_shape.
  virtual caf::expected<page_extent>
  racecards_extent(std::string_view body) const = 0;

  /// Decodes all pages of a day: rows in `day_unit`, every refused value in its
  /// quarantine. `state` is set to done, or provisional by the task; `empty` or
  /// not_offered when no race came. `new_horses` lists every horse of the day.
  /// Faults: broken_body, bad_shape.
  virtual caf::expected<day_unit> decode_day(const day_pages& pages) const = 0;

  /// Decodes a profile fetched on `as_of`. Faults: broken_body, bad_shape (also
  /// when the profile's id is not `horse_id`).
  virtual caf::expected<horse_unit> decode_horse(const std::string& horse_id,
                                                 std::string_view body,
                                                 date as_of) const = 0;

  /// Decodes the course list. Faults: broken_body, bad_shape.
  virtual caf::expected<reference_unit> decode_courses(std::string_view body,
                                                       date as_of) const = 0;
};

} // namespace racefill
