#include "actors/checkpoint.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include <caf/actor_system.hpp>

#include "actors/checkpoint_state.hpp"
#include "actors/common/guard.hpp"
#include "infra/log/log.hpp"
#include "infra/pure/instant.hpp"

namespace racefill {
namespace {

using self_ptr = checkpoint_ptr;

checkpoint_image full_image(const checkpoint_state& st) {
  auto image = st.image.image();
  image.run_id = st.settings.run_id;
  image.start_time = st.settings.start_time;
  return image;
}

void save(self_ptr self) {
  auto& st = self->state;
  if (st.saving || !st.files || !st.loaded)
    return;
  st.saving = true;
  st.days_since_save = 0;
  self->request(st.files, st.settings.read_timeout, save_atom_v, full_image(st))
    .then([self](std::int64_t) { self->state.saving = false; },
          [self](const caf::error& err) {
            self->state.saving = false;
            log_warn("checkpoint", "checkpoint could not save its file",
                     {{"error", describe(err)}});
          });
}

void log_progress(self_ptr self) {
  const auto x = self->state.image.report();
  log_info("checkpoint", "checkpoint saved",
           {{"days", std::to_string(x.days_planned - x.days_left) + "/"
                       + std::to_string(x.days_planned)},
            {"races", std::to_string(x.session_races)},
            {"runners", std::to_string(x.session_runners)},
            {"horses", std::to_string(x.session_horses)},
            {"horses_left", std::to_string(x.totals.horses_pending)},
            {"errors", std::to_string(x.session_errors)},
            {"last_day", to_string(x.last_day)}});
}

// Many that are parked together are told of in one line.
void tell_parked(self_ptr self) {
  const auto parked = std::exchange(self->state.parked, {});
  if (parked.size() < 2)
    return; // It has a line of its own.
  std::vector<std::string> days;
  for (const auto& each : parked)
    if (parse_date(each.key))
      days.push_back(each.key);
  std::sort(days.begin(), days.end());
  const auto horses = parked.size() - days.size();
  std::string what;
  if (!days.empty())
    what = std::to_string(days.size()) + " days (" + days.front() + " to "
           + days.back() + ")";
  if (horses > 0)
    what += (what.empty() ? "" : " and ") + std::to_string(horses) + " horses";
  log_warn("checkpoint", "checkpoint parked " + what + "; the rest goes on",
           {{"error", parked.back().error}});
}

void note_parked(self_ptr self, const std::vector<error_entry>& errors) {
  auto& parked = self->state.parked;
  if (errors.empty())
    return;
  if (parked.empty())
    later(self, std::chrono::seconds(10), [self] { tell_parked(self); });
  parked.insert(parked.end(), errors.begin(), errors.end());
}

void append_errors(self_ptr self, const std::vector<error_entry>& errors) {
  auto& st = self->state;
  for (const auto& each : errors)
    log_warn("checkpoint", "checkpoint parked " + each.key,
             {{"error", each.error}});
  note_parked(self, errors);
  if (errors.empty() || !st.files)
    return;
  self->request(st.files, st.settings.read_timeout, append_atom_v, errors)
    .then([](std::int64_t) {},
          [](const caf::error& err) {
            log_warn("checkpoint",
                     "checkpoint could not append to the error log",
                     {{"error", describe(err)}});
          });
}

void tell_neighbours(self_ptr self, const write_receipt& receipt) {
  auto& st = self->state;
  for (const auto& day : receipt.days) {
    if (st.scheduler)
      self->send(st.scheduler, settle_atom_v, day.day, day.state);
    if (day.new_horses.empty())
      continue;
    if (st.queue)
      self->send(st.queue, put_atom_v, day.new_horses);
    if (st.cache)
      self->send(st.cache, learn_atom_v, day.new_horses);
  }
  for (const auto& horse : receipt.horses)
    if (st.queue)
      self->send(st.queue, settle_atom_v, horse.horse_id, horse.state);
}

void book(self_ptr self, const write_receipt& receipt) {
  auto& st = self->state;
  ++st.receipts;
  append_errors(self, st.image.book(receipt, utc_text(st.settings.clock())));
  tell_neighbours(self, receipt);
  st.days_since_save += static_cast<std::int64_t>(receipt.days.size());
  if (st.days_since_save >= st.settings.every_days) {
    save(self);
    log_progress(self);
  }
  check_finished(self);
}

// The ledger has them as pending before anybody hears of it: a run that ends
// first leaves them to the next one.
caf::result<std::int64_t> reopen(self_ptr self, const std::vector<date>& days) {
  auto& st = self->state;
  if (!st.store || !st.loaded)
    return caf::make_error(fault::absent);
  for (auto day : days)
    if (!st.image.is_within(day))
      return caf::make_error(fault::bad_settings,
                             to_string(day) + " is not in this run's range, "
                               + to_string(st.settings.plan.start) + " to "
                               + to_string(st.settings.plan.end));
  auto promise = self->make_response_promise<std::int64_t>();
  auto held = std::make_shared<held_promise<std::int64_t>>(promise);
  self->request(st.store, st.settings.read_timeout, reopen_atom_v, days)
    .then(
      [self, days, held](std::int64_t) {
        auto& own = self->state;
        const auto tasks = own.image.reopen(days);
        own.finished = own.finished && tasks.empty();
        if (own.scheduler && !tasks.empty())
          self->send(own.scheduler, plan_atom_v, tasks);
        held->deliver(static_cast<std::int64_t>(tasks.size()));
      },
      [held](const caf::error& err) { held->deliver(err); });
  return promise;
}

void renew_lease(self_ptr self) {
  auto& st = self->state;
  later(self, st.settings.lease_interval, [self] { renew_lease(self); });
  if (!st.store || std::exchange(st.renewing, true))
    return;
  self->request(st.store, st.settings.read_timeout, renew_atom_v)
    .then([self](std::int64_t) { self->state.renewing = false; },
          [self](const caf::error& err) {
            self->state.renewing = false;
            // A database that is away is the writer's business; the fence
            // guards every commit whether or not this renewal arrives.
            if (err == fault::lease_lost)
              self->state.control.halt(self, err);
          });
}

checkpoint_impl::behavior_type checkpoint(self_ptr self,
                                          checkpoint_settings settings) {
  guard(self);
  self->state.settings = std::move(settings);
  renew_lease(self);
  watch_totals(self);
  return {
    [self](put_atom, const write_receipt& receipt) { book(self, receipt); },
    [self](halt_atom, call_kind kind, caf::error& why) {
      auto& st = self->state;
      auto& halted = kind == call_kind::horse ? st.horses_halted
                                              : st.days_halted;
      halted = std::move(why);
      halt_kind(self);
      check_finished(self);
    },
    [self](meet_atom, store_session_actor store) {
      self->state.store = std::move(store);
      load_ledger(self);
    },
    [self](meet_atom, state_files_actor files) {
      self->state.files = std::move(files);
      self->state.saving = false;
    },
    [self](meet_atom, date_scheduler_actor scheduler) {
      self->state.scheduler = std::move(scheduler);
      send_plan(self);
      halt_kind(self);
    },
    [self](meet_atom, enrichment_queue_actor queue) {
      self->state.queue = std::move(queue);
      halt_kind(self);
    },
    [self](meet_atom, horse_cache_actor cache) {
      self->state.cache = std::move(cache);
    },
    [self](meet_atom, run_control_actor control) {
      auto& st = self->state;
      st.control.meet(self, std::move(control));
      // The one before may be dead. A halt its line says again by itself.
      if (st.finished && !st.days_halted && !st.horses_halted)
        st.control.finish(self);
    },
    [self](reopen_atom, const std::vector<date>& days) {
      return reopen(self, days);
    },
    [self](save_atom) -> caf::result<std::int64_t> {
      auto& st = self->state;
      if (!st.files || !st.loaded)
        return caf::make_error(fault::absent);
      return self->delegate(st.files, save_atom_v, full_image(st));
    },
    [self](calendar_atom) -> caf::result<std::vector<day_record>> {
      if (!self->state.loaded)
        return caf::make_error(fault::absent);
      return self->state.image.calendar();
    },
    [self](status_atom) {
      const auto& st = self->state;
      auto x = st.image.report();
      x.run_id = st.settings.run_id;
      x.fast = st.settings.fast;
      x.finished = st.finished;
      x.horses_left = x.fast ? 0 : x.totals.horses_pending;
      return x;
    },
    [self](wake_atom, std::uint64_t id) { wake(self, id); },
  };
}

} // namespace

checkpoint_actor spawn_checkpoint(caf::actor_system& sys,
                                  checkpoint_settings settings) {
  return sys.spawn(checkpoint, std::move(settings));
}

} // namespace racefill
