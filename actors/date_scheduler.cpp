#include "actors/date_scheduler.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include <caf/actor_system.hpp>
#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include "actors/common/guard.hpp"
#include "actors/common/hand_out.hpp"
#include "actors/common/later.hpp"
#include "infra/log/log.hpp"

namespace racefill {
namespace {

using impl
  = date_scheduler_actor::extend<caf::reacts_to<wake_atom, std::uint64_t>>;

// How far the rule of DESIGN "States of a day" has come: asking newest first
// until a run of days brings nothing, then one probe a year, then the rest is
// settled unasked. One day with racing ends it: then all are asked.
enum class history_rule { asking, probing, over };

struct date_scheduler_state {
  static constexpr const char* name = "date_scheduler";
  date_scheduler_settings settings;
  db_writer_actor writer;
  hand_out<date, day_task> days;
  history_rule rule = history_rule::asking;
  std::set<date> before_history; // Known days before it, not yet settled.
  std::size_t nothing_run = 0;
  std::map<date, day_task> set_aside; // Not to be asked unless a probe fails.
  std::set<date> unasked;             // Settled so, but not yet committed.
  std::set<date> probes;              // Probes without an answer yet.
  sleeping_steps sleepers;
};
using self_ptr = impl::stateful_pointer<date_scheduler_state>;

// The day of a year most likely to have racing, and so the best probe: racing
// is never missing on a Saturday in early July.
int distance_from_midsummer(date day) {
  const std::chrono::year_month_day ymd{day.sys()};
  const auto july
    = to_date(std::chrono::sys_days{ymd.year() / std::chrono::July / 7});
  const auto weekday = std::chrono::weekday{day.sys()};
  const int penalty = weekday == std::chrono::Saturday ? 0 : 1'000;
  return std::abs(day - july) + penalty;
}

void settle_unasked(self_ptr self, const std::vector<date>& days) {
  auto& st = self->state;
  auto again = [self, days] {
    later(self, self->state.settings.retry,
          [self, days] { settle_unasked(self, days); });
  };
  if (!st.writer)
    return again();
  // Infinite: the writer answers when the database has it, however late, and
  // an error at once when it dies.
  self->request(st.writer, caf::infinite, put_atom_v, days)
    .then([self](std::int64_t) { self->state.unasked.clear(); },
          [again](const caf::error& err) {
            if (is_transient(err))
              again();
          });
}

// Enough days in a row brought nothing: keep one probe a year, set aside the
// rest.
void start_probes(self_ptr self) {
  auto& st = self->state;
  st.rule = history_rule::probing;
  auto rest
    = st.days.extract_ready([](const day_task& x) { return x.before_history; });
  std::map<int, day_task> best;
  for (const auto& task : rest) {
    auto [it, fresh] = best.try_emplace(task.day.year(), task);
    if (!fresh
        && distance_from_midsummer(task.day)
             < distance_from_midsummer(it->second.day))
      it->second = task;
  }
  for (const auto& [year, task] : best) {
    st.probes.insert(task.day);
    st.days.add(task.day, task);
  }
  for (const auto& task : rest)
    if (st.probes.count(task.day) == 0)
      st.set_aside.emplace(task.day, task);
  log_info("date_scheduler",
           "date_scheduler probes one day a year before the history",
           {{"probes", std::to_string(st.probes.size())},
            {"set_aside", std::to_string(st.set_aside.size())}});
}

void finish_probes(self_ptr self) {
  auto& st = self->state;
  st.rule = history_rule::over;
  if (st.set_aside.empty())
    return;
  std::vector<date> days;
  for (const auto& [day, task] : std::exchange(st.set_aside, {}))
    days.push_back(day);
  st.unasked.insert(days.begin(), days.end());
  log_info("date_scheduler",
           "date_scheduler settles days as not_offered unasked",
           {{"days", std::to_string(days.size())},
            {"first", to_string(days.front())},
            {"last", to_string(days.back())}});
  settle_unasked(self, days);
}

// Something came from before the history: ask everything after all.
void end_rule(self_ptr self) {
  auto& st = self->state;
  st.rule = history_rule::over;
  st.probes.clear();
  auto rest = std::exchange(st.set_aside, {});
  for (auto it = rest.rbegin(); it != rest.rend(); ++it) // Newest first.
    st.days.add(it->first, it->second);
}

void apply_history_rule(self_ptr self, date day, day_state state) {
  auto& st = self->state;
  if (st.before_history.erase(day) == 0 || st.rule == history_rule::over)
    return;
  const bool is_probe = st.probes.erase(day) != 0;
  if (state == day_state::failed) {
    // Says nothing about the history; a failed probe is no proof either.
    if (is_probe)
      return end_rule(self);
  } else if (state != day_state::not_offered) {
    return end_rule(self);
  } else if (st.rule == history_rule::asking
             && ++st.nothing_run >= st.settings.not_offered_run) {
    start_probes(self);
  }
  // Days that were out when the rule set in have a say too.
  if (st.rule == history_rule::probing && st.probes.empty()
      && st.before_history.size() == st.set_aside.size())
    finish_probes(self);
}

void take_plan(self_ptr self, const std::vector<day_task>& plan) {
  auto& st = self->state;
  for (const auto& task : plan) {
    // Known, though not to be asked.
    if (st.set_aside.count(task.day) != 0 || st.unasked.count(task.day) != 0)
      continue;
    if (st.days.add(task.day, task) && task.before_history)
      st.before_history.insert(task.day);
  }
  if (st.settings.ask_before_history)
    st.rule = history_rule::over;
  st.days.serve(self);
}

// Retries have spent their budget.
void rest(self_ptr self, std::int64_t wait_ms) {
  const auto until = self->clock().now() + std::chrono::milliseconds(wait_ms);
  if (const auto left = self->state.days.rest_all(until); left > 0)
    log_warn("date_scheduler",
             "date_scheduler has only days left that failed before, and "
             "retries have spent "
             "their budget",
             {{"days", std::to_string(left)}});
}

void give_back(self_ptr self, const day_task& task, std::int64_t wait_ms) {
  auto& days = self->state.days;
  days.give_back(caf::actor_cast<caf::actor_addr>(self->current_sender()),
                 task.day, task,
                 self->clock().now() + std::chrono::milliseconds(wait_ms));
  days.serve(self);
}

impl::behavior_type date_scheduler(self_ptr self,
                                   date_scheduler_settings settings) {
  guard(self);
  self->state.settings = settings;
  self->set_down_handler([self](caf::down_msg& down) {
    self->state.days.take_back(self, down.source);
  });
  return {
    [self](meet_atom, db_writer_actor writer) {
      self->state.writer = std::move(writer);
    },
    [self](plan_atom, const std::vector<day_task>& plan) {
      take_plan(self, plan);
    },
    [self](next_atom) -> caf::result<day_task> {
      return self->state.days.ask(self);
    },
    [self](release_atom, const day_task& task, std::int64_t wait_ms) {
      give_back(self, task, wait_ms);
    },
    [self](release_atom, std::int64_t wait_ms) { rest(self, wait_ms); },
    [self](settle_atom, date day, day_state state) {
      self->state.days.settle(day);
      self->state.set_aside.erase(day); // Else its answer would be waited for.
      apply_history_rule(self, day, state);
      self->state.days.serve(self);
    },
    [self](drain_atom) { self->state.days.drain(); },
    [self](status_atom) {
      const auto& st = self->state;
      return stage_status{
        "date_scheduler",
        static_cast<std::int64_t>(st.days.ready() + st.set_aside.size()),
        static_cast<std::int64_t>(st.days.held())};
    },
    [self](wake_atom, std::uint64_t id) { wake(self, id); },
  };
}

} // namespace

date_scheduler_actor spawn_date_scheduler(caf::actor_system& sys,
                                          date_scheduler_settings settings) {
  return sys.spawn(date_scheduler, settings);
}

} // namespace racefill
