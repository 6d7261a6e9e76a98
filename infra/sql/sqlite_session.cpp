/// SQLITE_SESSION: the embedded database. Poco opens and closes it; statements
/// go to the library itself, whose error codes Poco does not pass on whole.
#include "infra/sql/sqlite_session.hpp"

#include <cerrno>
#include <memory>
#include <system_error>
#include <unordered_map>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <Poco/Data/SQLite/Connector.h>
#include <Poco/Data/SQLite/Utility.h>
#include <Poco/Data/Session.h>
#include <Poco/Exception.h>
#include <sqlite3.h>

namespace racefill {
namespace {

/// More than there are tables.
constexpr std::size_t kept_max = 32;

/// A prepared statement that is finalised whatever happens.
class prepared {
public:
  prepared(sqlite3* db, const std::string& sql) {
    code = sqlite3_prepare_v2(db, sql.c_str(), static_cast<int>(sql.size()),
                              &stmt, nullptr);
  }

  prepared(const prepared&) = delete;
  prepared& operator=(const prepared&) = delete;

  ~prepared() {
    sqlite3_finalize(stmt);
  }

  sqlite3_stmt* stmt = nullptr;
  int code = SQLITE_OK;
};

int bind(sqlite3_stmt* stmt, int index, const sql_value& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value))
    return sqlite3_bind_int64(stmt, index, *number);
  if (const auto* real = std::get_if<double>(&value))
    return sqlite3_bind_double(stmt, index, *real);
  if (const auto* text = std::get_if<std::string>(&value))
    // The caller's values outlive the statement: no copy.
    return sqlite3_bind_text(stmt, index, text->data(),
                             static_cast<int>(text->size()), SQLITE_STATIC);
  return sqlite3_bind_null(stmt, index);
}

class sqlite_session final : public sql_session {
public:
  sqlite_session(const store_settings& settings, std::string path)
    : path_(std::move(path)),
      name_("sqlite:" + path_),
      lock_timeout_ms_(static_cast<int>(settings.lock_timeout_ms)) {
    open();
  }

  dialect kind() const noexcept override {
    return dialect::sqlite;
  }

  const std::string& name() const noexcept override {
    return name_;
  }

  void begin(access_mode mode) override {
    if (!session_)
      open();
    // A writer takes the lock at once: two that begin as readers could not
    // both become writers, and waiting would not help them.
    execute(mode == access_mode::read ? "BEGIN" : "BEGIN IMMEDIATE");
  }

  void commit() override {
    try {
      execute("COMMIT");
    } catch (const sql_error&) {
      rollback();
      throw;
    }
  }

  void rollback() noexcept override {
    if (db_ != nullptr && sqlite3_get_autocommit(db_) == 0)
      sqlite3_exec(db_, "ROLLBACK", nullptr, nullptr, nullptr);
  }

  std::int64_t execute(const std::string& sql,
                       const std::vector<sql_value>& values) override {
    const auto before = sqlite3_total_changes64(db_);
    run(sql, values, nullptr);
    return sqlite3_total_changes64(db_) - before;
  }

  /// A statement that fails is undone by the library itself.
  std::int64_t execute_alone(const std::string& sql,
                             const std::vector<sql_value>& values) override {
    const auto before = sqlite3_total_changes64(db_);
    auto* stmt = kept(sql);
    // One that is not reset keeps the transaction from ending.
    const std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)> ready{
      stmt, sqlite3_reset};
    step(stmt, values, nullptr);
    return sqlite3_total_changes64(db_) - before;
  }

  std::vector<sql_row> query(const std::string& sql,
                             const std::vector<sql_value>& values) override {
    std::vector<sql_row> rows;
    run(sql, values, &rows);
    return rows;
  }

  std::int64_t execute(const std::string& sql) {
    return execute(sql, {});
  }

private:
  void run(const std::string& sql, const std::vector<sql_value>& values,
           std::vector<sql_row>* rows) {
    prepared statement{db_, sql};
    if (statement.code != SQLITE_OK)
      fail();
    step(statement.stmt, values, rows);
  }

  void step(sqlite3_stmt* stmt, const std::vector<sql_value>& values,
            std::vector<sql_row>* rows) {
    for (std::size_t i = 0; i < values.size(); ++i)
      if (bind(stmt, static_cast<int>(i + 1), values[i]) != SQLITE_OK)
        fail();
    int code = SQLITE_ROW;
    while ((code = sqlite3_step(stmt)) == SQLITE_ROW)
      if (rows != nullptr)
        rows->push_back(read_row(stmt));
    if (code != SQLITE_DONE)
      fail();
  }

  /// The statement, prepared at its first use. The library prepares it anew by
  /// itself when the tables change.
  sqlite3_stmt* kept(const std::string& sql) {
    const auto found = kept_.find(sql);
    if (found != kept_.end())
      return found->second->stmt;
    auto made = std::make_unique<prepared>(db_, sql);
    if (made->code != SQLITE_OK)
      fail();
    if (kept_.size() >= kept_max)
      kept_.clear();
    return kept_.emplace(sql, std::move(made)).first->second->stmt;
  }

  static sql_row read_row(sqlite3_stmt* stmt) {
    sql_row row(static_cast<std::size_t>(sqlite3_column_count(stmt)));
    for (std::size_t i = 0; i < row.size(); ++i) {
      const auto index = static_cast<int>(i);
      const auto* text = sqlite3_column_text(stmt, index);
      if (text != nullptr)
        row[i].emplace(
          reinterpret_cast<const char*>(text),
          static_cast<std::size_t>(sqlite3_column_bytes(stmt, index)));
    }
    return row;
  }

  [[noreturn]] void fail() const {
    throw sqlite_error(sqlite3_extended_errcode(db_), sqlite3_errmsg(db_),
                       path_);
  }

  /// Makes the file ours alone before the library would make it everybody's.
  /// A file that is there must not be opened here: closing it would drop every
  /// lock that this process's other connections hold on it (POSIX), and another
  /// process could take the journal from under them.
  void create_file() const {
    const auto fd = ::open(path_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC,
                           0600);
    if (fd >= 0) {
      ::close(fd);
      return;
    }
    const auto reason = errno;
    if (reason == EEXIST || reason == EACCES || reason == EROFS)
      return; // Perhaps it may still be read.
    const auto code = reason == ENOSPC || reason == EDQUOT ? SQLITE_FULL
                                                           : SQLITE_CANTOPEN;
    throw sqlite_error(code, std::generic_category().message(reason), path_);
  }

  void open() {
    static const bool registered = [] {
      Poco::Data::SQLite::Connector::registerConnector();
      return true;
    }();
    static_cast<void>(registered);
    create_file();
    try {
      session_ = std::make_unique<Poco::Data::Session>("SQLite", path_);
      db_ = Poco::Data::SQLite::Utility::dbHandle(*session_);
    } catch (const Poco::Exception& err) {
      session_.reset();
      throw sqlite_error(SQLITE_CANTOPEN, err.message(), path_);
    }
    sqlite3_extended_result_codes(db_, 1);
    sqlite3_busy_timeout(db_, lock_timeout_ms_);
    try {
      query("PRAGMA schema_version", {}); // Tells whether it is a database.
      query("PRAGMA journal_mode=WAL", {});
      query("PRAGMA synchronous=FULL", {});
      query("PRAGMA foreign_keys=ON", {});
    } catch (const sql_error&) {
      db_ = nullptr;
      session_.reset();
      throw;
    }
  }

  std::string path_;
  std::string name_;
  int lock_timeout_ms_;
  std::unique_ptr<Poco::Data::Session> session_;
  sqlite3* db_ = nullptr;
  /// By their text; gone before the session that they belong to.
  std::unordered_map<std::string, std::unique_ptr<prepared>> kept_;
};

} // namespace

std::unique_ptr<sql_session> open_sqlite(const store_settings& settings,
                                         const database_url& url) {
  return std::make_unique<sqlite_session>(settings, url.path);
}

} // namespace racefill
