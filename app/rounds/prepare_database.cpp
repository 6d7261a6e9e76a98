#include "app/rounds/prepare_database.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "app/rounds/edges.hpp"
#include "infra/log/log.hpp"
#include "infra/sql/sql_error.hpp"
#include "infra/sql/sql_session.hpp"
#include "infra/store/adopt.hpp"
#include "infra/store/migrate.hpp"
#include "infra/store/sql_store.hpp"

namespace racefill {
namespace {

bool is_missing(const std::vector<schema_difference>& all,
                const std::string& table) {
  return std::any_of(all.begin(), all.end(), [&](const auto& x) {
    return x.kind == difference_kind::missing_table && x.table == table;
  });
}

// Tables of the old job, or of somebody else, without any ledger of ours.
bool is_foreign(const std::vector<schema_difference>& all) {
  const bool has_ledger = !is_missing(all, "racefill_days");
  bool has_tables = false;
  for (const char* table : {"ra_mst_races", "ra_mst_runners", "ra_horses"})
    has_tables = has_tables || !is_missing(all, table);
  return has_tables && !has_ledger;
}

// All but the ledger is as we make it: a database of ours that has lost it.
bool has_lost_its_ledger(const std::vector<schema_difference>& all) {
  return is_foreign(all)
         && std::all_of(all.begin(), all.end(), [](const auto& x) {
              return x.table.rfind("racefill_", 0) == 0;
            });
}

// The data itself says what is done.
caf::error rebuild_ledger(sql_session& session,
                          const command_context& context) {
  auto done = apply_schema(session);
  if (!done)
    return caf::make_error(fault_of(done.error()),
                           describe(done.error())
                             + "; the ledger is gone, and only the owner of "
                               "the tables can make it anew: racefill migrate");
  auto found = adopt_existing(session, {store_settings_of(context).source,
                                        today_in_london()});
  if (!found)
    return std::move(found.error());
  log_warn("run", "run found no ledger and made one from the data",
           {{"days_done", std::to_string(found->days_done)},
            {"days_pending", std::to_string(found->days_pending)},
            {"horses_done", std::to_string(found->horses_done)},
            {"horses_pending", std::to_string(found->horses_pending)}});
  return {};
}

caf::error complete_schema(sql_session& session, const command_context& context,
                           const std::function<caf::error()>& before_making) {
  auto differences = inspect_schema(session);
  if (!differences)
    return std::move(differences.error());
  if (differences->empty())
    return {};
  if (context.call.resume && has_lost_its_ledger(*differences))
    return rebuild_ledger(session, context);
  if (is_foreign(*differences))
    return caf::make_error(
      fault::store_refused,
      session.name()
        + " holds tables but no ledger of racefill; run `racefill migrate "
          "--check` to see what would be added, then `racefill migrate`");
  if (before_making && is_missing(*differences, "racefill_days"))
    if (auto err = before_making())
      return err;
  auto done = apply_schema(session);
  if (!done)
    return std::move(done.error());
  log_info("run", "run completed the tables",
           {{"changes", std::to_string(done->size())}});
  return {};
}

// Only the provider's list knows region codes; stubs from cards do not.
caf::expected<bool> has_course_list(sql_session& session) {
  try {
    transaction reading{session, access_mode::read};
    const auto rows = session.query(
      "SELECT COUNT(*) FROM ra_courses WHERE region_code IS NOT NULL");
    reading.commit();
    return !rows.empty() && rows.front().front().value_or("0") != "0";
  } catch (const sql_error& err) {
    return to_error(err);
  }
}

// Once a run, however often it is killed and resumed: from then on the ledger
// alone says what is left.
caf::error reopen_settled(record_store& store, const run_range& range,
                          day_plan_request& plan) {
  const auto text = reopened_text(plan);
  const bool is_done = !text.empty() && text == range.reopened;
  if (!is_done && (!text.empty() || plan.only_named)) {
    auto ledger = store.load_days(plan.start, plan.end);
    if (!ledger)
      return std::move(ledger.error());
    std::vector<date> days;
    for (const auto& record : *ledger)
      if (reason_for(plan, record.day, record.state) == day_reason::asked_again)
        days.push_back(record.day);
    auto reopened = store.reopen_days(days);
    if (!reopened)
      return std::move(reopened.error());
    if (*reopened > 0)
      log_info("run", "run asks settled days again",
               {{"days", std::to_string(*reopened)}});
  }
  plan.reopened = true;
  return {};
}

} // namespace

caf::expected<opened_database>
open_for_run(const command_context& context,
             const std::function<caf::error()>& before_making) {
  auto session = open_session(store_settings_of(context));
  if (!session)
    return std::move(session.error());
  if (auto err = complete_schema(**session, context, before_making))
    return err;
  auto has_list = has_course_list(**session);
  if (!has_list)
    return std::move(has_list.error());
  opened_database x;
  x.has_course_list = *has_list;
  x.store = make_store(std::move(*session), store_settings_of(context).source);
  return x;
}

caf::error prepare_ledger(record_store& store, const run_range& range,
                          day_plan_request& plan) {
  if (auto err = reopen_settled(store, range, plan))
    return err;
  auto reopened = store.reopen_horses(horse_state::failed);
  if (!reopened)
    return std::move(reopened.error());
  if (*reopened > 0)
    log_info("run", "run asks failed horses again",
             {{"horses", std::to_string(*reopened)}});
  if (range.known_empty.empty())
    return {};
  write_batch batch;
  for (auto day : range.known_empty) {
    day_unit unit;
    unit.day = day;
    unit.state = day_state::empty;
    batch.days.push_back(std::move(unit));
  }
  auto written = store.write(batch);
  return written ? caf::error{} : std::move(written.error());
}

} // namespace racefill
