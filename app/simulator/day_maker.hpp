/// DAY MAKER: the racecards of one day.
#pragma once

#include <set>

#include "app/simulator/horses.hpp"
#include "app/simulator/world.hpp"

namespace racefill::sim {

/// Makes the races of one day, then is thrown away.
class day_maker {
public:
  day_maker(const world& from, date when);

  /// All races of the day.
  std::vector<race> make();

private:
  int race_count(bool foreign);
  race make_race(bool foreign, int slot, const course& where, int minute);
  void choose_conditions(race& to, dice& d) const;
  void choose_prize(race& to, dice& d) const;
  void fill_runners(race& to, dice& d, bool foreign);
  horse_key choose_horse(dice& d, bool foreign, int age_low, int age_high);
  runner make_runner(const race& in, dice& d, horse_key key, int number);
  void add_connections(runner& to, dice& d, horse_key key) const;
  void add_jockey(runner& to, dice& d) const;
  void add_figures(runner& to, const race& in, dice& d) const;
  void add_texts(runner& to, const race& in, dice& d) const;
  void withdraw_some(race& to, dice& d) const;
  void plant_oddities(race& to, dice& d);
  void write_verdict(race& to, dice& d) const;
  bool odd(dice& d, double p) const;

  const world& world_;
  const world_options& options_;
  date when_;
  double scale_; ///< Of people, against the real world's.
  std::uint64_t seed_;
  dice day_;
  std::set<horse_key> used_;
};

} // namespace racefill::sim
