#include "actors/supervisor.hpp"

#include <algorithm>
#include <deque>
#include <utility>

#include <caf/actor_system.hpp>
#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include "actors/common/guard.hpp"
#include "actors/common/later.hpp"
#include "infra/log/log.hpp"

namespace racefill {
namespace {

using impl = supervisor_actor::extend<caf::reacts_to<wake_atom, std::uint64_t>>;

struct child {
  child_spec spec;
  caf::strong_actor_ptr handle; // None between death and restart.
  bool retiring = false;
  std::int64_t restarts = 0;
  std::string last_error;
  std::deque<caf::actor_clock::time_point> deaths; // Within the window.
};

struct pool {
  pool_spec spec;
  std::vector<std::vector<std::string>> members; // Names, worker last.
};

struct supervisor_state {
  static constexpr const char* name = "supervisor";
  supervisor_settings settings;
  std::vector<child> children; // Sink to source.
  std::vector<pool> pools;
  bool stopping = false;
  bool spent = false;
  parked_promises<std::int64_t> drained;
  sleeping_steps sleepers;
};
using self_ptr = impl::stateful_pointer<supervisor_state>;

child* find(supervisor_state& st, const std::string& name) {
  for (auto& each : st.children)
    if (each.spec.name == name)
      return &each;
  return nullptr;
}

caf::strong_actor_ptr handle_of(self_ptr self, const std::string& name) {
  if (name == "supervisor")
    return caf::actor_cast<caf::strong_actor_ptr>(self);
  auto* found = find(self->state, name);
  return found ? found->handle : nullptr;
}

// Tells the newcomer of its neighbours, and those who name it of the newcomer.
void introduce(self_ptr self, const child& newcomer) {
  for (const auto& each : newcomer.spec.meets)
    if (auto neighbour = handle_of(self, each.neighbour))
      each.tell(newcomer.handle, neighbour);
  for (const auto& other : self->state.children) {
    if (!other.handle || &other == &newcomer)
      continue;
    for (const auto& each : other.spec.meets)
      if (each.neighbour == newcomer.spec.name)
        each.tell(other.handle, newcomer.handle);
  }
}

void start(self_ptr self, child& which) {
  which.handle = which.spec.start();
  self->monitor(which.handle);
  introduce(self, which);
}

void add(self_ptr self, child_spec spec) {
  auto& st = self->state;
  st.children.push_back(child{std::move(spec), nullptr, false, 0, "", {}});
  start(self, st.children.back());
}

// The specs of the first worker of the pool whose names are free: one that
// retires has its own until it is gone.
std::vector<child_spec> next_worker(supervisor_state& st, const pool& which) {
  for (std::int32_t index = 1;; ++index) {
    auto specs = which.spec.make(index);
    if (std::none_of(specs.begin(), specs.end(), [&](const child_spec& x) {
          return find(st, x.name) != nullptr;
        }))
      return specs;
  }
}

void grow(self_ptr self, pool& which) {
  std::vector<std::string> names;
  for (auto& spec : next_worker(self->state, which)) {
    names.push_back(spec.name);
    add(self, std::move(spec));
  }
  which.members.push_back(std::move(names));
}

void answer_drained(self_ptr self) {
  auto& st = self->state;
  const bool is_left = std::any_of(st.children.begin(), st.children.end(),
                                   [](const child& x) { return x.handle; });
  if (!st.stopping || is_left)
    return;
  while (!st.drained.empty())
    st.drained.pop().deliver(std::int64_t{0});
}

bool needs(const child& who, const std::string& neighbour) {
  return std::any_of(who.spec.meets.begin(), who.spec.meets.end(),
                     [&](const introduction& x) {
                       return x.neighbour == neighbour;
                     });
}

// Tells whether a worker that has work in hand still needs this edge.
bool serves_retiring(const supervisor_state& st, const child& edge) {
  return std::any_of(
    st.children.begin(), st.children.end(), [&](const child& x) {
      return x.retiring && x.handle && needs(x, edge.spec.name);
    });
}

// A retired worker has gone: let its edge go too, and forget both.
void bury(self_ptr self, const std::string& name) {
  auto& st = self->state;
  std::vector<std::string> gone{name};
  if (const auto* worker = find(st, name))
    for (auto& other : st.children)
      if (other.retiring && needs(*worker, other.spec.name)) {
        if (other.handle)
          self->send_exit(caf::actor_cast<caf::actor>(other.handle),
                          caf::exit_reason::user_shutdown);
        else
          gone.push_back(other.spec.name); // Not to be restarted.
      }
  std::erase_if(st.children, [&](const child& x) {
    return std::find(gone.begin(), gone.end(), x.spec.name) != gone.end();
  });
}

void shrink(self_ptr self, pool& which) {
  auto names = std::move(which.members.back());
  which.members.pop_back();
  for (const auto& name : names)
    if (auto* found = find(self->state, name))
      found->retiring = true;
  // The worker goes first, of its own accord; its edge follows it.
  auto* worker = find(self->state, names.back());
  if (worker && worker->handle && which.spec.retire)
    which.spec.retire(worker->handle);
  else if (worker && worker->handle)
    caf::anon_send(caf::actor_cast<caf::actor>(worker->handle), retire_atom_v);
  else
    bury(self, names.back());
}

void restart(self_ptr self, const std::string& name) {
  auto* found = find(self->state, name);
  if (!found || found->handle || self->state.stopping)
    return;
  start(self, *found);
}

// A child died unplanned: restart it after a pause, unless it has died too
// often.
void mourn(self_ptr self, child& dead, const caf::error& why) {
  auto& st = self->state;
  const auto now = self->clock().now();
  dead.last_error = describe(why);
  dead.deaths.push_back(now);
  while (now - dead.deaths.front() > st.settings.restarts_window)
    dead.deaths.pop_front();
  const auto recent = static_cast<std::int32_t>(dead.deaths.size());
  log_warn("supervisor", "supervisor lost " + dead.spec.name,
           {{"error", dead.last_error}, {"deaths", std::to_string(recent)}});
  if (recent > st.settings.restarts_max || st.spent) {
    if (!std::exchange(st.spent, true))
      st.settings.gave_up(dead.spec.name, dead.last_error);
    return;
  }
  auto pause = st.settings.backoff_initial;
  for (std::int32_t i = 1; i < recent && pause < st.settings.backoff_max; ++i)
    pause *= 2;
  ++dead.restarts;
  later(self, std::min(pause, st.settings.backoff_max),
        [self, name = dead.spec.name] { restart(self, name); });
}

void on_down(self_ptr self, const caf::down_msg& down) {
  auto& st = self->state;
  for (auto& each : st.children) {
    if (!each.handle || each.handle->address() != down.source)
      continue;
    each.handle = nullptr;
    if (st.stopping)
      answer_drained(self);
    else if (each.retiring && !serves_retiring(st, each))
      bury(self, std::string(each.spec.name));
    else
      mourn(self, each, down.reason);
    return;
  }
}

std::int64_t scale(self_ptr self, const std::string& name, std::int32_t count) {
  for (auto& each : self->state.pools) {
    if (each.spec.name != name)
      continue;
    if (self->state.stopping)
      return 0;
    const auto wanted = std::clamp(count, std::int32_t{1}, each.spec.count_max);
    const auto before = each.members.size();
    while (static_cast<std::int32_t>(each.members.size()) < wanted)
      grow(self, each);
    while (static_cast<std::int32_t>(each.members.size()) > wanted)
      shrink(self, each);
    if (before != 0 && each.members.size() != before)
      log_info("supervisor", "supervisor scales " + name,
               {{"from", std::to_string(before)},
                {"to", std::to_string(wanted)}});
    return wanted;
  }
  return 0;
}

std::vector<child_status> report(const supervisor_state& st) {
  std::vector<child_status> all;
  for (const auto& each : st.children)
    all.push_back(
      {each.spec.name, each.handle != nullptr, each.restarts, each.last_error});
  return all;
}

impl::behavior_type supervisor(self_ptr self, supervisor_settings settings) {
  guard(self);
  self->state.settings = std::move(settings);
  self->set_down_handler([self](caf::down_msg& down) { on_down(self, down); });
  for (auto& spec : self->state.settings.children)
    add(self, spec);
  for (auto& spec : self->state.settings.pools) {
    self->state.pools.push_back({spec, {}});
    scale(self, spec.name, spec.count);
  }
  return {
    [self](scale_atom, const std::string& name, std::int32_t count) {
      return scale(self, name, count);
    },
    [self](drain_atom) -> caf::result<std::int64_t> {
      auto& st = self->state;
      st.stopping = true;
      auto promise = self->make_response_promise<std::int64_t>();
      st.drained.push(promise);
      for (auto it = st.children.rbegin(); it != st.children.rend(); ++it)
        if (it->handle)
          self->send_exit(caf::actor_cast<caf::actor>(it->handle),
                          caf::exit_reason::user_shutdown);
      answer_drained(self);
      return promise;
    },
    [self](status_atom) { return report(self->state); },
    [self](wake_atom, std::uint64_t id) { wake(self, id); },
  };
}

} // namespace

supervisor_actor spawn_supervisor(caf::actor_system& sys,
                                  supervisor_settings settings) {
  return sys.spawn(supervisor, std::move(settings));
}

} // namespace racefill
