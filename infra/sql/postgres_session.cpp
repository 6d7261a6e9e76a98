/// POSTGRES_SESSION: the production database. Poco's handle owns the
/// connection; statements go to libpq itself, in one unnamed round trip each.
/// Poco's own statements prepare by name (three round trips, and through a
/// pooler the name may be another server's), free a failed result twice, and
/// lose the SQLSTATE of a statement that cannot be prepared.
#include "infra/sql/postgres_session.hpp"

#include <libpq-fe.h>

#include <array>
#include <cstring>

#include <Poco/Data/PostgreSQL/SessionHandle.h>

#include "infra/sql/postgres_connect.hpp"

namespace racefill {
namespace {

using Poco::Data::PostgreSQL::SessionHandle;

struct result_deleter {
  void operator()(PGresult* x) const noexcept {
    PQclear(x);
  }
};
using result_ptr = std::unique_ptr<PGresult, result_deleter>;

/// Values as libpq takes them: text, or null.
class parameters {
public:
  explicit parameters(const std::vector<sql_value>& values) {
    made_.reserve(values.size()); // Their addresses must last.
    for (const auto& value : values) {
      if (const auto* text = std::get_if<std::string>(&value)) {
        pointers_.push_back(text->c_str());
      } else if (const auto made = to_text(value)) {
        made_.push_back(*made);
        pointers_.push_back(made_.back().c_str());
      } else {
        pointers_.push_back(nullptr);
      }
    }
  }

  int size() const noexcept {
    return static_cast<int>(pointers_.size());
  }

  const char* const* data() const noexcept {
    return pointers_.data();
  }

private:
  std::vector<std::string> made_;
  std::vector<const char*> pointers_; ///< Into made_ and the caller's values.
};

class postgres_session : public sql_session {
public:
  postgres_session(const store_settings& settings, const database_url& url)
    : name_(url.display()),
      login_(make_postgres_login(settings, url)),
      limits_("; SET LOCAL lock_timeout="
              + std::to_string(settings.lock_timeout_ms)
              + "; SET LOCAL idle_in_transaction_session_timeout=300000"
                "; SET LOCAL timezone='UTC'; SET LOCAL datestyle='ISO, YMD'"
                "; SET LOCAL statement_timeout="),
      statement_timeout_ms_(std::to_string(settings.statement_timeout_ms)) {
    connect();
  }

  dialect kind() const noexcept override {
    return dialect::postgres;
  }

  const std::string& name() const noexcept override {
    return name_;
  }

  void begin(access_mode mode) override {
    const auto fresh = !is_alive();
    if (fresh)
      connect();
    try {
      open_transaction(mode);
    } catch (const sql_error& err) {
      // A connection that died while idle is found out only by using it;
      // nothing has been done yet, so a new one is as good.
      if (fresh || err.code() != fault::store_down)
        throw;
      handle_.reset();
      connect();
      open_transaction(mode);
    }
  }

  void commit() override {
    const auto result = simple("COMMIT");
    // The COMMIT of a transaction that failed reports success and rolls back.
    if (std::strcmp(PQcmdStatus(result.get()), "COMMIT") != 0)
      throw sql_error{fault::store_busy,
                      "the server rolled the transaction back"};
  }

  void rollback() noexcept override {
    if (!handle_)
      return;
    if (PQtransactionStatus(connection()) == PQTRANS_IDLE)
      return;
    const result_ptr result{PQexec(connection(), "ROLLBACK")};
    if (PQresultStatus(result.get()) != PGRES_COMMAND_OK)
      handle_.reset(); // A new one at the next begin().
  }

  std::int64_t execute(const std::string& sql,
                       const std::vector<sql_value>& values) override {
    return count_of(*run(sql, values));
  }

  std::int64_t execute_alone(const std::string& sql,
                             const std::vector<sql_value>& values) override {
    auto result = run_under_savepoint(sql, values);
    try {
      result = checked(std::move(result));
    } catch (const sql_error& err) {
      if (err.code() != fault::store_down)
        simple("ROLLBACK TO SAVEPOINT racefill_rows; "
               "RELEASE SAVEPOINT racefill_rows");
      throw;
    }
    return count_of(*result);
  }

  std::vector<sql_row> query(const std::string& sql,
                             const std::vector<sql_value>& values) override {
    const auto result = run(sql, values);
    std::vector<sql_row> rows(
      static_cast<std::size_t>(PQntuples(result.get())));
    const auto width = PQnfields(result.get());
    for (std::size_t i = 0; i < rows.size(); ++i) {
      rows[i].resize(static_cast<std::size_t>(width));
      for (int col = 0; col < width; ++col)
        if (PQgetisnull(result.get(), static_cast<int>(i), col) == 0)
          rows[i][static_cast<std::size_t>(col)]
            = PQgetvalue(result.get(), static_cast<int>(i), col);
    }
    return rows;
  }

private:
  PGconn* connection() const noexcept {
    return static_cast<PGconn*>(*handle_);
  }

  bool is_alive() const noexcept {
    return handle_ && PQstatus(connection()) == CONNECTION_OK;
  }

  void connect() {
    handle_ = connect_postgres(login_);
    // The server's notices belong in its own log.
    PQsetNoticeProcessor(
      connection(), [](void*, const char*) {}, nullptr);
  }

  /// One round trip; SET LOCAL ends with the transaction, so a pooler's next
  /// client does not inherit it.
  void open_transaction(access_mode mode) {
    const auto* begin = mode == access_mode::read ? "BEGIN READ ONLY" : "BEGIN";
    simple(begin + limits_
           + (mode == access_mode::migrate ? "0" : statement_timeout_ms_));
  }

  result_ptr simple(const std::string& sql) {
    return checked(result_ptr{PQexec(connection(), sql.c_str())});
  }

  static std::int64_t count_of(PGresult& result) {
    const char* count = PQcmdTuples(&result);
    return *count == '\0' ? 0 : std::stoll(count);
  }

  result_ptr run(const std::string& sql, const std::vector<sql_value>& values) {
    const parameters given{values};
    return checked(
      result_ptr{PQexecParams(connection(), sql.c_str(), given.size(), nullptr,
                              given.data(), nullptr, nullptr, 0)});
  }

  /// Savepoint, statement and release in one round trip; returns the result of
  /// the first that failed, else of the statement. All unnamed, so that nothing
  /// of it stays behind in a pooler's connection.
  result_ptr run_under_savepoint(const std::string& sql,
                                 const std::vector<sql_value>& values) {
    const parameters given{values};
    const parameters none{{}};
    auto* to = connection();
    auto send = [to](const char* text, const parameters& x) {
      return PQsendQueryParams(to, text, x.size(), nullptr, x.data(), nullptr,
                               nullptr, 0)
             == 1;
    };
    if (PQenterPipelineMode(to) != 1 || !send("SAVEPOINT racefill_rows", none)
        || !send(sql.c_str(), given)
        || !send("RELEASE SAVEPOINT racefill_rows", none)
        || PQpipelineSync(to) != 1)
      lose_connection();
    std::array<result_ptr, 3> results;
    for (auto& result : results) {
      result.reset(PQgetResult(to));
      if (!result)
        lose_connection();
      result_ptr{PQgetResult(to)}; // The null that ends this statement.
    }
    const result_ptr end{PQgetResult(to)};
    if (PQresultStatus(end.get()) != PGRES_PIPELINE_SYNC
        || PQexitPipelineMode(to) != 1)
      lose_connection();
    for (auto& result : results)
      if (PQresultStatus(result.get()) != PGRES_COMMAND_OK)
        return std::move(result);
    return std::move(results[1]);
  }

  /// Ends a connection whose state is not known.
  [[noreturn]] void lose_connection() {
    const std::string why = PQerrorMessage(connection());
    handle_.reset();
    throw sql_error{fault::store_down, "connection lost: " + why};
  }

  result_ptr checked(result_ptr result) {
    const auto status = PQresultStatus(result.get());
    if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK)
      return result;
    const char* state = PQresultErrorField(result.get(), PG_DIAG_SQLSTATE);
    const char* text = PQresultErrorField(result.get(),
                                          PG_DIAG_MESSAGE_PRIMARY);
    if (state != nullptr)
      throw postgres_error(state, text != nullptr ? text : "");
    const std::string lost{PQerrorMessage(connection())};
    throw sql_error{fault::store_down,
                    "connection lost: " + lost.substr(0, lost.find('\n'))};
  }

  std::string name_;
  postgres_login login_;
  std::string limits_;
  std::string statement_timeout_ms_;
  std::unique_ptr<SessionHandle> handle_;
};

} // namespace

std::unique_ptr<sql_session> open_postgres(const store_settings& settings,
                                           const database_url& url) {
  return std::make_unique<postgres_session>(settings, url);
}

} // namespace racefill
