/// REPORT_DATABASE: a database as the reports read it: one read transaction,
/// never a new file, and every table or column allowed to be missing.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <caf/expected.hpp>

#include "infra/sql/sql_session.hpp"
#include "infra/sql/store_settings.hpp"
#include "infra/store/catalog.hpp"
#include "messages/date.hpp"

namespace racefill {

/// Throws sql_error from all methods but open(). Not thread-safe.
class report_database {
public:
  /// Connects and opens the read transaction. An SQLite file that does not
  /// exist (or holds nothing) is no fault: exists() is false then, and nothing
  /// is made. Faults: bad_settings and those of record_store.
  static caf::expected<report_database> open(const store_settings& settings);

  /// False: there is no file, so every table is missing.
  bool exists() const noexcept {
    return session_ != nullptr;
  }

  /// For people, without a password.
  const std::string& name() const noexcept {
    return name_;
  }

  dialect kind() const noexcept {
    return kind_;
  }

  /// Ends the transaction and the connection; exists() is false then.
  void close() noexcept {
    open_.reset();
    session_.reset();
  }

  bool has(const std::string& table);
  bool has(const std::string& table, const std::string& column);

  /// Whether the database itself keeps these columns unique together.
  bool is_unique(const std::string& table,
                 const std::vector<std::string>& columns);

  /// Throws store_refused, telling to migrate, unless the table and the columns
  /// are there.
  void require(const std::string& table,
               const std::vector<std::string>& columns);

  /// Rows of a SELECT; empty when the database does not exist.
  std::vector<sql_row> query(const std::string& sql,
                             const std::vector<sql_value>& values = {});

  /// The only number of a SELECT; 0 for NULL and no row.
  std::int64_t number(const std::string& sql);

  // -- the words both databases need, as they spell them ----------------------

  /// A day column as `YYYY-MM-DD`.
  std::string day_text(const std::string& column) const;

  /// An instant column's calendar year as a number.
  std::string year_of(const std::string& column) const;

  /// True where an instant column lies more than `seconds` ahead of the clock.
  std::string is_future(const std::string& column, int seconds) const;

private:
  std::string name_;
  dialect kind_ = dialect::sqlite;
  std::unique_ptr<sql_session> session_;
  std::unique_ptr<transaction> open_; // Rolled back before session_ goes.
  std::map<std::string, table_shape> shapes_;
};

/// A cell as a number; 0 for NULL and what is none.
std::int64_t to_number(const std::optional<std::string>& cell) noexcept;

/// A cell as a number with a fraction; 0 for NULL and what is none.
double to_real(const std::optional<std::string>& cell) noexcept;

/// A cell that begins with `YYYY-MM-DD`; not known for NULL and what does not.
date to_day(const std::optional<std::string>& cell) noexcept;

/// `'text'`, its quotes doubled.
std::string sql_text(const std::string& text);

} // namespace racefill
