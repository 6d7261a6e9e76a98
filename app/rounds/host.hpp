/// SERVICE: the process around the rounds: the actor system, the two desks that
/// outlive every round, the parts open to the outside, and the main thread's
/// pulse.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/event_based_actor.hpp>

#include "actors/service_control.hpp"
#include "app/cli/context.hpp"
#include "app/config/live_settings.hpp"
#include "app/process/part.hpp"
#include "app/process/pending_answer.hpp"
#include "messages/actors.hpp"

namespace racefill {

/// What a command wants to hear of its service, on the main thread.
struct service_ears {
  /// Twice a second while there is news.
  std::function<void(const snapshot&)> show;
  /// At every pulse; must return soon.
  std::function<void()> pulse;
};

class service {
public:
  /// `parts` may be empty: then nothing is open to the outside.
  service(const command_context& context, service_parts parts,
          service_ears ears);
  ~service();
  service(const service&) = delete;
  service& operator=(const service&) = delete;

  /// Opens the parts. Faults: bad_settings.
  caf::error open();

  /// The context with the settings in force now.
  command_context context() const;

  caf::actor_system& system() {
    return *system_;
  }

  const service_desk_actor& desk() const {
    return desk_;
  }

  /// Hears signals for so long, looks at the desk, and lets the ears do theirs.
  /// SIGHUP has the conf read anew. Only the main thread may call it.
  void pulse(std::chrono::milliseconds patience);

  /// How often the process was told to stop; above one it shall stop at once.
  int stops() const {
    return stops_;
  }

  /// Days to be asked again before their time; taken, not kept.
  std::optional<std::vector<date>> take_reopened();

  /// The newest snapshot.
  const snapshot& last() const {
    return last_;
  }

  /// When an actor answered last: proof that they are alive.
  std::chrono::steady_clock::time_point answered_at() const {
    return answered_at_;
  }

  /// Pulses until a snapshot is there that was asked for from now on, but at
  /// most so long.
  void look_anew(std::chrono::milliseconds patience);

  /// Sends a request of an actor of its own, so that signals are still heard.
  template <class Handle, class... Ts>
  std::shared_ptr<pending_answer>
  ask(const Handle& whom, std::chrono::milliseconds limit, Ts... words);

  /// Runs `work` on a thread of its own and pulses until it is done. When the
  /// process is told to stop it is waited for as long as a drain may take, at a
  /// second word not at all: then the answer is `stopping`, the thread is left
  /// behind, and the process must leave by _Exit. `work` must own all it uses.
  template <class T>
  caf::expected<T> aside(std::function<caf::expected<T>()> work);

  /// Closes the parts and ends all actors. True: some are stuck in the outside
  /// world, or work was left behind; leave by _Exit, all is written.
  bool close();

private:
  struct mailbox;
  service_control_settings control_settings();
  void take(const settings& now, const std::vector<std::string>& keys);
  void begin_look();
  void reload();
  bool may_wait(std::optional<std::chrono::steady_clock::time_point>& until);

  command_context context_; // As at the start.
  service_ears ears_;
  std::unique_ptr<live_settings> live_;
  std::shared_ptr<mailbox> mail_;
  std::unique_ptr<caf::actor_system_config> config_;
  std::unique_ptr<caf::actor_system> system_;
  std::vector<service_part_maker> makers_;
  service_desk_actor desk_;
  service_control_actor control_;
  std::vector<std::unique_ptr<service_part>> parts_;
  int stops_ = 0;
  bool left_behind_ = false;
  snapshot last_;
  std::chrono::steady_clock::time_point answered_at_;
  std::chrono::steady_clock::time_point next_look_;
  std::shared_ptr<pending_answer> reload_; // Under way.
  bool reload_wanted_ = false;             // By a SIGHUP not yet served.
};

template <class Handle, class... Ts>
std::shared_ptr<pending_answer>
service::ask(const Handle& whom, std::chrono::milliseconds limit, Ts... words) {
  auto answer = std::make_shared<pending_answer>();
  system_->spawn([=](caf::event_based_actor* self) {
    self->request(whom, limit, words...)
      .then([answer](std::int64_t) { answer->put({}); },
            [answer](const caf::error& err) { answer->put(err); });
  });
  return answer;
}

template <class T>
caf::expected<T> service::aside(std::function<caf::expected<T>()> work) {
  auto done = std::make_shared<std::promise<caf::expected<T>>>();
  auto result = done->get_future();
  std::thread{[done, work = std::move(work)]() mutable {
    auto answer = work();
    work = nullptr; // What it owns ends before the answer is there.
    done->set_value(std::move(answer));
  }}.detach();
  std::optional<std::chrono::steady_clock::time_point> until;
  while (result.wait_for(std::chrono::seconds(0)) != std::future_status::ready)
    if (!may_wait(until))
      return caf::make_error(fault::stopping,
                             std::string("told to stop at once"));
  return result.get();
}

} // namespace racefill
