/// What goes wrong between us and the database: each gives its fault, one line
/// that says what to do, and nothing half-written.
#include <fstream>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/infra/store/sample_units.hpp"
#include "tests/infra/store/store_fixture.hpp"

namespace racefill {
namespace {

write_batch one_day() {
  write_batch batch;
  batch.days.push_back(full_day("2024-06-01"));
  return batch;
}

/// The error of opening a store and of asking it something.
caf::error first_error(const store_settings& settings) {
  auto store = open_store(settings);
  if (!store)
    return store.error();
  const auto count = (*store)->count_horses();
  return count ? caf::error{} : count.error();
}

void expect_refusal(const caf::error& err, fault code, const char* part) {
  EXPECT_EQ(fault_of(err), code) << describe(err);
  EXPECT_NE(describe(err).find(part), std::string::npos) << describe(err);
  EXPECT_EQ(describe(err).find('\n'), std::string::npos) << describe(err);
}

// -- SQLite -------------------------------------------------------------------

TEST(sqlite_connection, keeps_the_file_to_its_owner) {
  const test_database database{place::sqlite};
  database.migrate();
  struct stat info {};
  ASSERT_EQ(::stat(database.path().c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
  EXPECT_EQ(database.cell("PRAGMA journal_mode"), "wal");
  EXPECT_EQ(database.cell("PRAGMA synchronous"), "2");
  EXPECT_EQ(database.cell("PRAGMA foreign_keys"), "1");
}

/// Tells whether another process finds SQLite's shared lock on a file. Only
/// another one can: the locks of a process do not stand in its own way.
bool is_locked_for_others(const std::string& path) {
  const auto child = ::fork();
  if (child == 0) {
    const auto fd = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
    struct flock lock {};
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    lock.l_start = 0x40000002; // SQLite's bytes for readers.
    lock.l_len = 510;
    const auto told = fd >= 0 && ::fcntl(fd, F_GETLK, &lock) == 0;
    ::_exit(told && lock.l_type != F_UNLCK ? 0 : 1);
  }
  int status = 1;
  ::waitpid(child, &status, 0);
  return status == 0;
}

TEST(sqlite_connection, leaves_the_locks_of_other_connections_alone) {
  const test_database database{place::sqlite};
  database.migrate();
  const auto first = database.session();
  first->begin(access_mode::read);
  first->query("SELECT COUNT(*) FROM ra_horses");
  first->rollback();
  ASSERT_TRUE(is_locked_for_others(database.path()));
  const auto second = database.session();
  EXPECT_TRUE(is_locked_for_others(database.path()));
}

TEST(sqlite_connection, refuses_a_file_that_is_no_database) {
  const test_database database{place::sqlite};
  const std::string text(4096, 'x');
  std::ofstream{database.path()} << text;
  expect_refusal(first_error(database.settings()), fault::store_refused,
                 "no SQLite database");
  std::ifstream file{database.path()};
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>{file}, {}), text);
}

TEST(sqlite_connection, refuses_a_folder_that_is_not_there) {
  store_settings settings;
  settings.url = "sqlite:/nonexistent/racefill.db";
  expect_refusal(first_error(settings), fault::store_refused, "folder");
}

TEST(sqlite_connection, tells_when_the_disk_is_full_and_writes_nothing) {
  const test_database database{place::sqlite};
  database.migrate();
  auto session = database.session();
  session->begin(access_mode::write);
  const auto pages = session->query("PRAGMA page_count")[0][0].value();
  session->query("PRAGMA max_page_count=" + pages);
  session->rollback();
  auto store = make_store(std::move(session), "racecards_pro");
  auto batch = one_day();
  batch.days[0].runners[0].comment.assign(80'000, 'x');
  const auto result = store->write(batch);
  ASSERT_FALSE(result);
  expect_refusal(result.error(), fault::store_full, "free space");
  EXPECT_EQ(database.cell("SELECT COUNT(*) FROM ra_mst_races"), "0");
  EXPECT_EQ(database.cell("SELECT COUNT(*) FROM racefill_days"), "0");
}

TEST(sqlite_connection, is_busy_while_another_writer_holds_the_file) {
  const test_database database{place::sqlite};
  database.migrate();
  auto other = database.session();
  other->begin(access_mode::write);
  auto settings = database.settings();
  settings.lock_timeout_ms = 50;
  auto store = open_store(settings);
  const auto result = (*store)->write(one_day());
  EXPECT_EQ(fault_of(result.error()), fault::store_busy);
  other->rollback();
  EXPECT_TRUE((*store)->write(one_day()));
}

// -- any ----------------------------------------------------------------------

class any_connection : public testing::TestWithParam<place> {
protected:
  any_connection() : database(GetParam()) {
    // nop
  }

  test_database database;
};

TEST_P(any_connection, refuses_a_database_that_was_not_migrated) {
  auto store = database.store();
  expect_refusal(store->write(one_day()).error(), fault::store_refused,
                 "racefill migrate");
  expect_refusal(store->count_horses().error(), fault::store_refused,
                 "racefill migrate");
  database.migrate(); // The same store goes on from here.
  EXPECT_TRUE(store->write(one_day()));
}

TEST_P(any_connection, refuses_a_ledger_newer_than_the_program) {
  database.migrate();
  database.execute("UPDATE racefill_meta SET value='99'");
  auto store = database.store();
  expect_refusal(store->write(one_day()).error(), fault::schema_newer, "99");
  auto session = database.session();
  expect_refusal(apply_schema(*session).error(), fault::schema_newer, "99");
}

TEST_P(any_connection, refuses_a_table_that_lacks_a_column) {
  database.migrate();
  database.execute("ALTER TABLE ra_mst_runners DROP COLUMN spotlight");
  auto store = database.store();
  expect_refusal(store->write(one_day()).error(), fault::store_refused,
                 "spotlight");
  EXPECT_EQ(database.cell("SELECT COUNT(*) FROM ra_mst_races"), "0");
}

INSTANTIATE_TEST_SUITE_P(on, any_connection,
                         testing::Values(place::sqlite, place::postgres),
                         name_of);

// -- PostgreSQL ---------------------------------------------------------------

class postgres_connection : public testing::Test {
protected:
  postgres_connection() : cluster(postgres_cluster::shared()) {
    // nop
  }

  postgres_cluster& cluster;
  test_database database{place::postgres};

  /// The database's name, out of its URL.
  std::string name() const {
    return parse_database_url(database.settings().url)->database;
  }
};

TEST_F(postgres_connection, takes_odd_passwords_and_never_repeats_them) {
  const std::string password = "p'a\\ss w=o&r%d \"é$1";
  cluster.psql("postgres", "DROP ROLE IF EXISTS odd; CREATE ROLE odd LOGIN "
                           "PASSWORD E'p\\'a\\\\ss w=o&r%d \"é$1';");
  store_settings settings;
  settings.url = cluster.tcp_url("odd", name());
  settings.password = password;
  database.migrate();
  cluster.psql(name(), "GRANT SELECT ON ALL TABLES IN SCHEMA public TO odd;");
  EXPECT_EQ(first_error(settings), caf::error{})
    << describe(first_error(settings));
  settings.password = "s3cret";
  const auto err = first_error(settings);
  expect_refusal(err, fault::store_refused, "check the password");
  EXPECT_EQ(describe(err).find("s3cret"), std::string::npos);
}

TEST_F(postgres_connection, says_what_is_wrong_with_the_address) {
  store_settings settings;
  settings.url = cluster.url("nowhere");
  expect_refusal(first_error(settings), fault::store_refused, "database");
  settings.url = cluster.tcp_url("postgres", name());
  expect_refusal(first_error(settings), fault::store_refused, "password");
  settings.url = "postgresql://postgres@127.0.0.1:1/x";
  expect_refusal(first_error(settings), fault::store_down, "connect");
  settings.url = cluster.tcp_url("postgres", name()) + "?sslmode=require";
  expect_refusal(first_error(settings), fault::store_refused, "sslmode");
}

TEST_F(postgres_connection, asks_for_rights_that_it_lacks) {
  database.migrate();
  cluster.psql("postgres", "DROP ROLE IF EXISTS weak; CREATE ROLE weak LOGIN "
                           "PASSWORD 'x';");
  store_settings settings;
  settings.url = cluster.tcp_url("weak", name());
  settings.password = "x";
  expect_refusal(first_error(settings), fault::store_refused,
                 "postgres-role.sql");
}

TEST_F(postgres_connection, does_not_write_where_the_server_reads_only) {
  database.migrate();
  cluster.psql("postgres", "ALTER DATABASE " + name()
                             + " SET default_transaction_read_only = on;");
  auto store = database.store();
  EXPECT_EQ(fault_of(store->write(one_day()).error()), fault::store_readonly);
}

TEST_F(postgres_connection, survives_a_restart_of_the_server) {
  database.migrate();
  auto store = database.store();
  ASSERT_TRUE(store->write(one_day()));
  cluster.stop();
  EXPECT_EQ(fault_of(store->write(one_day()).error()), fault::store_down);
  cluster.start();
  const auto result = store->write(one_day());
  ASSERT_TRUE(result) << describe(result.error());
  EXPECT_EQ(database.cell("SELECT COUNT(*) FROM ra_mst_runners"), "2");
}

TEST_F(postgres_connection, makes_a_new_session_when_the_old_one_died_idle) {
  database.migrate();
  auto store = database.store();
  ASSERT_TRUE(store->count_horses());
  cluster.psql("postgres", "SELECT pg_terminate_backend(pid) FROM "
                           "pg_stat_activity WHERE datname='"
                             + name() + "';");
  EXPECT_TRUE(store->write(one_day()));
}

TEST_F(postgres_connection, is_busy_when_a_lock_is_not_to_be_had) {
  database.migrate();
  auto other = database.session();
  other->begin(access_mode::write);
  other->execute("LOCK TABLE ra_mst_runners IN EXCLUSIVE MODE");
  auto settings = database.settings();
  settings.lock_timeout_ms = 50;
  auto store = open_store(settings);
  EXPECT_EQ(fault_of((*store)->write(one_day()).error()), fault::store_busy);
  EXPECT_EQ(other->query("SELECT COUNT(*) FROM ra_mst_races")[0][0], "0");
  other->rollback();
  EXPECT_TRUE((*store)->write(one_day()));
}

TEST_F(postgres_connection, waits_when_it_may_open_no_more_sessions) {
  database.migrate();
  cluster.psql("postgres", "DROP ROLE IF EXISTS many; CREATE ROLE many LOGIN "
                           "PASSWORD 'x' CONNECTION LIMIT 0;");
  store_settings settings;
  settings.url = cluster.tcp_url("many", name());
  settings.password = "x";
  // Names the role, but is not about it.
  expect_refusal(first_error(settings), fault::store_busy,
                 "too many connections");
}

TEST_F(postgres_connection, does_not_take_a_rollback_for_a_commit) {
  database.migrate();
  auto session = database.session();
  session->begin(access_mode::write);
  session->execute("CREATE TABLE lost (n integer)");
  EXPECT_THROW(session->execute("SELECT 1 / 0"), sql_error);
  // The server answers this COMMIT with ROLLBACK, and no error.
  EXPECT_THROW(session->commit(), sql_error);
  EXPECT_EQ(database.cell("SELECT COUNT(*) FROM pg_class "
                          "WHERE relname = 'lost'"),
            "0");
}

// -- commits whose end is not known -------------------------------------------

/// Commits, then loses the answer, once.
class forgetful_session : public sql_session {
public:
  explicit forgetful_session(std::unique_ptr<sql_session> inner)
    : inner_(std::move(inner)) {
    // nop
  }

  dialect kind() const noexcept override {
    return inner_->kind();
  }

  const std::string& name() const noexcept override {
    return inner_->name();
  }

  void begin(access_mode mode) override {
    inner_->begin(mode);
  }

  void commit() override {
    inner_->commit();
    if (++commits_ == 1)
      throw sql_error{fault::store_down, "connection lost"};
  }

  void rollback() noexcept override {
    inner_->rollback();
  }

  std::int64_t execute(const std::string& sql,
                       const std::vector<sql_value>& values) override {
    return inner_->execute(sql, values);
  }

  std::int64_t execute_alone(const std::string& sql,
                             const std::vector<sql_value>& values) override {
    return inner_->execute_alone(sql, values);
  }

  std::vector<sql_row> query(const std::string& sql,
                             const std::vector<sql_value>& values) override {
    return inner_->query(sql, values);
  }

private:
  std::unique_ptr<sql_session> inner_;
  int commits_ = 0;
};

TEST(unknown_commit, does_not_forget_the_horses_it_entered) {
  const test_database database{place::sqlite};
  database.migrate();
  auto store = make_store(
    std::make_unique<forgetful_session>(database.session()), "racecards_pro");
  EXPECT_EQ(fault_of(store->write(one_day()).error()), fault::store_down);
  const auto again = store->write(one_day());
  ASSERT_TRUE(again);
  EXPECT_EQ(again->days[0].new_horses.size(), 2u);
  EXPECT_TRUE(store->write(one_day())->days[0].new_horses.empty());
}

} // namespace
} // namespace racefill
