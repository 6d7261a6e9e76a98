/// Tiny typed actors that stand in for an actor's neighbours: they note what
/// they hear and answer as the test says.
#pragma once

#include <utility>
#include <vector>

#include <caf/event_based_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include "infra/log/log.hpp"
#include "tests/actor_fixture.hpp"
#include "tests/actors/neighbours_asking.hpp"
#include "tests/actors/neighbours_keeping.hpp"

namespace racefill::test {

struct control_double {
  std::vector<caf::error> halts;
  int finishes = 0;

  run_control_actor spawn(caf::actor_system& sys) {
    return sys.spawn(
      [this](run_control_actor::pointer) -> run_control_actor::behavior_type {
        return {
          [this](halt_atom, const caf::error& x) { halts.push_back(x); },
          [this](finish_atom) { ++finishes; },
        };
      });
  }
};

/// An actor_fixture for actors with neighbours: quiet, and able to ask.
class neighbours_fixture : public actor_fixture {
protected:
  neighbours_fixture() {
    log_set_level(log_level::off);
  }

  /// Sends a request from an actor of its own; the answer lands in the result.
  template <class T, class Handle, class... Ts>
  std::shared_ptr<outcome<T>> ask(const Handle& whom, Ts... words) {
    auto result = std::make_shared<outcome<T>>();
    sys.spawn([=](caf::event_based_actor* me) {
      me->request(whom, caf::infinite, words...)
        .then(
          [result](const T& x) {
            ++result->answers;
            result->value = x;
          },
          [result](const caf::error& err) {
            ++result->answers;
            result->refusal = fault_of(err);
          });
    });
    drain();
    return result;
  }

  template <class Handle>
  stage_status stage(const Handle& whom) {
    return ask<stage_status>(whom, status_atom_v)->value;
  }

  template <class Handle, class... Ts>
  void tell(const Handle& whom, Ts... words) {
    self->send(whom, words...);
    drain();
  }

  template <class Handle>
  void kill(const Handle& whom) {
    caf::anon_send_exit(whom, caf::exit_reason::kill);
    drain();
  }
};

inline date day(int year, unsigned month, unsigned of_month) {
  return to_date(
    std::chrono::sys_days{std::chrono::year{year} / std::chrono::month{month}
                          / std::chrono::day{of_month}});
}

} // namespace racefill::test
