/// PAGE_POLLER: asks the FRONT DESK about once a second, for the page.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

#include <caf/fwd.hpp>

#include "app/web/page_board.hpp"
#include "messages/actors.hpp"

namespace racefill {

/// A thread of its own, which is no actor of the pool: it may wait. Its
/// destructor ends it within the time of one question, two seconds.
class page_poller {
public:
  page_poller(caf::actor_system& sys, front_desk_actor desk,
              std::shared_ptr<page_board> board);
  ~page_poller();
  page_poller(const page_poller&) = delete;
  page_poller& operator=(const page_poller&) = delete;

private:
  void work();
  void ask_status(caf::scoped_actor& self);
  void ask_days(caf::scoped_actor& self);
  bool stopped_within(std::chrono::milliseconds patience);

  caf::actor_system& sys_;
  front_desk_actor desk_;
  std::shared_ptr<page_board> board_;
  std::int64_t days_asked_at_ = -1; ///< Receipts when the days were asked last.
  page_clock::time_point days_due_;
  std::mutex mutex_;
  std::condition_variable wakes_;
  bool stopping_ = false;
  std::thread thread_;
};

} // namespace racefill
