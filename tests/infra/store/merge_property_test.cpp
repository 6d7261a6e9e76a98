/// Which value wins must not depend on order, batching or repetition: random
/// rows in random orders leave identical tables, on every database.
#include <algorithm>
#include <random>

#include "infra/store/table_model.hpp"
#include "tests/infra/store/sample_units.hpp"
#include "tests/infra/store/store_fixture.hpp"

namespace racefill {
namespace {

using tables_image = std::vector<std::vector<std::vector<std::string>>>;

const std::vector<const table*>& entity_tables() {
  static const std::vector<const table*> result{
    &courses_table(), &jockeys_table(), &trainers_table(),
    &owners_table(),  &horses_table(),  &pedigree_table()};
  return result;
}

/// Random rows, poor and rich, of few keys, days and values, so that ties and
/// contradictions are frequent.
class row_maker {
public:
  explicit row_maker(unsigned seed) : random_(seed) {
    // nop
  }

  /// A unit with one row for some of the tables.
  day_unit unit(int serial) {
    day_unit x;
    x.day = day("2024-01-01") + serial;
    x.state = day_state::done;
    if (coin())
      x.horses.push_back(horse());
    if (coin())
      x.pedigrees.push_back(pedigree());
    if (coin())
      x.jockeys.push_back(entity("jky_"));
    if (coin())
      x.trainers.push_back(entity("trn_"));
    if (coin())
      x.owners.push_back(entity("own_"));
    if (coin())
      x.courses.push_back(course());
    return x;
  }

  template <class Items>
  void shuffle(Items& items) {
    std::shuffle(items.begin(), items.end(), random_);
  }

  std::size_t below(std::size_t bound) {
    return std::uniform_int_distribution<std::size_t>{0, bound - 1}(random_);
  }

private:
  bool coin() {
    return below(2) == 0;
  }

  /// NULL, or one of three values; one with bytes above 127.
  std::string text() {
    static const std::vector<std::string> values{"", "b", "a", "Z", "é"};
    return values[below(values.size())];
  }

  std::string sex() {
    static const std::vector<std::string> values{"", "colt", "gelding",
                                                 "horse"};
    return values[below(values.size())];
  }

  std::string sex_code() {
    static const std::vector<std::string> values{"", "C", "G", "H"};
    return values[below(values.size())];
  }

  date some_day() {
    return below(6) == 0 ? date{}
                         : day("2024-01-01") + static_cast<int>(below(3));
  }

  std::string id(const char* prefix) {
    return prefix + std::to_string(below(3));
  }

  row_source source() {
    return coin() ? row_source::profile : row_source::racecard;
  }

  horse_row horse() {
    return {id("hrs_"), text(), some_day(), sex(),    sex_code(),
            text(),     text(), text(),     source(), some_day()};
  }

  pedigree_row pedigree() {
    return {id("hrs_"), text(), text(), text(), text(), text(),   text(),
            text(),     text(), text(), text(), text(), source(), some_day()};
  }

  entity_row entity(const char* prefix) {
    return {id(prefix), text(), text(), some_day()};
  }

  course_row course() {
    return {id("crs_"), text(), text(), text(), source(), some_day()};
  }

  std::mt19937 random_;
};

class merge_property : public store_test {
protected:
  tables_image image() {
    tables_image out;
    for (const auto* tab : entity_tables()) {
      std::string columns;
      for (const auto& col : tab->columns)
        if (col.type != col_type::instant)
          columns += (columns.empty() ? "" : ",") + col.name;
      out.push_back(database.rows("SELECT " + columns + " FROM " + tab->name
                                  + " ORDER BY " + tab->key.front()));
    }
    return out;
  }

  void clear() {
    for (auto tab = entity_tables().rbegin(); tab != entity_tables().rend();
         ++tab)
      database.execute("DELETE FROM " + (*tab)->name);
  }

  /// Writes the units in batches of random size; returns the rows changed.
  std::int64_t write_in_batches(const std::vector<day_unit>& units,
                                row_maker& maker) {
    std::int64_t changed = 0;
    for (std::size_t i = 0; i < units.size();) {
      write_batch batch;
      const auto count = 1 + maker.below(6);
      for (; batch.days.size() < count && i < units.size(); ++i)
        batch.days.push_back(units[i]);
      for (const auto& change : write(batch).tables)
        changed += change.changed;
    }
    return changed;
  }
};

TEST_P(merge_property, ends_the_same_in_any_order_and_grouping) {
  const auto rounds = GetParam() == place::sqlite ? 12u : 4u;
  for (unsigned seed = 1; seed <= rounds; ++seed) {
    row_maker maker{seed};
    std::vector<day_unit> units;
    for (int i = 0; i < 24; ++i)
      units.push_back(maker.unit(i));
    clear();
    write_in_batches(units, maker);
    const auto expected = image();
    for (int order = 0; order < 4; ++order) {
      maker.shuffle(units);
      clear();
      write_in_batches(units, maker);
      ASSERT_EQ(image(), expected) << "seed " << seed << " order " << order;
      maker.shuffle(units);
      EXPECT_EQ(write_in_batches(units, maker), 0) << "seed " << seed;
    }
  }
}

TEST_P(merge_property, ends_the_same_on_every_database) {
  row_maker maker{77};
  std::vector<day_unit> units;
  for (int i = 0; i < 40; ++i)
    units.push_back(maker.unit(i));
  write_in_batches(units, maker);
  test_database other{place::sqlite};
  other.migrate();
  auto other_store = other.store();
  for (auto unit = units.rbegin(); unit != units.rend(); ++unit) {
    write_batch batch;
    batch.days.push_back(*unit);
    ASSERT_TRUE(other_store->write(batch));
  }
  for (const auto* tab : entity_tables()) {
    std::string columns;
    for (const auto& col : tab->columns)
      if (col.type != col_type::instant)
        columns += (columns.empty() ? "" : ",") + col.name;
    const auto sql = "SELECT " + columns + " FROM " + tab->name + " ORDER BY "
                     + tab->key.front();
    EXPECT_EQ(database.rows(sql), other.rows(sql)) << tab->name;
  }
}

INSTANTIATE_TEST_SUITE_P(on, merge_property,
                         testing::Values(place::sqlite, place::postgres),
                         name_of);

} // namespace
} // namespace racefill
