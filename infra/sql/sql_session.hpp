/// SQL_SESSION: one connection, statements in text, inside infra/store.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <caf/expected.hpp>

#include "infra/sql/dialect.hpp"
#include "infra/sql/sql_error.hpp"
#include "infra/sql/sql_value.hpp"
#include "infra/sql/store_settings.hpp"

namespace racefill {

/// What a transaction is for.
enum class access_mode : std::uint8_t {
  read,
  write,
  migrate, ///< Write, without the statement timeout.
};

/// A blocking connection that heals itself at the next begin(). Everything
/// else must happen between begin() and commit() or rollback(), so that a
/// transaction pooler may stand between. All throw sql_error. Not thread-safe.
class sql_session {
public:
  virtual ~sql_session() = default;

  virtual dialect kind() const noexcept = 0;

  /// Where it leads, for people; without a password.
  virtual const std::string& name() const noexcept = 0;

  /// Connects if need be, opens a transaction and sets its limits.
  virtual void begin(access_mode mode) = 0;

  /// Throws when the database did not commit, or may not have.
  virtual void commit() = 0;

  virtual void rollback() noexcept = 0;

  /// Runs one statement; returns the rows inserted, updated or deleted.
  virtual std::int64_t
  execute(const std::string& sql, const std::vector<sql_value>& values = {})
    = 0;

  /// Like execute(), for statements that come often: made ready once where that
  /// is safe, and when it fails it alone is undone and the transaction goes on.
  virtual std::int64_t
  execute_alone(const std::string& sql, const std::vector<sql_value>& values)
    = 0;

  /// Runs one statement and collects its rows.
  virtual std::vector<sql_row>
  query(const std::string& sql, const std::vector<sql_value>& values = {}) = 0;
};

/// Rolls back unless committed.
class transaction {
public:
  transaction(sql_session& session, access_mode mode) : session_(session) {
    session_.begin(mode);
  }

  transaction(const transaction&) = delete;
  transaction& operator=(const transaction&) = delete;

  ~transaction() {
    if (open_)
      session_.rollback();
  }

  void commit() {
    open_ = false; // A failed commit leaves nothing to roll back.
    session_.commit();
  }

private:
  sql_session& session_;
  bool open_ = true;
};

/// Connects. Faults: bad_settings and those of record_store.
caf::expected<std::unique_ptr<sql_session>>
open_session(const store_settings& settings);

} // namespace racefill
