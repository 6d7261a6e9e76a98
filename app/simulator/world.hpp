/// WORLD: an invented racing history, computed from a seed. Any day and any
/// horse is computed alone and at once; nothing is kept between calls.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/simulator/cards.hpp"
#include "app/simulator/hash.hpp"

namespace racefill::sim {

/// What makes a world. The same options always make the same world.
struct world_options {
  std::uint64_t seed = 1;
  double races_per_day = 35;       ///< Of GB and IRE, on average; 1 to 60.
  double horses = 1;               ///< Scale of the horse population; above 0.
  date first_day = date{16436};    ///< 2015-01-01; no racing before it.
  date last_day = date{20453};     ///< 2025-12-31; no racing after it.
  bool foreign = true;             ///< Races elsewhere, about one in four.
  bool editorial = true;           ///< Quotes, comments, verdicts.
  double oddities = 1;             ///< Scale of the rare mistakes; 0 for none.
  double profiles_missing = 0.003; ///< Share of horses that answer 404.
};

/// A horse's place in the population.
struct horse_key {
  bool foreign = false;
  int birth_year = 0;
  std::uint32_t index = 0; ///< Within its year.

  auto operator<=>(const horse_key&) const = default;
};

/// The invented world. Immutable, so any thread may ask it.
class world {
public:
  /// Throws std::invalid_argument when an option is out of its range.
  explicit world(world_options options);

  const world_options& options() const noexcept {
    return options_;
  }

  /// Every race of a day, domestic ones first; empty without racing.
  std::vector<race> day(date when) const;

  /// The profile behind an id; none when the provider answers 404.
  std::optional<profile> profile_of(std::string_view horse_id) const;

  /// All racecourses, domestic ones first.
  const std::vector<course>& courses() const noexcept {
    return courses_;
  }

  // -- the parts that day() is made of ----------------------------------------

  /// Horses born in one year, of GB and IRE or elsewhere.
  std::uint32_t cohort_size(bool foreign) const noexcept;

  /// The id of a horse, `hrs_` and eight digits.
  std::string id_of(horse_key key) const;

  /// The horse behind an id; none when there is no such horse.
  std::optional<horse_key> key_of(std::string_view horse_id) const;

  /// Fills what a card says of the horse itself on a day.
  void describe(horse_key key, date when, runner& to) const;

private:
  friend class day_maker;

  void make_courses();
  bool odd_profile(dice& d, double p) const noexcept;

  world_options options_;
  std::vector<course> courses_;
  std::size_t domestic_courses_ = 0;
};

/// Tells whether Great Britain and Ireland race on the day: not at Christmas,
/// not on Good Friday.
bool racing_day(date when) noexcept;

/// The offset of British time from UTC on a day at noon, in seconds.
int british_offset(date when) noexcept;

} // namespace racefill::sim
