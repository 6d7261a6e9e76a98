#include "actors/racecard_fetcher.hpp"

#include <string>
#include <utility>

#include <caf/actor_system.hpp>
#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include "actors/common/guard.hpp"
#include "actors/common/halt_line.hpp"
#include "actors/common/later.hpp"
#include "infra/log/log.hpp"

namespace racefill {
namespace {

using impl
  = racecard_fetcher_actor::extend<caf::reacts_to<wake_atom, std::uint64_t>>;

// A day on its way: pages so far, then the wait for the receipt.
struct held_day {
  day_pages pages;
  std::int32_t items = 0; // Racecards received.
  std::int32_t total = 0; // Racecards promised by the last page.
};
using day_ptr = std::shared_ptr<held_day>;

struct racecard_fetcher_state {
  static constexpr const char* name = "racecard_fetcher";
  racecard_fetcher_settings settings;
  date_scheduler_actor scheduler;
  extractor_actor extractor;
  halt_line control;
  api_link link;
  bool asking = false;      // A `next` is out at the scheduler.
  bool fetching = false;    // A day's pages are being fetched.
  std::size_t awaiting = 0; // Days without their receipt.
  bool retiring = false;
  sleeping_steps sleepers;
};
using self_ptr = impl::stateful_pointer<racecard_fetcher_state>;
using call = api_call<self_ptr>;

void ask_next(self_ptr self);

std::string name_of(const day_task& task) {
  return "racecards " + to_string(task.day);
}

void finish_day(self_ptr self) {
  --self->state.awaiting;
  ask_next(self);
}

// Sends `work` (pages, or the unit of a day that failed) to the extractor and
// waits for the receipt, holding the work until then.
template <class Work>
void hand_over(self_ptr self, const std::shared_ptr<Work>& work,
               std::int32_t breaks = 0);

void park(self_ptr self, const day_pages& pages, day_state state,
          const std::string& why) {
  auto unit = std::make_shared<day_unit>();
  unit->day = pages.task.day;
  unit->state = state;
  unit->attempts = pages.attempts;
  unit->responses = pages.responses;
  unit->error = state == day_state::failed ? why : std::string{};
  hand_over(self, unit);
}

// The extractor refused a day's pages for good: the day is parked. A parked
// day that is refused has nowhere to go: the writer has halted the run. What
// the guard refuses has halted it too, unless the day is not over.
void refused(self_ptr self, const std::shared_ptr<day_pages>& work,
             const caf::error& err) {
  if (err == fault::broken_body || err == fault::bad_shape
      || (err == fault::guard_tripped && work->task.provisional))
    park(self, *work, day_state::failed, describe(err));
  else
    finish_day(self);
}

void refused(self_ptr self, const std::shared_ptr<day_unit>&,
             const caf::error&) {
  finish_day(self);
}

// The extractor says so when its decoder breaks over this very work.
constexpr std::int32_t breaks_max = 3;

bool is_poison(const caf::error& err) {
  return err == fault::absent && !err.context().empty();
}

// A body that cannot be decoded is transient for a fetch, but not here: the
// same bytes will not decode better.
bool may_hand_over_again(const caf::error& err) {
  return is_transient(err) && err != fault::broken_body
         && err != fault::bad_shape;
}

template <class Work>
void hand_over(self_ptr self, const std::shared_ptr<Work>& work,
               std::int32_t breaks) {
  auto& st = self->state;
  auto again = [self, work](std::int32_t so_many) {
    later(self, self->state.settings.call.neighbour_pause,
          [self, work, so_many] { hand_over(self, work, so_many); });
  };
  if (!st.extractor)
    return again(breaks);
  // Infinite: answered with the commit, or at once when the extractor dies.
  self->request(st.extractor, caf::infinite, put_atom_v, *work)
    .then(
      [self](const day_receipt& receipt) {
        // The CHECKPOINT tells it too, unless its own receipt was lost.
        auto& own = self->state;
        if (own.scheduler)
          self->send(own.scheduler, settle_atom_v, receipt.day, receipt.state);
        finish_day(self);
      },
      [self, work, again, breaks](const caf::error& err) {
        const auto so_many = breaks + (is_poison(err) ? 1 : 0);
        if (so_many >= breaks_max)
          refused(
            self, work,
            caf::make_error(fault::bad_shape,
                            "the decoder breaks over it: " + describe(err)));
        else if (may_hand_over_again(err))
          again(so_many);
        else
          refused(self, work, err);
      });
}

// The day's fetch has ended, well or not; the next one may start.
void end_fetch(self_ptr self) {
  self->state.fetching = false;
  ask_next(self);
}

void fail_day(self_ptr self, const day_ptr& day, const caf::error& err) {
  auto& st = self->state;
  const auto& task = day->pages.task;
  const auto code = fault_of(err);
  const bool is_absent = code == fault::not_found
                         || code == fault::invalid_request;
  if (code == fault::unauthorized || code == fault::tls_refused
      || code == fault::stopping) {
    // No verdict about the day: it stays pending in the ledger.
    if (code != fault::stopping)
      st.control.halt(self, err);
    --st.awaiting;
  } else if (task.before_history && is_absent) {
    park(self, day->pages, day_state::not_offered, "");
  } else {
    park(self, day->pages, day_state::failed,
         describe(err) + after_requests(day->pages.attempts));
  }
  end_fetch(self);
}

caf::error judge_page(const racecard_fetcher_settings& settings,
                      const held_day& day, const api_reply& reply) {
  auto extent = settings.api->racecards_extent(reply.body);
  if (!extent)
    return std::move(extent.error());
  if (extent->items == 0 && extent->total > day.items)
    return caf::make_error(fault::bad_shape,
                           name_of(day.pages.task)
                             + ": empty page where total says "
                             + std::to_string(extent->total));
  return {};
}

// The day rests at the scheduler, without the pages that are here: they are of
// another moment. A scheduler that is away hands it out again by itself.
void give_back(self_ptr self, const day_ptr& day, const api_outcome& outcome) {
  auto& st = self->state;
  auto task = day->pages.task;
  task.tries.requests = day->pages.attempts;
  task.tries.spent = outcome.tries.spent;
  task.tries.throttled = outcome.tries.throttled;
  task.tries.responses = day->pages.responses;
  if (st.scheduler) {
    if (outcome.no_retries.count() > 0)
      self->send(st.scheduler, release_atom_v,
                 std::int64_t{outcome.no_retries.count()});
    self->send(st.scheduler, release_atom_v, task,
               std::int64_t{outcome.wait.count()});
  }
  --st.awaiting;
  end_fetch(self);
}

// The provider's list has changed between two pages: what was read is of two
// lists, and a race may be on neither page.
void start_over(self_ptr self, const day_ptr& day, api_outcome outcome,
                std::int32_t total) {
  const auto& settings = self->state.settings.call;
  outcome.tries.spent += 5;
  outcome.wait = settings.backoff_initial;
  if (outcome.tries.spent < settings.attempts * 5)
    return give_back(self, day, outcome);
  fail_day(self, day,
           caf::make_error(fault::bad_shape,
                           name_of(day->pages.task)
                             + ": the list moves between two pages, total "
                             + std::to_string(day->total) + ", then "
                             + std::to_string(total)));
}

void fetch_page(self_ptr self, const day_ptr& day);

void take_page(self_ptr self, const day_ptr& day, api_outcome outcome) {
  auto& st = self->state;
  auto& responses = day->pages.responses;
  day->pages.attempts += outcome.requests;
  const auto& more = outcome.tries.responses;
  responses += (responses.empty() || more.empty() ? "" : ", ") + more;
  if (outcome.put_off)
    return give_back(self, day, outcome);
  if (outcome.error)
    return fail_day(self, day, outcome.error);
  // Judged already, so the extent is there.
  const auto extent = st.settings.api->racecards_extent(outcome.reply.body);
  if (!day->pages.bodies.empty() && extent->total != day->total)
    return start_over(self, day, std::move(outcome), extent->total);
  day->items += extent->items;
  day->total = extent->total;
  day->pages.bodies.push_back(std::move(outcome.reply.body));
  if (day->items < day->total) {
    if (static_cast<std::int32_t>(day->pages.bodies.size())
        < st.settings.pages_max)
      return fetch_page(self, day);
    return fail_day(self, day,
                    caf::make_error(fault::bad_shape,
                                    name_of(day->pages.task)
                                      + ": more pages than a day can have"));
  }
  hand_over(self, std::make_shared<day_pages>(std::move(day->pages)));
  end_fetch(self);
}

void fetch_page(self_ptr self, const day_ptr& day) {
  auto& st = self->state;
  const auto& task = day->pages.task;
  api_order order;
  order.request = st.settings.api->racecards(task.day, day->items);
  order.what = name_of(task);
  // Each page has the attempts that the day has left.
  order.tries.spent = task.tries.spent;
  order.tries.throttled = task.tries.throttled;
  if (day->pages.bodies.empty()) {
    order.tries.requests = task.tries.requests;
    order.patience = call_patience::none;
  } else {
    order.patience = call_patience::backs_off; // Pages are here already.
  }
  call::start(
    self, st.link, st.settings.call, std::move(order),
    [self, day](const api_reply& reply) {
      return judge_page(self->state.settings, *day, reply);
    },
    [self, day](api_outcome outcome) {
      take_page(self, day, std::move(outcome));
    });
}

void start_day(self_ptr self, const day_task& task) {
  auto& st = self->state;
  st.asking = false;
  st.fetching = true;
  ++st.awaiting;
  auto day = std::make_shared<held_day>();
  day->pages.task = task;
  day->pages.attempts = task.tries.requests;
  day->pages.responses = task.tries.responses;
  fetch_page(self, day);
}

void ask_next(self_ptr self) {
  auto& st = self->state;
  if (st.retiring && !st.fetching && st.awaiting == 0)
    return self->quit();
  if (st.retiring || st.asking || st.fetching || !st.scheduler
      || st.awaiting >= st.settings.awaiting_max)
    return;
  st.asking = true;
  // Infinite: there may be nothing to do for hours; a scheduler that dies
  // answers at once.
  self->request(st.scheduler, caf::infinite, next_atom_v)
    .then([self](const day_task& task) { start_day(self, task); },
          [self](const caf::error&) {
            self->state.asking = false;
            later(self, self->state.settings.call.neighbour_pause,
                  [self] { ask_next(self); });
          });
}

impl::behavior_type racecard_fetcher(self_ptr self,
                                     racecard_fetcher_settings settings) {
  guard(self);
  self->state.link.jitter.seed(
    static_cast<std::minstd_rand::result_type>(settings.call.seed));
  self->state.settings = std::move(settings);
  self->state.link.known_good = self->state.settings.api->courses();
  return {
    [self](meet_atom, date_scheduler_actor scheduler) {
      self->state.scheduler = std::move(scheduler);
      ask_next(self);
    },
    [self](meet_atom, gatekeeper_actor gate) {
      self->state.link.gate = std::move(gate);
    },
    [self](meet_atom, api_transport_actor transport) {
      self->state.link.transport = std::move(transport);
    },
    [self](meet_atom, extractor_actor extractor) {
      self->state.extractor = std::move(extractor);
    },
    [self](meet_atom, run_control_actor control) {
      self->state.control.meet(self, std::move(control));
    },
    [self](retire_atom) {
      self->state.retiring = true;
      ask_next(self);
    },
    [self](status_atom) {
      const auto& st = self->state;
      return stage_status{"racecard_fetcher",
                          static_cast<std::int64_t>(st.awaiting),
                          static_cast<std::int64_t>(st.settings.awaiting_max)
                            - static_cast<std::int64_t>(st.awaiting)};
    },
    [self](wake_atom, std::uint64_t id) { wake(self, id); },
  };
}

} // namespace

racecard_fetcher_actor
spawn_racecard_fetcher(caf::actor_system& sys,
                       racecard_fetcher_settings settings) {
  return sys.spawn(racecard_fetcher, std::move(settings));
}

} // namespace racefill
