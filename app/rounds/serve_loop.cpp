#include "app/rounds/serve_loop.hpp"

#include <algorithm>
#include <utility>

#include "app/rounds/status_line.hpp"
#include "infra/log/log.hpp"
#include "infra/pure/instant.hpp"

namespace racefill {

using clock = std::chrono::steady_clock;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

constexpr const char* waits_for_lease = "waits for another run's lease";

// What the service waits for, for people.
std::string note_of(const next_round& next) {
  if (next.why == waits_for_lease)
    return next.why;
  if (next.at)
    return "next round at " + utc_text(*next.at) + ": " + next.why;
  return "nothing to do; racefill ctl retry asks failed days again";
}

} // namespace

server::server(const command_context& context, service_parts parts)
  : notify_(context.env),
    events_(context.env),
    host_(context, std::move(parts),
          {[this](const snapshot& x) {
             notify_.status(status_line(x));
             for (const auto& event : watch_.look(x, clock::now()))
               tell(event);
           },
           [this] { pulse(); }}) {
  // nop
}

// Besides what the service does at every pulse.
void server::pulse() {
  events_.tick();
  if (host_.stops() > 0 && !std::exchange(says_stopping_, true))
    notify_.stopping();
  const auto interval = notify_.watchdog_interval();
  if (!interval)
    return;
  const auto now = clock::now();
  // The main thread lives, or we were not here; the actors have answered.
  const auto patience = std::max(*interval / 2, milliseconds(8'000));
  if (now < watchdog_at_ || now - host_.answered_at() > patience)
    return;
  notify_.watchdog();
  watchdog_at_ = now + *interval / 4;
}

void server::tell(const service_event& event) {
  const auto conf = host_.context().conf.serve;
  log_info("serve", "serve tells: " + event.name + ": " + event.text);
  events_.post(event, conf.on_event, seconds(conf.event_timeout_seconds));
}

void server::tell_end(const session_plan& plan, const session_outcome& outcome,
                      const round_result& result) {
  for (const auto& event : watch_.end_of_round())
    tell(event);
  const auto& x = result.verdict;
  const auto days = to_string(plan.days.start) + " to "
                    + to_string(plan.days.end);
  // Days that are not over are nobody's fault: the next upkeep asks them.
  auto so_far = x;
  so_far.done += std::exchange(so_far.provisional, 0);
  const auto& call = host_.context().call;
  const auto status
    = outcome.end == session_end::finished && result.status == exit_status::left
          && is_settled(so_far, plan.fast, call.accept_not_offered)
        ? exit_status::settled
        : result.status;
  service_event event;
  event.name = outcome.end == session_end::halted
                   && !ends_service(fault_of(outcome.why))
                 ? "run_paused"
                 : "run_ended";
  event.text = days + ": " + std::to_string(x.done) + " days done, "
               + std::to_string(x.failed) + " failed, "
               + std::to_string(x.pending) + " pending";
  event.facts = {{"RUN_ID", plan.run_id},
                 {"START", to_string(plan.days.start)},
                 {"END", to_string(plan.days.end)},
                 {"EXIT_STATUS", std::to_string(to_int(status))},
                 {"DAYS_DONE", std::to_string(x.done)},
                 {"DAYS_PROVISIONAL", std::to_string(x.provisional)},
                 {"DAYS_FAILED", std::to_string(x.failed)},
                 {"DAYS_PENDING", std::to_string(x.pending)},
                 {"HORSES_PENDING", std::to_string(x.totals.horses_pending)}};
  if (outcome.why) {
    event.text += "; " + describe(outcome.why);
    event.facts.emplace_back("REASON", describe(outcome.why));
  }
  tell(event);
}

caf::expected<session_plan> server::prepare(round_kind kind, bool check_gaps) {
  round_wish wish{kind, check_gaps, again_, aside_};
  return host_.aside<session_plan>(
    [store = store_, context = host_.context(), wish = std::move(wish)] {
      return store->prepare(context, wish);
    });
}

caf::expected<round_result> server::conclude(const session_plan& plan,
                                             const session_outcome& outcome) {
  return host_.aside<round_result>(
    [store = store_, context = host_.context(), plan, outcome] {
      return store->conclude(context, plan, outcome);
    });
}

round_end server::run_planned(round_kind kind, const session_plan& plan) {
  round_end end;
  end.kind = kind;
  idles_for_.clear();
  auto outcome = run_session(host_, plan, "the round's last words");
  renewed_at_ = clock::now();
  if (!outcome) {
    end.why = std::move(outcome.error());
    return end;
  }
  if (outcome->end == session_end::killed)
    return end;
  auto result = conclude(plan, *outcome);
  if (!result) {
    end.why = outcome->why ? std::move(outcome->why)
                           : std::move(result.error());
    return end;
  }
  tell_end(plan, *outcome, *result);
  log_info("serve", "serve ended a round", {{"summary", result->json}});
  end = end_of(outcome->why, result->verdict, plan.fast);
  end.kind = kind;
  return end;
}

// One round, from the open database to the plan for the next. The error is the
// end of the service.
caf::error server::do_round(round_kind kind, bool check_gaps) {
  round_end end;
  end.kind = kind;
  if (auto plan = prepare(kind, check_gaps)) {
    again_.clear();
    log_info("serve", "serve begins a round",
             {{"from", to_string(plan->days.start)},
              {"to", to_string(plan->days.end)}});
    end = run_planned(kind, *plan);
  } else {
    end.why = std::move(plan.error());
  }
  const auto why = fault_of(end.why);
  if (host_.stops() > 0)
    return {};
  if (ends_service(why))
    return end.why;
  if (why == fault::lease_held || why == fault::lease_lost) {
    // The other run will end, or its lease will.
    if (next_.why != waits_for_lease)
      log_warn("serve", "serve waits for the lease",
               {{"error", describe(end.why)}});
    next_ = {std::chrono::system_clock::now() + seconds(5), kind,
             waits_for_lease};
    return {};
  }
  failures_ = end.is_settled ? 0 : failures_ + 1;
  if (end.why)
    log_warn("serve", "serve could not go on", {{"error", describe(end.why)}});
  next_ = plan_next(host_.context().conf, end, failures_,
                    std::chrono::system_clock::now());
  put_aside(kind, end.why);
  return {};
}

// A day that the guard refuses must not keep the round from all others, every
// time: the next round is about these, at once. The one after it asks the day
// again.
void server::put_aside(round_kind kind, const caf::error& why) {
  constexpr std::size_t aside_max = 10; // Then it is no matter of single days.
  const auto day = refused_day(why);
  if (!day.known() || aside_.size() >= aside_max)
    return aside_.clear();
  aside_.push_back(day);
  next_ = {std::chrono::system_clock::now(), kind,
           "the rest, without " + to_string(day)};
}

// Between two rounds nobody else renews it.
void server::keep_lease() {
  const auto now = clock::now();
  if (now < renewed_at_ + seconds(20))
    return;
  renewed_at_ = now;
  auto renewed = host_.aside<bool>([store = store_]() -> caf::expected<bool> {
    if (auto err = store->renew())
      return err;
    return true;
  });
  if (!renewed && fault_of(renewed.error()) != fault::stopping)
    log_warn("serve", "serve could not renew its lease",
             {{"error", describe(renewed.error())}});
}

// Whether something calls for a round before its time.
bool server::is_woken() {
  if (auto days = host_.take_reopened()) {
    again_.insert(again_.end(), days->begin(), days->end());
    next_.kind = host_.context().conf.run.end_date.known() ? round_kind::range
                                                           : round_kind::upkeep;
    return true;
  }
  // Who resumes wants it to go on now.
  const bool is_paused = host_.last().gate.paused;
  const bool was_paused = std::exchange(was_paused_, is_paused);
  return was_paused && !is_paused && failures_ > 0;
}

// The settings of upkeep may have changed; what failed keeps its time.
void server::look_ahead() {
  if (next_.at && next_.why != "upkeep")
    return;
  round_end settled;
  settled.kind = next_.kind;
  settled.is_settled = true;
  // A moment back, or the instant itself would be passed over.
  next_ = plan_next(host_.context().conf, settled, 0,
                    std::chrono::system_clock::now() - milliseconds(1'000));
}

// Between two rounds.
void server::rest() {
  while (host_.stops() == 0) {
    look_ahead();
    if (const auto note = note_of(next_); note != idles_for_) {
      idles_for_ = note;
      caf::anon_send(host_.desk(), finish_atom_v, note);
      if (note != waits_for_lease)
        log_info("serve", "serve rests: " + note);
    }
    host_.pulse(milliseconds(200));
    if (is_woken()
        || (next_.at && std::chrono::system_clock::now() >= *next_.at))
      return;
    keep_lease();
  }
}

caf::error server::serve() {
  next_ = {std::chrono::system_clock::now(), round_kind::range, "start"};
  while (host_.stops() == 0) {
    const auto kind = next_.kind;
    // Where the range has an end, upkeep is about other days; both are due.
    if (kind == round_kind::upkeep
        && host_.context().conf.run.end_date.known()) {
      if (auto err = do_round(round_kind::range, true))
        return err;
      if (host_.stops() > 0)
        break;
    }
    if (auto err = do_round(kind, kind == round_kind::upkeep))
      return err;
    rest();
  }
  return {};
}

void server::leave() {
  notify_.stopping();
  if (host_.stops() < 2)
    (void) host_.aside<bool>([store = store_]() -> caf::expected<bool> {
      store->release();
      return true;
    });
  is_stuck_ = host_.close();
  // The last event has a moment of its own.
  const auto until = clock::now() + seconds(5);
  while (!events_.idle() && clock::now() < until && host_.stops() < 2) {
    std::this_thread::sleep_for(milliseconds(20));
    events_.tick();
  }
}

int server::run() {
  if (auto err = host_.open())
    return fail_with(err);
  notify_.ready();
  const auto err = serve();
  leave();
  if (host_.stops() > 1) {
    is_stuck_ = true; // At once.
    return to_int(exit_status::killed);
  }
  if (err && host_.stops() == 0)
    return fail_with(err);
  log_info("serve", "serve leaves");
  return 0;
}

} // namespace racefill
