#include "infra/store/sql_store.hpp"

#include <chrono>
#include <optional>
#include <utility>

#include "infra/store/batch_writer.hpp"
#include "infra/store/lease.hpp"
#include "infra/store/ledger.hpp"
#include "infra/store/run_records.hpp"
#include "infra/store/schema_gate.hpp"

namespace racefill {
namespace {

/// A deadlock is nobody's fault and costs milliseconds: tried again at once.
constexpr int attempts_max = 4;

bool is_deadlock(const sql_error& err) {
  return err.state() == "40P01" || err.state() == "40001";
}

class sql_store : public record_store {
public:
  sql_store(std::unique_ptr<sql_session> session, std::string source)
    : session_(std::move(session)), source_(std::move(source)) {
    // nop
  }

  caf::expected<write_receipt> write(const write_batch& batch) override {
    const auto start = std::chrono::steady_clock::now();
    auto result = in_transaction<write_receipt>(access_mode::write, [&] {
      return write_now(batch);
    });
    if (result) {
      result->duration_ms
        = std::chrono::duration_cast<std::chrono::milliseconds>(
            std::chrono::steady_clock::now() - start)
            .count();
      unsure_.clear();
    }
    return result;
  }

  void set_fence(std::int64_t token) override {
    fence_ = token;
  }

  caf::expected<std::vector<day_record>> load_days(date from,
                                                   date to) override {
    return in_transaction<std::vector<day_record>>(access_mode::read, [&] {
      return read_days(*session_, source_, from, to);
    });
  }

  caf::expected<std::vector<horse_record>>
  load_horses(const std::string& after, std::int32_t limit) override {
    return in_transaction<std::vector<horse_record>>(access_mode::read, [&] {
      return read_horses(*session_, after, limit);
    });
  }

  caf::expected<std::int64_t> count_horses() override {
    return in_transaction<std::int64_t>(access_mode::read, [&] {
      return count_rows(*session_, "racefill_horses");
    });
  }

  caf::expected<ledger_totals> load_totals() override {
    return in_transaction<ledger_totals>(access_mode::read, [&] {
      return read_totals(*session_);
    });
  }

  caf::expected<std::int64_t> reopen_horses(horse_state from) override {
    return in_transaction<std::int64_t>(access_mode::write, [&] {
      if (fence_ != 0)
        check_fence(*session_, fence_);
      return reopen(*session_, from, now_text());
    });
  }

  caf::expected<std::int64_t> close_horses() override {
    return in_transaction<std::int64_t>(access_mode::write, [&] {
      if (fence_ != 0)
        check_fence(*session_, fence_);
      return close_reopened(*session_, now_text());
    });
  }

  caf::expected<std::int64_t>
  reopen_days(const std::vector<date>& days) override {
    return in_transaction<std::int64_t>(access_mode::write, [&] {
      if (fence_ != 0)
        check_fence(*session_, fence_);
      return reopen(*session_, source_, days, now_text());
    });
  }

  caf::expected<void> save_run(const run_record& run) override {
    return in_transaction<void>(access_mode::write,
                                [&] { write_run(*session_, run); });
  }

  caf::expected<run_record> load_last_run() override {
    return in_transaction<run_record>(access_mode::read,
                                      [&] { return read_last_run(*session_); });
  }

  caf::expected<lease_grant> acquire_lease(const lease_claim& claim) override {
    return in_transaction<lease_grant>(access_mode::write, [&] {
      return take_lease(*session_, claim);
    });
  }

  caf::expected<void> renew_lease(const lease_grant& grant,
                                  const lease_claim& claim) override {
    return in_transaction<void>(access_mode::write,
                                [&] { keep_lease(*session_, grant, claim); });
  }

  caf::expected<void> release_lease(const lease_grant& grant) override {
    return in_transaction<void>(access_mode::write,
                                [&] { drop_lease(*session_, grant); });
  }

private:
  /// The only place that opens and ends transactions and catches errors.
  template <class T, class Work>
  caf::expected<T> in_transaction(access_mode mode, Work work) {
    for (int attempt = 1;; ++attempt) {
      try {
        return once<T>(mode, work);
      } catch (const sql_error& err) {
        if (is_deadlock(err) && attempt < attempts_max)
          continue;
        if (err.code() == fault::store_refused)
          checked_ = false; // Somebody may migrate; look again then.
        return to_error(err);
      } catch (const std::exception& err) {
        return caf::make_error(fault::store_down, std::string{err.what()});
      }
    }
  }

  template <class T, class Work>
  caf::expected<T> once(access_mode mode, Work& work) {
    transaction guard{*session_, mode};
    if (!checked_) {
      check_schema_version(*session_);
      plans_.clear();
      checked_ = true;
    }
    if constexpr (std::is_void_v<T>) {
      work();
      finish(guard);
      return caf::unit;
    } else {
      auto result = work();
      finish(guard);
      return result;
    }
  }

  void finish(transaction& guard) {
    try {
      guard.commit();
    } catch (const sql_error& err) {
      // The COMMIT may have arrived before the connection broke; the batch will
      // come again, and the horses it entered must still be told as new.
      if (err.code() == fault::store_down)
        unsure_.insert(entered_.begin(), entered_.end());
      throw;
    }
  }

  write_receipt write_now(const write_batch& batch) {
    entered_.clear();
    if (fence_ != 0)
      check_fence(*session_, fence_);
    if (plans_.empty())
      plans_ = make_plans(*session_);
    const ledger_context context{source_, last_run_id(*session_), now_text()};
    auto outcome = write_units(*session_, plans_, context, batch, unsure_);
    entered_ = std::move(outcome.entered_horses);
    return std::move(outcome.receipt);
  }

  std::unique_ptr<sql_session> session_;
  std::string source_;
  std::int64_t fence_ = 0;
  bool checked_ = false;
  plan_map plans_;
  std::set<std::string> entered_; ///< By the write that is being committed.
  std::set<std::string> unsure_;  ///< By writes whose end is not known.
};

} // namespace

std::unique_ptr<record_store> make_store(std::unique_ptr<sql_session> session,
                                         std::string source) {
  return std::make_unique<sql_store>(std::move(session), std::move(source));
}

caf::expected<std::unique_ptr<record_store>>
open_store(const store_settings& settings) {
  auto session = open_session(settings);
  if (!session)
    return session.error();
  return make_store(std::move(*session), settings.source);
}

} // namespace racefill
