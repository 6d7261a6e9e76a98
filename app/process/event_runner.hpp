/// EVENT_RUNNER: runs the program of serve.on_event.
#pragma once

#include <chrono>
#include <deque>
#include <string>
#include <vector>

#include <sys/types.h>

#include "app/config/config.hpp"

namespace racefill {

/// Something that a person may want to be told of.
struct service_event {
  std::string name; ///< run_ended, run_paused or days_parked.
  std::string text; ///< One line for people.
  /// More variables of the program's environment: `DAYS`, `EXIT_STATUS`; each
  /// gets the prefix RACEFILL_.
  std::vector<std::pair<std::string, std::string>> facts;
};

/// One program at a time, in the order of the events, without a shell and
/// without arguments: all it learns stands in its environment, which has none
/// of ours but PATH, HOME, USER, LOGNAME, LANG, LC_ALL, TZ and TMPDIR. What it
/// prints goes to our stderr. Belongs to one thread and never waits.
class event_runner {
public:
  explicit event_runner(const environment& env);
  ~event_runner();
  event_runner(const event_runner&) = delete;
  event_runner& operator=(const event_runner&) = delete;

  /// Has `program` run with the event; "" for nobody. A flood of events loses
  /// its oldest.
  void post(const service_event& event, const std::string& program,
            std::chrono::seconds limit);

  /// Looks after the program that runs, and starts the next.
  void tick();

  /// True when nothing runs or waits.
  bool idle() const noexcept {
    return pid_ < 0 && waiting_.empty();
  }

private:
  struct task {
    std::string name;
    std::string program;
    std::vector<std::string> variables;
    std::chrono::seconds limit{60};
  };

  void start(const task& what);
  void ended(int status);

  std::vector<std::string> base_; // `PATH=…`
  std::deque<task> waiting_;
  task running_;
  pid_t pid_ = -1;
  bool timed_out_ = false;
  std::chrono::steady_clock::time_point until_;
};

/// What the program's environment holds for an event, `RACEFILL_EVENT=…` and
/// so on; without control characters, each at most 4 KiB.
std::vector<std::string> variables_of(const service_event& event);

} // namespace racefill
