/// HORSES: careers, families and connections of the invented world.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "app/simulator/world.hpp"

namespace racefill::sim {

constexpr int age_min = 2;
constexpr int age_max = 10;

/// The share of horses that are in training at each age, from age_min on.
const std::array<double, age_max - age_min + 1>& share_in_training() noexcept;

/// Tells whether a horse races in the year it is `age` years old.
bool in_training(std::uint64_t seed, horse_key key, int age) noexcept;

/// What never changes in a horse's life, and when the rest does.
struct horse_facts {
  date dob;
  bool male = false;
  date gelded; ///< Not known: never.
  std::string name;
  std::string name_before; ///< "" unless renamed.
  date renamed;
  std::string colour;
  std::string colour_before; ///< As foals are often entered.
  date colour_settled;
  std::string region;
  parents family; ///< Without country suffixes.
};

/// The facts of one horse. Pure.
horse_facts facts_of(std::uint64_t seed, double scale, horse_key key);

/// A sex in words and letters.
struct sex_words {
  const char* sex;
  const char* code;
};

/// The horse's sex on a day.
sex_words sex_on(const horse_facts& horse, date when) noexcept;

/// A person's or firm's id and how cards spell it on a day.
struct person {
  std::string id;
  std::string name;
  std::string location; ///< Trainers only.
};

/// A jockey in business on `when`, chosen by `pick`.
person jockey_on(std::uint64_t seed, double scale, date when,
                 std::uint64_t pick);

/// Who trains the horse on a day, and where the stable is.
person trainer_of(std::uint64_t seed, double scale, horse_key key, date when);

/// Who owns the horse on a day.
person owner_of(std::uint64_t seed, double scale, horse_key key, date when);

/// Since when the trainer (or owner) of `when` has had the horse.
date trainer_since(std::uint64_t seed, horse_key key, date when) noexcept;
date owner_since(std::uint64_t seed, horse_key key, date when) noexcept;

/// `rac_` and eight digits, in no order; `slot` from 0 to 127.
std::string race_id(std::uint64_t seed, date when, int slot);

} // namespace racefill::sim
