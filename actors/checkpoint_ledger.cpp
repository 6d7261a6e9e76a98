#include <string>
#include <utility>
#include <vector>

#include "actors/checkpoint_state.hpp"
#include "infra/log/log.hpp"

namespace racefill {
namespace {

using self_ptr = checkpoint_ptr;

// A receipt that an earlier life of ours did not live to pass on: the scheduler
// would wait for that day for ever.
void send_settled(self_ptr self) {
  auto& st = self->state;
  if (!st.scheduler)
    return;
  for (const auto& [day, state] : st.image.settled())
    self->send(st.scheduler, settle_atom_v, day, state);
}

bool has_days(const checkpoint_state& st) {
  return !st.days_halted && st.image.days_left() > 0;
}

// Nothing is left that can be asked: neither days nor, unless they are left
// out, horses.
bool is_over(const checkpoint_state& st) {
  return st.loaded && !has_days(st)
         && (st.settings.fast || st.horses_halted
             || st.image.horses_pending() == 0);
}

// The last word on what could not go on. A password that days were fetched with
// is none too bad for a service to go on.
caf::error halt_at_end(const checkpoint_state& st) {
  if (st.days_halted)
    return st.days_halted;
  if (fault_of(st.horses_halted) == fault::unauthorized
      && st.image.report().session_days > 0)
    return caf::make_error(fault::guard_tripped, describe(st.horses_halted));
  return st.horses_halted;
}

void end_run(self_ptr self) {
  auto& st = self->state;
  if (auto why = halt_at_end(st))
    st.control.halt(self, why);
  else
    st.control.finish(self);
}

// The queue reads again what it has missed, if it has missed anything.
void compare_queue(self_ptr self, std::int64_t pending) {
  auto& st = self->state;
  if (pending == 0 || st.settings.fast || !st.queue || st.horses_halted)
    return;
  const auto queue = st.queue;
  self->request(queue, st.settings.read_timeout, status_atom_v)
    .then(
      [self, queue, pending](const stage_status& x) {
        if (x.backlog + x.credit < pending)
          self->send(queue, load_atom_v);
      },
      [](const caf::error&) {
        // It is being restarted, and reads the ledger by itself.
      });
}

// The ledger's own numbers: they end the run, or the queue reads again.
void recounted(self_ptr self, const ledger_totals& totals) {
  auto& st = self->state;
  st.image.recount(totals);
  compare_queue(self, totals.horses_pending);
  if (is_over(st) && !std::exchange(st.finished, true))
    end_run(self);
}

// Counts the ledger anew.
void recount(self_ptr self) {
  auto& st = self->state;
  if (!st.store)
    return;
  const auto receipts = st.receipts;
  self->request(st.store, st.settings.read_timeout, totals_atom_v)
    .then(
      [self, receipts](const ledger_totals& totals) {
        // Overtaken by a commit: these totals are old.
        if (self->state.receipts == receipts)
          recounted(self, totals);
      },
      [](const caf::error&) {
        // The next tick counts again.
      });
}

// Days are left, and nobody has them? Then the image is wrong: the ledger
// tells.
void compare_scheduler(self_ptr self) {
  auto& st = self->state;
  if (!st.scheduler || st.loading)
    return;
  const auto receipts = st.receipts;
  self->request(st.scheduler, st.settings.read_timeout, status_atom_v)
    .then(
      [self, receipts](const stage_status& x) {
        auto& own = self->state;
        if (x.backlog + x.credit > 0 || own.receipts != receipts
            || own.finished)
          return;
        own.loaded = false;
        load_ledger(self);
      },
      [](const caf::error&) {
        // It is being restarted, and gets the plan anew.
      });
}

// Nothing changes by itself: the longer all stands still, the more rarely.
bool is_time_to_look(std::int64_t quiet_ticks) {
  constexpr std::int64_t ticks_max = 64;
  return (quiet_ticks & (quiet_ticks - 1)) == 0 || quiet_ticks % ticks_max == 0;
}

void recount_tick(self_ptr self, std::int64_t receipts_before,
                  std::int64_t quiet_ticks) {
  auto& st = self->state;
  const bool stood_still = st.receipts == receipts_before;
  quiet_ticks = stood_still ? quiet_ticks + 1 : 0;
  if (st.loaded && !st.finished && stood_still
      && is_time_to_look(quiet_ticks)) {
    if (!has_days(st))
      recount(self);
    else
      compare_scheduler(self);
  }
  later(self, st.settings.recount, [self, now = st.receipts, quiet_ticks] {
    recount_tick(self, now, quiet_ticks);
  });
}

void load_again(self_ptr self, const caf::error& err);

void restored(self_ptr self, const std::vector<day_record>& days,
              const ledger_totals& totals) {
  auto& st = self->state;
  st.loaded = true;
  st.image.restore(st.settings.plan, days, totals);
  log_info("checkpoint", "checkpoint restored the ledger",
           {{"days_to_ask", std::to_string(st.image.days_left())},
            {"horses_pending", std::to_string(totals.horses_pending)}});
  send_settled(self);
  send_plan(self);
  check_finished(self);
}

void load_totals(self_ptr self, std::int64_t receipts,
                 const std::vector<day_record>& days) {
  auto& st = self->state;
  self->request(st.store, st.settings.read_timeout, totals_atom_v)
    .then(
      [self, receipts, days](const ledger_totals& totals) {
        self->state.loading = false;
        // Overtaken by a commit: read again.
        if (self->state.receipts != receipts)
          load_ledger(self);
        else
          restored(self, days, totals);
      },
      [self](const caf::error& err) { load_again(self, err); });
}

void load_again(self_ptr self, const caf::error& err) {
  auto& st = self->state;
  st.loading = false;
  if (fault_of(err) != fault::none && !is_transient(err)) {
    st.control.halt(self, err);
    return;
  }
  log_warn("checkpoint", "checkpoint could not read the ledger",
           {{"error", describe(err)}});
  later(self, st.settings.retry, [self] { load_ledger(self); });
}

} // namespace

void send_plan(checkpoint_ptr self) {
  auto& st = self->state;
  if (st.loaded && st.scheduler)
    self->send(st.scheduler, plan_atom_v, st.image.open_tasks());
}

void load_ledger(checkpoint_ptr self) {
  auto& st = self->state;
  if (st.loading || st.loaded || !st.store)
    return;
  st.loading = true;
  const auto receipts = st.receipts;
  const auto& plan = st.settings.plan;
  self
    ->request(st.store, st.settings.read_timeout, load_atom_v, plan.start,
              plan.end)
    .then(
      [self, receipts](const std::vector<day_record>& days) {
        load_totals(self, receipts, days);
      },
      [self](const caf::error& err) { load_again(self, err); });
}

void check_finished(checkpoint_ptr self) {
  if (is_over(self->state) && !self->state.finished)
    recount(self); // The database has the last word.
}

void halt_kind(checkpoint_ptr self) {
  auto& st = self->state;
  if (st.days_halted && st.scheduler)
    self->send(st.scheduler, drain_atom_v);
  if (st.horses_halted && st.queue)
    self->send(st.queue, drain_atom_v);
}

void watch_totals(checkpoint_ptr self) {
  recount_tick(self, 0, 0);
}

} // namespace racefill
