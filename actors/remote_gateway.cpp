#include "actors/remote_gateway.hpp"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include <caf/actor_cast.hpp>
#include <caf/actor_system.hpp>
#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include "actors/common/guard.hpp"
#include "actors/common/later.hpp"
#include "actors/remote_gateway_text.hpp"
#include "infra/log/log.hpp"

namespace racefill {
namespace {

using impl
  = remote_gateway_actor::extend<caf::reacts_to<wake_atom, std::uint64_t>>;
using time_point = caf::actor_clock::time_point;
using std::chrono::milliseconds;

struct viewer {
  monitor_sink_actor sink;
  std::string name;
  milliseconds every{1'000};
  time_point due;       // When the next view may go.
  bool waiting = false; // For the answer to the last one: no credit.
};

struct remote_gateway_state {
  static constexpr const char* name = "remote_gateway";
  remote_gateway_settings settings;
  std::map<caf::actor_addr, viewer> viewers;
  monitor_view view;
  time_point taken;      // When the snapshot in `view` came.
  bool has_view = false; // There has been a snapshot.
  bool asking = false;   // The desk is asked for one.
  bool asking_days = false;
  time_point days_due;
  sleeping_steps sleepers;
};
using self_ptr = impl::stateful_pointer<remote_gateway_state>;

void drop(self_ptr self, const caf::actor_addr& who, const std::string& why) {
  auto& viewers = self->state.viewers;
  const auto found = viewers.find(who);
  if (found == viewers.end())
    return;
  log_info("monitor", "gateway lets a viewer go",
           {{"viewer", found->second.name}, {"why", why}});
  self->demonitor(who);
  viewers.erase(found);
}

void push(self_ptr self, const caf::actor_addr& who, viewer& x) {
  x.waiting = true;
  x.due = self->clock().now() + x.every;
  self
    ->request(x.sink, self->state.settings.ack_limit, put_atom_v,
              self->state.view)
    .then(
      [self, who](std::uint32_t) {
        const auto found = self->state.viewers.find(who);
        if (found != self->state.viewers.end())
          found->second.waiting = false;
      },
      [self, who](const caf::error&) {
        drop(self, who, "it does not answer");
      });
}

void push_due(self_ptr self) {
  auto& st = self->state;
  if (!st.has_view)
    return;
  const auto now = self->clock().now();
  st.view.age_ms
    = std::chrono::duration_cast<milliseconds>(now - st.taken).count();
  for (auto& [who, x] : st.viewers)
    if (!x.waiting && x.due <= now)
      push(self, who, x);
}

void ask_calendar(self_ptr self) {
  auto& st = self->state;
  if (std::exchange(st.asking_days, true))
    return;
  st.days_due = self->clock().now() + st.settings.calendar;
  self->request(st.settings.desk, st.settings.timeout, calendar_atom_v)
    .then(
      [self](const std::vector<day_record>& days) {
        self->state.asking_days = false;
        put_calendar(days, self->state.view);
      },
      [self](const caf::error&) { self->state.asking_days = false; });
}

void ask_snapshot(self_ptr self) {
  auto& st = self->state;
  if (std::exchange(st.asking, true))
    return;
  self->request(st.settings.desk, st.settings.timeout, status_atom_v)
    .then(
      [self](snapshot& x) {
        auto& mine = self->state;
        mine.asking = false;
        mine.view.now = std::move(x);
        mine.taken = self->clock().now();
        mine.has_view = true;
        push_due(self);
      },
      [self](const caf::error&) {
        // Between two rounds nobody answers: viewers see the view grow old.
        self->state.asking = false;
        push_due(self);
      });
}

void look(self_ptr self) {
  auto& st = self->state;
  if (!st.viewers.empty()) {
    ask_snapshot(self);
    if (st.days_due <= self->clock().now())
      ask_calendar(self);
    push_due(self);
  }
  later(self, st.settings.poll, [self] { look(self); });
}

caf::result<std::int64_t> watch(self_ptr self, std::uint32_t protocol,
                                const std::string& name, std::int64_t every,
                                const monitor_sink_actor& sink) {
  auto& st = self->state;
  if (protocol != monitor_protocol)
    return other_protocol(st.settings.version, protocol);
  if (!sink)
    return caf::make_error(fault::bad_settings, std::string("no viewer"));
  const auto who = caf::actor_cast<caf::actor_addr>(sink);
  if (st.viewers.count(who) == 0
      && st.viewers.size() >= static_cast<std::size_t>(st.settings.viewers_max))
    return caf::make_error(fault::queue_full,
                           std::to_string(st.settings.viewers_max)
                             + " viewers are connected already "
                               "(monitor.viewers_max)");
  viewer x;
  x.sink = sink;
  x.name = short_name(name);
  x.every = std::clamp(milliseconds(every), st.settings.every_min,
                       st.settings.every_max);
  x.due = self->clock().now();
  if (st.viewers.insert_or_assign(who, x).second)
    self->monitor(sink);
  log_info("monitor", "gateway takes a viewer", {{"viewer", x.name}});
  ask_snapshot(self);
  if (st.view.calendar.empty())
    ask_calendar(self);
  return x.every.count();
}

// Passes a neighbour's answer on under our own name.
template <class Answer, class Handle, class Say, class... Ts>
caf::result<std::string>
relay(self_ptr self, const Handle& whom, Say say, Ts... words) {
  if (!whom)
    return caf::make_error(fault::absent);
  auto promise = self->template make_response_promise<std::string>();
  self->request(whom, self->state.settings.timeout, words...)
    .then([promise, say](const Answer& x) mutable { promise.deliver(say(x)); },
          [promise](caf::error& err) mutable {
            promise.deliver(std::move(err));
          });
  return promise;
}

std::string as_it_is(const std::string& x) {
  return x;
}

caf::result<std::string> obey(self_ptr self, const steer_order& order) {
  const auto& known = self->state.settings;
  switch (order.verb) {
    case steer_verb::pause:
      self->send(known.desk, pause_atom_v);
      return std::string("paused: no calls until resume");
    case steer_verb::resume:
      self->send(known.desk, resume_atom_v);
      return std::string("resumed");
    case steer_verb::drain:
      return relay<std::string>(self, known.control, as_it_is, drain_atom_v);
    case steer_verb::reload:
      return relay<std::string>(self, known.control, as_it_is, reload_atom_v);
    case steer_verb::set:
      return relay<std::string>(self, known.control, as_it_is, set_atom_v,
                                order.key, order.value);
    case steer_verb::retry:
      return relay<std::int64_t>(self, known.desk, days_text, reopen_atom_v,
                                 order.days);
  }
  return caf::make_error(fault::bad_settings, std::string("unknown order"));
}

caf::result<std::string> steer(self_ptr self, std::uint32_t protocol,
                               const std::string& token,
                               const steer_order& order) {
  const auto& own = self->state.settings;
  if (protocol != monitor_protocol)
    return other_protocol(own.version, protocol);
  if (!same_token(token, own.token)) {
    log_warn("monitor", "gateway refuses an order: wrong control token",
             {{"order", verb_text(order.verb)}});
    return caf::make_error(fault::bad_settings,
                           std::string("the control token is wrong or missing; "
                                       "watching needs none, steering does"));
  }
  log_info("monitor", "gateway takes an order",
           {{"order", verb_text(order.verb)}, {"key", order.key}});
  return obey(self, order);
}

void shield(self_ptr self) {
  guard(self);
  self->set_exit_handler([](caf::exit_msg&) {
    // Any peer can send one. Who means it sends `kill`, which nobody can trap.
  });
  self->set_default_handler(caf::drop);
  self->set_down_handler(
    [self](caf::down_msg& x) { drop(self, x.source, "it is gone"); });
}

impl::behavior_type remote_gateway(self_ptr self,
                                   remote_gateway_settings settings) {
  shield(self);
  self->state.settings = std::move(settings);
  look(self);
  return {
    [self](hello_atom, std::uint32_t,
           const std::string&) -> caf::result<std::uint32_t, std::string> {
      return {monitor_protocol, self->state.settings.version};
    },
    [self](watch_atom, std::uint32_t protocol, const std::string& name,
           std::int64_t every, const monitor_sink_actor& sink) {
      return watch(self, protocol, name, every, sink);
    },
    [self](steer_atom, std::uint32_t protocol, const std::string& token,
           const steer_order& order) {
      return steer(self, protocol, token, order);
    },
    [self](wake_atom, std::uint64_t id) { wake(self, id); },
  };
}

} // namespace

remote_gateway_actor spawn_remote_gateway(caf::actor_system& sys,
                                          remote_gateway_settings settings) {
  return sys.spawn(remote_gateway, std::move(settings));
}

} // namespace racefill
