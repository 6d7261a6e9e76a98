/// Continuations after a delay, under the actor's own clock.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <utility>

#include <caf/timespan.hpp>

#include "messages/type_ids.hpp"

namespace racefill {

/// What an actor with delayed steps keeps in its state as `sleepers`. Its
/// private interface must take `wake_atom, std::uint64_t` and call wake().
struct sleeping_steps {
  std::uint64_t last = 0;
  std::map<std::uint64_t, std::function<void()>> waiting;
};

/// Runs `step` after `delay`, unless the actor is gone by then.
template <class Self>
void later(Self self, caf::timespan delay, std::function<void()> step) {
  auto& sleepers = self->state.sleepers;
  const auto id = ++sleepers.last;
  sleepers.waiting.emplace(id, std::move(step));
  self->delayed_send(self, delay, wake_atom_v, id);
}

/// Runs the step that `id` stands for.
template <class Self>
void wake(Self self, std::uint64_t id) {
  auto& waiting = self->state.sleepers.waiting;
  auto found = waiting.find(id);
  if (found == waiting.end())
    return;
  auto step = std::move(found->second);
  waiting.erase(found);
  step();
}

} // namespace racefill
