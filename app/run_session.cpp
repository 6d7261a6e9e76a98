#include "app/run_session.hpp"

#include <csignal>
#include <ctime>
#include <unistd.h>

#include <chrono>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/exit_reason.hpp>
#include <caf/scoped_actor.hpp>

#include "actors/front_desk.hpp"
#include "actors/service_control.hpp"
#include "app/service_part.hpp"
#include "infra/log.hpp"

namespace racefill {
namespace {

using clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

sigset_t our_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (int number : {SIGINT, SIGTERM, SIGHUP})
    sigaddset(&set, number);
  return set;
}

// Waits for one of our signals; 0 when none came in time.
int wait_for_signal(milliseconds patience) {
  const auto set = our_signals();
  const timespec limit{patience.count() / 1000,
                       (patience.count() % 1000) * 1'000'000};
  const int number = sigtimedwait(&set, nullptr, &limit);
  return number > 0 ? number : 0;
}

// What actors tell the main thread.
class mailbox {
public:
  void halt(const caf::error& why) {
    const std::lock_guard guard{mutex_};
    if (!why_)
      why_ = why;
  }

  void finish() {
    const std::lock_guard guard{mutex_};
    finished_ = true;
  }

  caf::error why() {
    const std::lock_guard guard{mutex_};
    return why_;
  }

  bool finished() {
    const std::lock_guard guard{mutex_};
    return finished_;
  }

private:
  std::mutex mutex_;
  caf::error why_;
  bool finished_ = false;
};

// The answer to a request that the main thread must not block on.
struct pending_answer {
  std::mutex mutex;
  bool is_there = false;
  caf::error error;

  void put(caf::error err) {
    const std::lock_guard guard{mutex};
    is_there = true;
    error = std::move(err);
  }

  bool ready(caf::error& err) {
    const std::lock_guard guard{mutex};
    err = error;
    return is_there;
  }
};

class session {
public:
  session(const command_context& context,
          const std::function<void(const snapshot&)>& show)
    : context_(context), show_(show) {
    config_.add_message_types<caf::id_block::racefill>();
    config_.add_message_types<caf::id_block::racefill_handles>();
    configure_for_parts(config_, context);
    // The default policy polls for work, which costs more than the work itself
    // at two requests a second; this one sleeps until there is some.
    config_.set("scheduler.policy", caf::atom("sharing"));
    system_ = std::make_unique<caf::actor_system>(config_);
  }

  caf::error start(const session_plan& plan);
  session_outcome run();

private:
  template <class Handle, class... Ts>
  std::shared_ptr<pending_answer>
  ask(const Handle& whom, milliseconds limit, Ts... words);
  caf::error drain(bool wait_for_held, session_outcome& outcome);
  void look();
  caf::error open_parts();
  void stop(session_outcome& outcome);

  const command_context& context_;
  const std::function<void(const snapshot&)>& show_;
  std::shared_ptr<mailbox> mail_ = std::make_shared<mailbox>();
  caf::actor_system_config config_;
  std::unique_ptr<caf::actor_system> system_;
  run_control_actor control_;
  front_desk_actor desk_;
  supervisor_actor supervisor_;
  service_control_actor steering_;
  std::vector<std::unique_ptr<service_part>> parts_;
  snapshot last_;
};

caf::error session::start(const session_plan& plan) {
  run_control_settings hears;
  hears.halted = [mail = mail_](const caf::error& why) { mail->halt(why); };
  hears.finished = [mail = mail_] { mail->finish(); };
  control_ = spawn_run_control(*system_, hears);
  desk_ = spawn_front_desk(*system_, {});
  auto wired = caf::expected<supervisor_settings>{open_parts()};
  if (!wired.error())
    wired = wire(*system_, context_, plan, control_, desk_);
  if (!wired) {
    parts_.clear();
    caf::anon_send_exit(steering_, caf::exit_reason::user_shutdown);
    steering_ = nullptr;
    caf::anon_send_exit(control_, caf::exit_reason::user_shutdown);
    caf::anon_send_exit(desk_, caf::exit_reason::user_shutdown);
    control_ = nullptr;
    desk_ = nullptr;
    return std::move(wired.error());
  }
  wired->gave_up = [mail = mail_](const std::string& child,
                                  const std::string& why) {
    mail->halt(
      caf::make_error(fault::gave_up, child + " keeps dying, last of: " + why));
  };
  supervisor_ = spawn_supervisor(*system_, std::move(*wired));
  return {};
}

caf::error session::open_parts() {
  service_control_settings x;
  x.reload = []() -> caf::expected<std::string> {
    return caf::make_error(fault::bad_settings,
                           std::string("a run does not reload"));
  };
  x.set
    = [desk = desk_](const std::string& key,
                     const std::string& value) -> caf::expected<std::string> {
    if (key == "concurrency.enrichers"
        || key == "concurrency.racecard_fetchers")
      caf::anon_send(desk, scale_atom_v,
                     std::string(key == "concurrency.enrichers"
                                   ? "enricher"
                                   : "racecard_fetcher"),
                     std::stoi(value));
    return key + " is " + value + " now";
  };
  x.drain = [] {
    ::kill(::getpid(), SIGTERM);
    return std::string("draining, then the service ends");
  };
  steering_ = spawn_service_control(*system_, x);
  for (const auto& make : all_service_parts()) {
    auto part = make({*system_, context_, desk_, steering_});
    if (!part)
      return std::move(part.error());
    if (*part)
      parts_.push_back(std::move(*part));
  }
  return {};
}

// Sends a request from an actor of its own, so that signals are still heard.
template <class Handle, class... Ts>
std::shared_ptr<pending_answer>
session::ask(const Handle& whom, milliseconds limit, Ts... words) {
  auto answer = std::make_shared<pending_answer>();
  system_->spawn([=](caf::event_based_actor* self) {
    self->request(whom, limit, words...)
      .then([answer](std::int64_t) { answer->put({}); },
            [answer](const caf::error& err) { answer->put(err); });
  });
  return answer;
}

void session::look() {
  caf::scoped_actor self{*system_};
  self->request(desk_, std::chrono::seconds(5), status_atom_v)
    .receive(
      [this](const snapshot& x) {
        last_ = x;
        show_(x);
      },
      [](const caf::error&) {
        // The reporter is being restarted: the next look will do.
      });
}

caf::error session::drain(bool wait_for_held, session_outcome& outcome) {
  const auto grace = std::chrono::seconds(context_.conf.drain.grace_seconds);
  const auto until = clock::now() + grace;
  auto answer = ask(desk_, grace, drain_atom_v, wait_for_held);
  caf::error err;
  while (!answer->ready(err)) {
    const int number = wait_for_signal(milliseconds(50));
    if (number == SIGINT || number == SIGTERM) {
      outcome.end = session_end::killed;
      return caf::make_error(fault::stopping, "second signal");
    }
    if (clock::now() > until)
      return caf::make_error(fault::late, "the grace period is over");
  }
  return err;
}

// Two ticks of the reporter: then the last snapshot holds the last receipts.
void settle_reports() {
  std::this_thread::sleep_for(milliseconds(600));
}

void session::stop(session_outcome& outcome) {
  // An edge may be inside a request for as long as its deadline; nobody needs
  // its answer any more, so nobody waits for it.
  constexpr auto patience = milliseconds(2'000);
  parts_.clear();
  caf::anon_send_exit(steering_, caf::exit_reason::user_shutdown);
  steering_ = nullptr;
  auto answer = ask(supervisor_, patience, drain_atom_v);
  const auto until = clock::now() + patience;
  caf::error err;
  while (!answer->ready(err) && clock::now() < until)
    std::this_thread::sleep_for(milliseconds(5));
  outcome.is_stuck = !answer->ready(err) || err;
  caf::anon_send_exit(supervisor_, caf::exit_reason::user_shutdown);
  supervisor_ = nullptr;
  control_ = nullptr;
  desk_ = nullptr;
  if (outcome.is_stuck)
    (void) system_.release(); // Its destructor would wait for the stuck ones.
}

session_outcome session::run() {
  session_outcome outcome;
  for (auto next_look = clock::now();;) {
    const int number = wait_for_signal(milliseconds(50));
    if (number == SIGINT || number == SIGTERM) {
      outcome.end = session_end::interrupted;
      log_info("run", "run drains; a second signal kills it");
      break;
    }
    if ((outcome.why = mail_->why())) {
      outcome.end = session_end::halted;
      break;
    }
    if (mail_->finished()) {
      outcome.end = session_end::finished;
      break;
    }
    if (clock::now() >= next_look) {
      look();
      next_look = clock::now() + milliseconds(500);
    }
  }
  // After a halt no worker will finish what it holds.
  outcome.drained = drain(outcome.end != session_end::halted, outcome);
  if (outcome.end != session_end::killed) {
    settle_reports();
    look();
  }
  outcome.last = last_;
  stop(outcome);
  return outcome;
}

} // namespace

void block_signals() {
  const auto set = our_signals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

bool stop_requested_within(milliseconds patience) {
  const auto until = clock::now() + patience;
  for (auto left = patience; left.count() > 0;
       left = std::chrono::duration_cast<milliseconds>(until - clock::now())) {
    const int number = wait_for_signal(left);
    if (number == SIGINT || number == SIGTERM)
      return true;
  }
  return false;
}

caf::expected<session_outcome>
run_session(const command_context& context, const session_plan& plan,
            const std::function<void(const snapshot&)>& show) {
  session x{context, show};
  if (auto err = x.start(plan))
    return err;
  return x.run();
}

} // namespace racefill
