#include "actors/horse_cache.hpp"

#include <string>
#include <unordered_set>
#include <utility>

#include <caf/actor_system.hpp>
#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include "actors/common/guard.hpp"
#include "actors/common/later.hpp"
#include "infra/log/log.hpp"

namespace racefill {
namespace {

using impl
  = horse_cache_actor::extend<caf::reacts_to<wake_atom, std::uint64_t>>;
using ids = std::vector<std::string>;

struct horse_cache_state {
  static constexpr const char* name = "horse_cache";
  horse_cache_settings settings;
  store_session_actor store;
  std::unordered_set<std::string> known;
  bool loading = false;
  bool loaded = false;
  std::int64_t expected = 0; // COUNT(*) before the first page.
  // Look-ups that came before the load was through, oldest first.
  std::deque<std::pair<ids, std::shared_ptr<held_promise<ids>>>> parked;
  sleeping_steps sleepers;
};
using self_ptr = impl::stateful_pointer<horse_cache_state>;

ids unknown_of(const horse_cache_state& st, const ids& asked) {
  ids unknown;
  for (const auto& id : asked)
    if (st.known.count(id) == 0)
      unknown.push_back(id);
  return unknown;
}

void load_again(self_ptr self, const caf::error& err);

void finish_load(self_ptr self) {
  auto& st = self->state;
  const auto size = static_cast<std::int64_t>(st.known.size());
  // The ledger only grows: fewer rows than COUNT(*) saw means a lost page.
  if (size < st.expected)
    return load_again(
      self, caf::make_error(fault::store_busy,
                            "loaded " + std::to_string(size) + " of "
                              + std::to_string(st.expected) + " horses"));
  st.loading = false;
  st.loaded = true;
  log_info("horse_cache", "horse_cache loaded the ledger",
           {{"horses", std::to_string(size)}});
  for (auto& [asked, promise] : st.parked)
    promise->deliver(unknown_of(st, asked));
  st.parked.clear();
}

void load_page(self_ptr self, const std::string& after) {
  auto& st = self->state;
  self
    ->request(st.store, st.settings.page_timeout, load_atom_v, after,
              st.settings.page_rows)
    .then(
      [self](const std::vector<horse_record>& page) {
        for (const auto& row : page)
          self->state.known.insert(row.horse_id);
        if (static_cast<std::int32_t>(page.size())
            < self->state.settings.page_rows)
          return finish_load(self);
        load_page(self, page.back().horse_id);
      },
      [self](const caf::error& err) { load_again(self, err); });
}

void load(self_ptr self) {
  auto& st = self->state;
  if (st.loading || st.loaded || !st.store)
    return;
  st.loading = true;
  self->request(st.store, st.settings.page_timeout, count_atom_v)
    .then(
      [self](std::int64_t count) {
        self->state.expected = count;
        load_page(self, "");
      },
      [self](const caf::error& err) { load_again(self, err); });
}

void load_again(self_ptr self, const caf::error& err) {
  log_warn("horse_cache", "horse_cache could not load the ledger",
           {{"error", describe(err)}});
  self->state.loading = false;
  later(self, self->state.settings.retry, [self] { load(self); });
}

impl::behavior_type horse_cache(self_ptr self, horse_cache_settings settings) {
  guard(self);
  self->state.settings = settings;
  return {
    [self](meet_atom, store_session_actor store) {
      self->state.store = std::move(store);
      load(self);
    },
    [self](lookup_atom, const ids& asked) -> caf::result<ids> {
      auto& st = self->state;
      if (st.loaded)
        return unknown_of(st, asked);
      auto promise = self->make_response_promise<ids>();
      st.parked.emplace_back(asked,
                             std::make_shared<held_promise<ids>>(promise));
      return promise;
    },
    [self](learn_atom, const ids& known) {
      self->state.known.insert(known.begin(), known.end());
    },
    [self](status_atom) {
      const auto& st = self->state;
      return stage_status{"horse_cache",
                          static_cast<std::int64_t>(st.parked.size()),
                          static_cast<std::int64_t>(st.known.size())};
    },
    [self](wake_atom, std::uint64_t id) { wake(self, id); },
  };
}

} // namespace

horse_cache_actor spawn_horse_cache(caf::actor_system& sys,
                                    horse_cache_settings settings) {
  return sys.spawn(horse_cache, settings);
}

} // namespace racefill
