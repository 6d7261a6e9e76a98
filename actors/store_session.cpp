#include "actors/store_session.hpp"

#include <utility>

#include <caf/actor_system.hpp>
#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include "actors/common/guard.hpp"

namespace racefill {
namespace {

struct store_session_state {
  static constexpr const char* name = "store_session";
  store_session_settings settings;
  std::unique_ptr<record_store> store;
};
using self_ptr = store_session_actor::stateful_pointer<store_session_state>;

// Runs `work` on the open session, opening it first if need be.
template <class T, class Work>
caf::result<T> with_store(self_ptr self, Work work) {
  auto& st = self->state;
  if (!st.store) {
    auto opened = st.settings.open();
    if (!opened)
      return std::move(opened.error());
    st.store = std::move(*opened);
    st.store->set_fence(st.settings.lease.token);
  }
  caf::expected<T> result = work(*st.store);
  if (!result)
    return std::move(result.error());
  return std::move(*result);
}

store_session_actor::behavior_type
store_session(self_ptr self, store_session_settings settings) {
  guard(self);
  self->state.settings = std::move(settings);
  return {
    [self](put_atom, const write_batch& batch) {
      return with_store<write_receipt>(self, [&](record_store& store) {
        return store.write(batch);
      });
    },
    [self](load_atom, date from, date to) {
      return with_store<std::vector<day_record>>(
        self, [&](record_store& store) { return store.load_days(from, to); });
    },
    [self](load_atom, const std::string& after, std::int32_t limit) {
      return with_store<std::vector<horse_record>>(
        self,
        [&](record_store& store) { return store.load_horses(after, limit); });
    },
    [self](reopen_atom, const std::vector<date>& days) {
      return with_store<std::int64_t>(self, [&](record_store& store) {
        return store.reopen_days(days);
      });
    },
    [self](count_atom) {
      return with_store<std::int64_t>(self, [](record_store& store) {
        return store.count_horses();
      });
    },
    [self](totals_atom) {
      return with_store<ledger_totals>(self, [](record_store& store) {
        return store.load_totals();
      });
    },
    [self](renew_atom) {
      return with_store<std::int64_t>(
        self, [self](record_store& store) -> caf::expected<std::int64_t> {
          const auto& own = self->state.settings;
          if (own.lease.token == 0)
            return std::int64_t{0};
          auto renewed = store.renew_lease(own.lease, own.claim);
          if (!renewed)
            return renewed.error();
          return own.lease.token;
        });
    },
  };
}

} // namespace

store_session_actor spawn_store_session(caf::actor_system& sys,
                                        store_session_settings settings,
                                        lane where) {
  if (where == lane::own_thread)
    return sys.spawn<caf::detached>(store_session, std::move(settings));
  return sys.spawn(store_session, std::move(settings));
}

} // namespace racefill
