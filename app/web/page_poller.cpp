#include "app/web/page_poller.hpp"

#include <exception>
#include <utility>

#include <caf/actor_system.hpp>
#include <caf/scoped_actor.hpp>

#include "infra/log/log.hpp"

namespace racefill {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds look_every{1'000};
constexpr seconds answer_within{2};
// The calendar is asked soon after a receipt, and now and then in any case:
// `ctl retry` reopens days without one.
constexpr seconds days_every{5};
constexpr seconds days_at_least_every{30};

std::int64_t wall_ms() {
  return std::chrono::duration_cast<milliseconds>(
           std::chrono::system_clock::now().time_since_epoch())
    .count();
}

} // namespace

page_poller::page_poller(caf::actor_system& sys, front_desk_actor desk,
                         std::shared_ptr<page_board> board)
  : sys_(sys), desk_(std::move(desk)), board_(std::move(board)) {
  thread_ = std::thread([this] { work(); });
}

page_poller::~page_poller() {
  {
    const std::lock_guard guard{mutex_};
    stopping_ = true;
    wakes_.notify_all();
  }
  thread_.join();
}

bool page_poller::stopped_within(milliseconds patience) {
  std::unique_lock lock{mutex_};
  return wakes_.wait_for(lock, patience, [this] { return stopping_; });
}

void page_poller::ask_status(caf::scoped_actor& self) {
  self->request(desk_, answer_within, status_atom_v)
    .receive(
      [this](snapshot& x) {
        board_->put(std::move(x), page_clock::now(), wall_ms());
      },
      [this](const caf::error& err) {
        // The desk lives, but the one who knows is being restarted.
        if (err.category() == caf::make_error(fault::absent).category())
          board_->put_answer(page_clock::now());
      });
}

void page_poller::ask_days(caf::scoped_actor& self) {
  const auto view = board_->look();
  const auto& run = view->now.run;
  std::int64_t receipts = run.session_days + run.session_errors;
  for (const auto& each : run.days)
    receipts = receipts * 31 + each.count;
  const auto now = page_clock::now();
  const auto due = receipts != days_asked_at_
                     ? days_due_
                     : days_due_ + days_at_least_every - days_every;
  if (!view->has_snapshot || now < due)
    return;
  days_due_ = now + days_every;
  self->request(desk_, answer_within, calendar_atom_v)
    .receive(
      [&](const std::vector<day_record>& days) {
        board_->put_days(days);
        days_asked_at_ = receipts;
      },
      [](const caf::error&) {
        // The checkpoint restarts, or still reads its ledger: soon again.
      });
}

void page_poller::work() {
  caf::scoped_actor self{sys_};
  while (!stopped_within(milliseconds(0))) {
    const auto next = page_clock::now() + look_every;
    try {
      ask_status(self);
      ask_days(self);
    } catch (const std::exception& e) {
      log_warn("page", "page could not take a snapshot in",
               {{"error", e.what()}});
    }
    const auto left
      = std::chrono::duration_cast<milliseconds>(next - page_clock::now());
    if (left.count() > 0 && stopped_within(left))
      return;
  }
}

} // namespace racefill
