/// MONITOR_LINK: keeps a viewer connected, from a thread of its own.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <thread>

#include "app/monitor/monitor_client.hpp"

namespace racefill {

enum class link_state : std::uint8_t {
  connecting, ///< For the first time.
  connected,
  gone,    ///< Out of reach; tried again.
  refused, ///< It answers, but not to us; tried again, seldom.
};

std::string to_string(link_state x);

/// What a viewer shows.
struct link_news {
  std::uint64_t serial = 0; ///< Grows with every change.
  link_state state = link_state::connecting;
  caf::error why; ///< Of gone and refused.
  bool has_view = false;
  std::uint64_t views = 0;   ///< Received so far.
  monitor_view view;         ///< The last one.
  std::uint64_t answers = 0; ///< Received so far.
  std::string answer;        ///< The last one.
  bool answer_is_bad = false;
};

class monitor_link {
public:
  monitor_link(monitor_client_settings settings,
               std::chrono::milliseconds every);
  monitor_link(const monitor_link&) = delete;
  monitor_link& operator=(const monitor_link&) = delete;
  ~monitor_link();

  /// Waits until there is something newer than `serial`, but only so long.
  link_news news(std::uint64_t serial, std::chrono::milliseconds patience);

  /// Has the service do something; the answer comes with the news.
  void steer(steer_order order);

private:
  void run();
  void serve(monitor_client& client);
  void lose(link_state state, caf::error why);
  bool pause(std::chrono::milliseconds time);

  monitor_client_settings settings_;
  std::chrono::milliseconds every_;
  std::mutex mutex_;
  std::condition_variable changed_;
  link_news news_;
  std::deque<steer_order> orders_;
  bool stopping_ = false;
  std::thread thread_;
};

} // namespace racefill
