#include "infra/store/recheck_store.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "infra/store/batch_rows.hpp"
#include "infra/store/ddl.hpp"
#include "infra/store/lease.hpp"
#include "infra/store/ledger.hpp"
#include "infra/store/schema_gate.hpp"
#include "infra/store/sql_store.hpp"

namespace racefill {
namespace {

/// Rows by key; their values in the order of compared_columns().
using row_image = std::map<std::string, sql_row>;
using table_images = std::map<const table*, row_image>;

/// What a person would call a change: no clocks, no stamps.
std::vector<std::string> compared_columns(const table& tab) {
  std::vector<std::string> out;
  for (const auto& col : tab.columns)
    if (col.rule == merge_rule::stamped || col.rule == merge_rule::coalesce
        || col.rule == merge_rule::plain)
      out.push_back(col.name);
  return out;
}

/// The rows whose `column` is one of `ids`.
void read_rows(sql_session& session, const table& tab,
               const std::string& column, const std::set<std::string>& ids,
               row_image& out) {
  constexpr std::size_t ids_max = 500;
  const auto columns = compared_columns(tab);
  auto head = "SELECT " + quoted(tab.key.front());
  for (const auto& name : columns)
    head += ',' + quoted(name);
  head += " FROM " + quoted(tab.name) + " WHERE " + quoted(column) + " IN ";
  for (auto it = ids.begin(); it != ids.end();) {
    std::vector<sql_value> values;
    for (; it != ids.end() && values.size() < ids_max; ++it)
      values.emplace_back(*it);
    for (auto& row : session.query(
           head + value_tuples(session.kind(), 1, values.size()), values)) {
      auto key = row.front().value_or("");
      row.erase(row.begin());
      out[std::move(key)] = std::move(row);
    }
  }
}

/// All rows that the batch touches, as they are now: those it names, and every
/// runner of its races.
table_images read_images(sql_session& session, const batch_rows& rows) {
  table_images out;
  for (const auto& [tab, bound] : rows.tables) {
    const bool runners = tab == &runners_table();
    std::set<std::string> keys;
    if (!runners)
      for (const auto& row : bound)
        keys.insert(row.key);
    read_rows(session, *tab, tab->key.front(), keys, out[tab]);
  }
  const auto races = rows.tables.find(&races_table());
  if (races == rows.tables.end())
    return out;
  std::set<std::string> ids;
  for (const auto& row : races->second)
    ids.insert(row.key);
  read_rows(session, runners_table(), "race_id", ids, out[&runners_table()]);
  return out;
}

std::string shown(const std::optional<std::string>& cell) {
  constexpr std::size_t text_max = 40;
  return cell ? cell->substr(0, text_max) : "NULL";
}

class comparison {
public:
  explicit comparison(recheck_result& to) : to_(to) {
  }

  void compare(const table& tab, const row_image& before,
               const row_image& after) {
    auto& counts = to_.tables[tab.name];
    const auto columns = compared_columns(tab);
    const auto gone = std::find(columns.begin(), columns.end(), "removed_at");
    const auto gone_at = static_cast<std::size_t>(gone - columns.begin());
    for (const auto& [key, row] : after) {
      const auto old = before.find(key);
      if (old == before.end()) {
        ++counts.inserted;
        tell(tab.name + ' ' + key + ": new");
      } else if (old->second == row) {
        ++counts.same;
      } else if (gone != columns.end() && row[gone_at]
                 && !old->second[gone_at]) {
        ++counts.removed;
        tell(tab.name + ' ' + key + ": no longer on its card");
      } else {
        ++counts.changed;
        for (std::size_t i = 0; i < columns.size(); ++i)
          if (row[i] != old->second[i]) {
            ++counts.columns[columns[i]];
            tell(tab.name + ' ' + key + ": " + columns[i] + ' '
                 + shown(old->second[i]) + " -> " + shown(row[i]));
          }
      }
    }
  }

private:
  void tell(std::string text) {
    if (to_.examples.size() < recheck_examples_max)
      to_.examples.push_back(std::move(text));
  }

  recheck_result& to_;
};

class recheck_store final : public record_store {
public:
  recheck_store(std::unique_ptr<sql_session> session,
                std::unique_ptr<record_store> plain, std::string source,
                bool apply, std::shared_ptr<recheck_result> result)
    : session_(std::move(session)),
      plain_(std::move(plain)),
      source_(std::move(source)),
      apply_(apply),
      result_(std::move(result)) {
  }

  caf::expected<write_receipt> write(const write_batch& batch) override {
    try {
      transaction guard{*session_, access_mode::write};
      if (fence_ != 0)
        check_fence(*session_, fence_);
      if (plans_.empty()) {
        check_schema_version(*session_);
        plans_ = make_plans(*session_);
      }
      const ledger_context context{source_, last_run_id(*session_), now_text()};
      const auto rows = collect_rows(batch, context.now);
      const auto before = read_images(*session_, rows);
      auto outcome = write_units(*session_, plans_, context, batch, {});
      const auto after = read_images(*session_, rows);
      if (apply_)
        guard.commit();
      book(batch, before, after);
      return std::move(outcome.receipt);
    } catch (const sql_error& err) {
      return to_error(err);
    } catch (const std::exception& err) {
      return caf::make_error(fault::store_down, std::string{err.what()});
    }
  }

  void set_fence(std::int64_t token) override {
    fence_ = token;
    plain_->set_fence(token);
  }

  caf::expected<std::vector<day_record>> load_days(date from,
                                                   date to) override {
    return plain_->load_days(from, to);
  }

  caf::expected<std::vector<horse_record>>
  load_horses(const std::string& after, std::int32_t limit) override {
    return plain_->load_horses(after, limit);
  }

  caf::expected<std::int64_t> count_horses() override {
    return plain_->count_horses();
  }

  caf::expected<ledger_totals> load_totals() override {
    return plain_->load_totals();
  }

  caf::expected<std::int64_t> reopen_horses(horse_state from) override {
    return plain_->reopen_horses(from);
  }

  caf::expected<std::int64_t> close_horses() override {
    return plain_->close_horses();
  }

  caf::expected<std::int64_t>
  reopen_days(const std::vector<date>& days) override {
    return plain_->reopen_days(days);
  }

  caf::expected<void> save_run(const run_record& run) override {
    return plain_->save_run(run);
  }

  caf::expected<run_record> load_last_run() override {
    return plain_->load_last_run();
  }

  caf::expected<lease_grant> acquire_lease(const lease_claim& claim) override {
    return plain_->acquire_lease(claim);
  }

  caf::expected<void> renew_lease(const lease_grant& grant,
                                  const lease_claim& claim) override {
    return plain_->renew_lease(grant, claim);
  }

  caf::expected<void> release_lease(const lease_grant& grant) override {
    return plain_->release_lease(grant);
  }

private:
  void book(const write_batch& batch, const table_images& before,
            const table_images& after) {
    const std::lock_guard lock{result_->mutex};
    comparison all{*result_};
    for (const auto* tab : target_tables()) {
      const auto now = after.find(tab);
      const auto old = before.find(tab);
      if (now != after.end())
        all.compare(*tab, old == before.end() ? row_image{} : old->second,
                    now->second);
    }
    for (const auto& unit : batch.days)
      if (unit.state == day_state::failed)
        result_->failed[unit.day] = unit.error;
      else
        result_->days.push_back(unit.day);
  }

  std::unique_ptr<sql_session> session_;
  std::unique_ptr<record_store> plain_; ///< All but write().
  std::string source_;
  bool apply_;
  std::shared_ptr<recheck_result> result_;
  std::int64_t fence_ = 0;
  plan_map plans_;
};

} // namespace

caf::expected<std::unique_ptr<record_store>>
open_recheck_store(const store_settings& settings, bool apply,
                   std::shared_ptr<recheck_result> result) {
  auto session = open_session(settings);
  if (!session)
    return std::move(session.error());
  auto plain = open_store(settings);
  if (!plain)
    return std::move(plain.error());
  return std::make_unique<recheck_store>(std::move(*session), std::move(*plain),
                                         settings.source, apply,
                                         std::move(result));
}

} // namespace racefill
