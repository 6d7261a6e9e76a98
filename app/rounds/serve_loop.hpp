/// SERVER: the background service: round after round until it is told to stop.
#pragma once

#include <memory>
#include <string>

#include "app/process/event_runner.hpp"
#include "app/process/systemd_notify.hpp"
#include "app/rounds/event_watch.hpp"
#include "app/rounds/host.hpp"
#include "app/rounds/round_pace.hpp"
#include "app/rounds/round_store.hpp"

namespace racefill {

class server {
public:
  server(const command_context& context, service_parts parts);

  /// Serves until a signal, or until something that a wait cannot mend. Returns
  /// the exit status; 0 after a drain.
  int run();

  /// Actors or a database are stuck: leave by _Exit.
  bool is_stuck() const {
    return is_stuck_;
  }

private:
  caf::error serve();
  caf::error do_round(round_kind kind, bool check_gaps);
  caf::expected<session_plan> prepare(round_kind kind, bool check_gaps);
  caf::expected<round_result> conclude(const session_plan& plan,
                                       const session_outcome& outcome);
  round_end run_planned(round_kind kind, const session_plan& plan);
  void rest();
  void look_ahead();
  bool is_woken();
  void put_aside(round_kind kind, const caf::error& why);
  void keep_lease();
  void pulse();
  void tell(const service_event& event);
  void tell_end(const session_plan& plan, const session_outcome& outcome,
                const round_result& result);
  void leave();

  systemd_notify notify_;
  event_runner events_;
  event_watch watch_;
  service host_;
  std::shared_ptr<round_store> store_ = std::make_shared<round_store>();
  next_round next_;
  std::vector<date> again_; // Named by a person, for the next round.
  std::vector<date> aside_; // Refused by the guard, for the next round.
  int failures_ = 0;        // Rounds in a row.
  bool was_paused_ = false;
  bool is_stuck_ = false;
  bool says_stopping_ = false;
  std::string idles_for_; // "" while a round is under way.
  std::chrono::steady_clock::time_point renewed_at_;
  std::chrono::steady_clock::time_point watchdog_at_;
};

} // namespace racefill
