#include "actors/extractor.hpp"

#include <exception>
#include <string>
#include <utility>

#include <caf/actor_system.hpp>
#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include "actors/common/guard.hpp"
#include "actors/common/later.hpp"
#include "infra/pure/data_guard.hpp"

namespace racefill {
namespace {

using impl = extractor_actor::extend<caf::reacts_to<wake_atom, std::uint64_t>>;

// A day between its pages and its receipt.
struct held_day {
  explicit held_day(caf::typed_response_promise<day_receipt> x)
    : promise(std::move(x)) {
    // nop
  }
  day_unit unit;
  held_promise<day_receipt> promise;
};
using day_ptr = std::shared_ptr<held_day>;

struct extractor_state {
  static constexpr const char* name = "extractor";
  extractor_settings settings;
  horse_cache_actor cache;
  db_writer_actor writer;
  data_guard_actor guardian;
  std::int64_t held = 0;
  sleeping_steps sleepers;
};
using self_ptr = impl::stateful_pointer<extractor_state>;

template <class Answer>
void release(self_ptr self, const day_ptr& day, Answer&& answer) {
  --self->state.held;
  day->promise.deliver(std::forward<Answer>(answer));
}

void write(self_ptr self, const day_ptr& day) {
  auto& st = self->state;
  auto again = [self, day] {
    later(self, self->state.settings.retry, [self, day] { write(self, day); });
  };
  if (!st.writer)
    return again();
  // Infinite: the answer comes with the commit, and a database may be away for
  // hours; a writer that dies answers at once.
  self->request(st.writer, caf::infinite, put_atom_v, day->unit)
    .then([self, day](
            day_receipt& receipt) { release(self, day, std::move(receipt)); },
          [self, day, again](caf::error& err) {
            if (is_transient(err))
              again();
            else
              release(self, day, std::move(err));
          });
}

// The guard speaks last before the writer, so that the first day that cannot be
// true is the first one not written.
void inspect(self_ptr self, const day_ptr& day) {
  auto& st = self->state;
  if (!st.settings.guarded)
    return write(self, day);
  auto again = [self, day] {
    later(self, self->state.settings.retry,
          [self, day] { inspect(self, day); });
  };
  if (!st.guardian)
    return again();
  self
    ->request(st.guardian, st.settings.lookup_timeout, put_atom_v,
              sample_of(day->unit))
    .then([self, day](std::int64_t) { write(self, day); },
          [self, day, again](caf::error& err) {
            if (is_transient(err))
              again();
            else
              release(self, day, std::move(err));
          });
}

void look_up(self_ptr self, const day_ptr& day) {
  auto& st = self->state;
  auto again = [self, day] {
    later(self, self->state.settings.retry,
          [self, day] { look_up(self, day); });
  };
  if (day->unit.new_horses.empty())
    return inspect(self, day);
  if (!st.cache)
    return again();
  self
    ->request(st.cache, st.settings.lookup_timeout, lookup_atom_v,
              day->unit.new_horses)
    .then(
      [self, day](std::vector<std::string>& unknown) {
        day->unit.new_horses = std::move(unknown);
        inspect(self, day);
      },
      [again](const caf::error&) { again(); });
}

// The decoder is pure: a bug in it leaves nothing of ours half-done, so it
// costs the one day whose bytes it is, and not all that are held here. Its
// fetcher counts how often.
caf::expected<day_unit> decode(self_ptr self, const day_pages& pages) {
  try {
    return self->state.settings.api->decode_day(pages);
  } catch (const std::exception& bug) {
    return caf::make_error(fault::absent, std::string(bug.what()));
  }
}

// Takes a day in, unless too many are held already.
day_ptr hold(self_ptr self, caf::typed_response_promise<day_receipt>& promise) {
  auto& st = self->state;
  promise = self->make_response_promise<day_receipt>();
  ++st.held;
  return std::make_shared<held_day>(promise);
}

bool is_full(self_ptr self) {
  const auto& st = self->state;
  return st.held >= static_cast<std::int64_t>(st.settings.days_max);
}

impl::behavior_type extractor(self_ptr self, extractor_settings settings) {
  guard(self);
  self->state.settings = std::move(settings);
  return {
    [self](meet_atom, horse_cache_actor cache) {
      self->state.cache = std::move(cache);
    },
    [self](meet_atom, db_writer_actor writer) {
      self->state.writer = std::move(writer);
    },
    [self](meet_atom, data_guard_actor guardian) {
      self->state.guardian = std::move(guardian);
    },
    [self](put_atom, const day_pages& pages) -> caf::result<day_receipt> {
      if (is_full(self))
        return caf::make_error(fault::queue_full);
      auto unit = decode(self, pages);
      if (!unit)
        return std::move(unit.error());
      caf::typed_response_promise<day_receipt> promise;
      auto day = hold(self, promise);
      day->unit = std::move(*unit);
      day->unit.responses = pages.responses;
      look_up(self, day);
      return promise;
    },
    [self](put_atom, const day_unit& unit) -> caf::result<day_receipt> {
      if (is_full(self))
        return caf::make_error(fault::queue_full);
      caf::typed_response_promise<day_receipt> promise;
      auto day = hold(self, promise);
      day->unit = unit;
      inspect(self, day);
      return promise;
    },
    [self](status_atom) {
      const auto& st = self->state;
      return stage_status{"extractor", st.held,
                          static_cast<std::int64_t>(st.settings.days_max)
                            - st.held};
    },
    [self](wake_atom, std::uint64_t id) { wake(self, id); },
  };
}

} // namespace

extractor_actor spawn_extractor(caf::actor_system& sys,
                                extractor_settings settings) {
  return sys.spawn(extractor, std::move(settings));
}

} // namespace racefill
