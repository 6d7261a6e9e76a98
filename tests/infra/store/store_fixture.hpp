/// STORE_FIXTURE: the same tests on SQLite, PostgreSQL and PostgreSQL behind a
/// transaction pooler, each test on a database of its own.
#pragma once

#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "infra/store/migrate.hpp"
#include "infra/store/sql_store.hpp"
#include "tests/infra/store/postgres_cluster.hpp"

namespace racefill {

enum class place { sqlite, postgres, pooler };

inline std::string name_of(const testing::TestParamInfo<place>& info) {
  switch (info.param) {
    case place::sqlite:
      return "sqlite";
    case place::postgres:
      return "postgres";
    case place::pooler:
      return "pooler";
  }
  return "unknown";
}

/// A new empty database; gone with the object.
class test_database {
public:
  explicit test_database(place where) : where_(where) {
    static int serial = 0;
    const auto name = "t" + std::to_string(++serial);
    if (where == place::sqlite) {
      folder_ = std::filesystem::temp_directory_path()
                / ("racefill-store-" + std::to_string(::getpid()) + "-" + name);
      std::filesystem::create_directories(folder_);
      settings_.url = "sqlite:" + (folder_ / "racefill.db").string();
    } else {
      auto& cluster = postgres_cluster::shared();
      cluster.create_database(name);
      settings_.url = where == place::pooler ? cluster.pooler_url(name)
                                             : cluster.url(name);
    }
  }

  test_database(const test_database&) = delete;
  test_database& operator=(const test_database&) = delete;

  ~test_database() {
    std::error_code ignored;
    if (!folder_.empty())
      std::filesystem::remove_all(folder_, ignored);
  }

  const store_settings& settings() const {
    return settings_;
  }

  place where() const {
    return where_;
  }

  /// The file of an SQLite database.
  std::string path() const {
    return (folder_ / "racefill.db").string();
  }

  std::unique_ptr<sql_session> session() const {
    auto result = open_session(settings_);
    if (!result)
      throw std::runtime_error(describe(result.error()));
    return std::move(*result);
  }

  std::unique_ptr<record_store> store() const {
    auto result = open_store(settings_);
    if (!result)
      throw std::runtime_error(describe(result.error()));
    return std::move(*result);
  }

  void migrate() const {
    auto own = session();
    const auto result = apply_schema(*own);
    ASSERT_TRUE(result) << describe(result.error());
  }

  /// The rows of a query in a transaction of its own; NULL is "-".
  std::vector<std::vector<std::string>> rows(const std::string& sql) const {
    auto own = session();
    transaction guard{*own, access_mode::write};
    std::vector<std::vector<std::string>> out;
    for (const auto& row : own->query(sql)) {
      out.emplace_back();
      for (const auto& cell : row)
        out.back().push_back(cell.value_or("-"));
    }
    guard.commit();
    return out;
  }

  /// The only cell of a query.
  std::string cell(const std::string& sql) const {
    const auto all = rows(sql);
    return all.size() == 1 && all[0].size() == 1 ? all[0][0] : "not one cell";
  }

  void execute(const std::string& sql) const {
    auto own = session();
    transaction guard{*own, access_mode::write};
    own->execute(sql);
    guard.commit();
  }

private:
  place where_;
  std::filesystem::path folder_;
  store_settings settings_;
};

class store_test : public testing::TestWithParam<place> {
protected:
  store_test() : database(GetParam()) {
    // nop
  }

  void SetUp() override {
    database.migrate();
    store = database.store();
  }

  write_receipt write(const write_batch& batch) {
    auto result = store->write(batch);
    EXPECT_TRUE(result) << describe(result.error());
    return result ? *result : write_receipt{};
  }

  write_receipt write(day_unit unit) {
    write_batch batch;
    batch.days.push_back(std::move(unit));
    return write(batch);
  }

  write_receipt write(horse_unit unit) {
    write_batch batch;
    batch.horses.push_back(std::move(unit));
    return write(batch);
  }

  test_database database;
  std::unique_ptr<record_store> store;
};

} // namespace racefill
