#include "actors/reference_fetcher.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include <caf/actor_system.hpp>
#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include "actors/common/guard.hpp"
#include "actors/common/halt_line.hpp"
#include "actors/common/later.hpp"
#include "infra/log/log.hpp"
#include "infra/pure/instant.hpp"

namespace racefill {
namespace {

using impl
  = reference_fetcher_actor::extend<caf::reacts_to<wake_atom, std::uint64_t>>;

struct reference_fetcher_state {
  static constexpr const char* name = "reference_fetcher";
  reference_fetcher_settings settings;
  db_writer_actor writer;
  halt_line control;
  api_link link;
  bool started = false;
  bool finished = false;
  sleeping_steps sleepers;
};
using self_ptr = impl::stateful_pointer<reference_fetcher_state>;
using call = api_call<self_ptr>;

void hand_over(self_ptr self, const std::shared_ptr<reference_unit>& unit) {
  auto& st = self->state;
  auto again = [self, unit] {
    later(self, self->state.settings.call.neighbour_pause,
          [self, unit] { hand_over(self, unit); });
  };
  if (!st.writer)
    return again();
  // Infinite: answered with the commit, or at once when the writer dies.
  self->request(st.writer, caf::infinite, put_atom_v, *unit)
    .then([self](std::int64_t) { self->state.finished = true; },
          [self, again](const caf::error& err) {
            if (is_transient(err))
              again();
            else
              self->state.finished = true;
          });
}

// Adds them, each once, whatever the list holds already.
void add_bookmakers(const std::vector<bookmaker_row>& more,
                    reference_unit& unit) {
  auto& all = unit.bookmakers;
  for (const auto& own : more) {
    all.erase(std::remove_if(all.begin(), all.end(),
                             [&own](const bookmaker_row& x) {
                               return x.bookmaker_id == own.bookmaker_id;
                             }),
              all.end());
    all.push_back(own);
  }
}

void take_courses(self_ptr self, const api_outcome& outcome) {
  auto& st = self->state;
  auto unit = std::make_shared<reference_unit>();
  if (outcome.error) {
    const auto code = fault_of(outcome.error);
    if (code == fault::unauthorized || code == fault::tls_refused)
      st.control.halt(self, outcome.error);
    log_warn("reference_fetcher",
             "reference_fetcher leaves the course list to the next run",
             {{"error", describe(outcome.error)}});
  } else {
    auto decoded = st.settings.api->decode_courses(
      outcome.reply.body, utc_date(st.settings.clock()));
    if (decoded)
      *unit = std::move(*decoded);
  }
  add_bookmakers(st.settings.bookmakers, *unit);
  hand_over(self, unit);
}

void fetch(self_ptr self) {
  auto& st = self->state;
  if (st.started || st.finished)
    return;
  st.started = true;
  if (!st.settings.enabled) {
    auto unit = std::make_shared<reference_unit>();
    add_bookmakers(st.settings.bookmakers, *unit);
    return hand_over(self, unit);
  }
  api_order order;
  order.request = st.settings.api->courses();
  order.what = "courses";
  call::start(
    self, st.link, st.settings.call, std::move(order),
    [self](const api_reply& reply) -> caf::error {
      const auto& settings = self->state.settings;
      auto decoded = settings.api->decode_courses(reply.body,
                                                  utc_date(settings.clock()));
      return decoded ? caf::error{} : std::move(decoded.error());
    },
    [self](const api_outcome& outcome) { take_courses(self, outcome); });
}

impl::behavior_type reference_fetcher(self_ptr self,
                                      reference_fetcher_settings settings) {
  guard(self);
  self->state.link.jitter.seed(
    static_cast<std::minstd_rand::result_type>(settings.call.seed));
  self->state.settings = std::move(settings);
  self->state.finished = !self->state.settings.enabled
                         && self->state.settings.bookmakers.empty();
  return {
    [self](meet_atom, gatekeeper_actor gate) {
      self->state.link.gate = std::move(gate);
    },
    [self](meet_atom, api_transport_actor transport) {
      self->state.link.transport = std::move(transport);
      fetch(self);
    },
    [self](meet_atom, db_writer_actor writer) {
      self->state.writer = std::move(writer);
    },
    [self](meet_atom, run_control_actor control) {
      self->state.control.meet(self, std::move(control));
    },
    [self](status_atom) {
      return stage_status{"reference_fetcher", self->state.finished ? 0 : 1, 0};
    },
    [self](wake_atom, std::uint64_t id) { wake(self, id); },
  };
}

} // namespace

reference_fetcher_actor
spawn_reference_fetcher(caf::actor_system& sys,
                        reference_fetcher_settings settings) {
  return sys.spawn(reference_fetcher, std::move(settings));
}

} // namespace racefill
