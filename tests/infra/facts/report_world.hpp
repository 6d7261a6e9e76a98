/// REPORT_WORLD: a small database that passes every check, to plant faults in.
#pragma once

#include <stdexcept>
#include <string>
#include <vector>

#include "infra/facts/checks.hpp"
#include "tests/infra/store/sample_units.hpp"
#include "tests/infra/store/store_fixture.hpp"

namespace racefill {

/// Ten days from 2024-06-01, two races of nine runners each, all enriched.
class report_world : public testing::TestWithParam<place> {
protected:
  report_world() : database(GetParam()) {
  }

  void SetUp() override {
    database.migrate();
    auto store = database.store();
    write_batch batch;
    for (int i = 0; i < 10; ++i)
      batch.days.push_back(make_day(request().start + i, i));
    for (int i = 0; i < 10; ++i)
      for (int n = 0; n < 18; ++n)
        batch.horses.push_back(profile(horse_id(i, n), "2024-07-01"));
    const auto done = store->write(batch);
    ASSERT_TRUE(done) << describe(done.error());
  }

  static std::string horse_id(int day_number, int n) {
    return "hrs_" + std::to_string(day_number) + "_" + std::to_string(n);
  }

  static std::string race_id(int day_number, int race) {
    return "rac_" + std::to_string(day_number) + "_" + std::to_string(race);
  }

  static day_unit make_day(date on, int number) {
    auto unit = full_day(to_string(on).c_str());
    unit.races.clear();
    unit.runners.clear();
    unit.horses.clear();
    unit.pedigrees.clear();
    unit.new_horses.clear();
    for (int race = 0; race < 2; ++race) {
      auto row = full_race(race_id(number, race), on);
      row.declared_field_size = 9;
      row.runner_count = 9;
      row.off_dt = to_string(on) + (race == 0 ? "T12:00:00Z" : "T13:00:00Z");
      unit.races.push_back(row);
      for (int n = 0; n < 9; ++n) {
        const auto horse = horse_id(number, race * 9 + n);
        unit.runners.push_back(full_runner(row.race_id, horse));
        unit.horses.push_back(card_horse(horse, on));
        unit.new_horses.push_back(horse);
      }
    }
    return unit;
  }

  static check_request request() {
    check_request x;
    x.start = *parse_date("2024-06-01");
    x.end = *parse_date("2024-06-10");
    x.today = *parse_date("2024-08-01");
    return x;
  }

  report_database open() const {
    auto db = report_database::open(database.settings());
    if (!db)
      throw std::runtime_error(describe(db.error()));
    return std::move(*db);
  }

  check_report check() const {
    auto db = open();
    return run_checks(db, request());
  }

  static const check_result& find(const check_report& report,
                                  const std::string& id) {
    for (const auto& x : report.checks)
      if (x.id == id)
        return x;
    ADD_FAILURE() << "no check " << id;
    return report.checks.front();
  }

  /// The ids of the checks that did not pass, as `V5 X2 `.
  static std::string complaints(const check_report& report) {
    std::string out;
    for (const auto& x : report.checks)
      if (x.outcome != verdict::pass)
        out += x.id + ' ';
    return out;
  }

  /// Changes rows behind the back of the foreign keys.
  void plant(const std::string& sql) const {
    auto session = database.session();
    if (session->kind() == dialect::sqlite)
      session->execute("PRAGMA foreign_keys=OFF");
    transaction guard{*session, access_mode::write};
    if (session->kind() == dialect::postgres)
      session->execute("SET LOCAL session_replication_role=replica");
    session->execute(sql);
    guard.commit();
  }

  test_database database;
};

} // namespace racefill
