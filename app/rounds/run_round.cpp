#include "app/rounds/run_round.hpp"

#include <chrono>
#include <memory>
#include <mutex>
#include <utility>

#include <caf/exit_reason.hpp>

#include "infra/log/log.hpp"

namespace racefill {
namespace {

using clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

// What the actors of the round tell the main thread.
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

class session {
public:
  explicit session(service& host) : host_(host), context_(host.context()) {
    // nop
  }

  caf::error start(const session_plan& plan);
  session_outcome run(const std::string& waits_for);

private:
  void watch(session_outcome& outcome);
  caf::error drain(session_outcome& outcome);
  void stop();

  service& host_;
  const command_context context_; // As in force when the round began.
  std::shared_ptr<mailbox> mail_ = std::make_shared<mailbox>();
  supervisor_actor supervisor_;
};

caf::error session::start(const session_plan& plan) {
  run_control_settings hears;
  hears.halted = [mail = mail_](const caf::error& why) { mail->halt(why); };
  hears.finished = [mail = mail_] { mail->finish(); };
  auto seated = [desk = host_.desk()](const front_desk_actor& x) {
    caf::anon_send(desk, meet_atom_v, x);
  };
  auto wired = wire(host_.system(), context_, plan, hears, seated);
  if (!wired)
    return std::move(wired.error());
  wired->gave_up = [mail = mail_](const std::string& child,
                                  const std::string& why) {
    mail->halt(
      caf::make_error(fault::gave_up, child + " keeps dying, last of: " + why));
  };
  supervisor_ = spawn_supervisor(host_.system(), std::move(*wired));
  return {};
}

void session::watch(session_outcome& outcome) {
  for (;;) {
    host_.pulse(milliseconds(50));
    if (host_.stops() > 0) {
      outcome.end = session_end::interrupted;
      log_info("run", "run drains; a second signal kills it");
      return;
    }
    if ((outcome.why = mail_->why())) {
      outcome.end = session_end::halted;
      return;
    }
    if (mail_->finished()) {
      outcome.end = session_end::finished;
      return;
    }
  }
}

caf::error session::drain(session_outcome& outcome) {
  const auto grace
    = std::chrono::seconds(host_.context().conf.drain.grace_seconds);
  const auto until = clock::now() + grace;
  // After a halt no worker will finish what it holds.
  const bool wait_for_held = outcome.end != session_end::halted;
  // A stop while the round drains of itself is the first one, not the second.
  constexpr int stops_that_kill = 2;
  auto answer = host_.ask(host_.desk(), grace, drain_atom_v, wait_for_held);
  caf::error err;
  while (!answer->ready(err)) {
    host_.pulse(milliseconds(50));
    if (host_.stops() >= stops_that_kill) {
      outcome.end = session_end::killed;
      return caf::make_error(fault::stopping, "second signal");
    }
    if (clock::now() > until)
      return caf::make_error(fault::late, "the grace period is over");
  }
  return err;
}

void session::stop() {
  constexpr auto patience = milliseconds(2'000);
  auto answer = host_.ask(supervisor_, patience, drain_atom_v);
  const auto until = clock::now() + patience;
  caf::error err;
  while (!answer->ready(err) && clock::now() < until)
    host_.pulse(milliseconds(5));
  // Who is stuck in the outside world ends when his request does.
  caf::anon_send_exit(supervisor_, caf::exit_reason::user_shutdown);
  supervisor_ = nullptr;
}

// Two ticks of the reporter: then the last snapshot holds the last receipts.
void settle_reports(service& host) {
  const auto until = clock::now() + milliseconds(600);
  while (clock::now() < until)
    host.pulse(milliseconds(20));
  host.look_anew(milliseconds(5'000));
}

session_outcome session::run(const std::string& waits_for) {
  session_outcome outcome;
  watch(outcome);
  outcome.drained = drain(outcome);
  if (outcome.end != session_end::killed)
    settle_reports(host_);
  outcome.last = host_.last();
  stop();
  caf::anon_send(host_.desk(), finish_atom_v, waits_for);
  return outcome;
}

} // namespace

caf::expected<session_outcome> run_session(service& host,
                                           const session_plan& plan,
                                           const std::string& waits_for) {
  session x{host};
  if (auto err = x.start(plan))
    return err;
  return x.run(waits_for);
}

} // namespace racefill
