#include "actors/enrichment_queue.hpp"

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
  = enrichment_queue_actor::extend<caf::reacts_to<wake_atom, std::uint64_t>>;

struct enrichment_queue_state {
  static constexpr const char* name = "enrichment_queue";
  enrichment_queue_settings settings;
  store_session_actor store;
  hand_out<std::string, horse_task> horses;
  bool loading = false;
  bool loaded = false;
  std::size_t added = 0;         // By this load.
  std::set<std::string> settled; // While a page may still call them pending.
  sleeping_steps sleepers;
};
using self_ptr = impl::stateful_pointer<enrichment_queue_state>;

void load_page(self_ptr self, const std::string& after);

void take_page(self_ptr self, const std::vector<horse_record>& page) {
  auto& st = self->state;
  for (const auto& row : page)
    if (row.state == horse_state::pending
        && st.settled.count(row.horse_id) == 0)
      st.added += st.horses.add(row.horse_id, {row.horse_id, {}}) ? 1 : 0;
  st.horses.serve(self);
  if (static_cast<std::int32_t>(page.size()) == st.settings.page_rows)
    return load_page(self, page.back().horse_id);
  st.settled.clear();
  st.loading = false;
  const auto added = std::exchange(st.added, 0);
  if (std::exchange(st.loaded, true) && added == 0)
    return; // Nothing new to tell.
  log_info("enrichment_queue", "enrichment_queue loaded pending horses",
           {{"horses", std::to_string(st.horses.ready())}});
}

void load_page(self_ptr self, const std::string& after) {
  auto& st = self->state;
  if (!st.store)
    return;
  st.loading = true;
  self
    ->request(st.store, st.settings.page_timeout, load_atom_v, after,
              st.settings.page_rows)
    .then(
      [self](const std::vector<horse_record>& page) { take_page(self, page); },
      [self, after](const caf::error& err) {
        log_warn("enrichment_queue",
                 "enrichment_queue could not load the ledger",
                 {{"error", describe(err)}});
        later(self, self->state.settings.retry,
              [self, after] { load_page(self, after); });
      });
}

// Retries have spent their budget.
void rest(self_ptr self, std::int64_t wait_ms) {
  const auto until = self->clock().now() + std::chrono::milliseconds(wait_ms);
  if (const auto left = self->state.horses.rest_all(until); left > 0)
    log_warn("enrichment_queue",
             "enrichment_queue has only horses left that failed before, and "
             "retries have spent "
             "their budget",
             {{"horses", std::to_string(left)}});
}

void give_back(self_ptr self, const horse_task& task, std::int64_t wait_ms) {
  auto& horses = self->state.horses;
  horses.give_back(caf::actor_cast<caf::actor_addr>(self->current_sender()),
                   task.horse_id, task,
                   self->clock().now() + std::chrono::milliseconds(wait_ms));
  horses.serve(self);
}

impl::behavior_type enrichment_queue(self_ptr self,
                                     enrichment_queue_settings settings) {
  guard(self);
  self->state.settings = settings;
  self->set_down_handler([self](caf::down_msg& down) {
    self->state.horses.take_back(self, down.source);
  });
  return {
    [self](meet_atom, store_session_actor store) {
      auto& st = self->state;
      st.store = std::move(store);
      if (st.settings.enabled && !st.loading && !st.loaded)
        load_page(self, "");
    },
    [self](put_atom, const std::vector<std::string>& pending) {
      auto& st = self->state;
      if (!st.settings.enabled)
        return;
      for (const auto& id : pending)
        st.horses.add(id, {id, {}});
      st.horses.serve(self);
    },
    [self](next_atom) -> caf::result<horse_task> {
      return self->state.horses.ask(self);
    },
    [self](release_atom, const horse_task& task, std::int64_t wait_ms) {
      give_back(self, task, wait_ms);
    },
    [self](release_atom, std::int64_t wait_ms) { rest(self, wait_ms); },
    [self](settle_atom, const std::string& horse_id, horse_state) {
      auto& st = self->state;
      st.horses.settle(horse_id);
      if (st.loading)
        st.settled.insert(horse_id);
    },
    [self](load_atom) {
      if (self->state.settings.enabled && !self->state.loading)
        load_page(self, "");
    },
    [self](drain_atom) { self->state.horses.drain(); },
    [self](status_atom) {
      const auto& horses = self->state.horses;
      return stage_status{
        "enrichment_queue",
        static_cast<std::int64_t>(horses.ready() + horses.resting()),
        static_cast<std::int64_t>(horses.held())};
    },
    [self](wake_atom, std::uint64_t id) { wake(self, id); },
  };
}

} // namespace

enrichment_queue_actor
spawn_enrichment_queue(caf::actor_system& sys,
                       enrichment_queue_settings settings) {
  return sys.spawn(enrichment_queue, settings);
}

} // namespace racefill
