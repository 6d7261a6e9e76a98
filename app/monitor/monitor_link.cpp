#include "app/monitor/monitor_link.hpp"

#include <algorithm>
#include <utility>

namespace racefill {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds pause_initial{500};
constexpr milliseconds pause_max{10'000};

link_state state_of(const caf::error& err) {
  return fault_of(err) == fault::unreachable || fault_of(err) == fault::absent
           ? link_state::gone
           : link_state::refused;
}

} // namespace

std::string to_string(link_state x) {
  switch (x) {
    case link_state::connected:
      return "connected";
    case link_state::gone:
      return "gone";
    case link_state::refused:
      return "refused";
    default:
      return "connecting";
  }
}

monitor_link::monitor_link(monitor_client_settings settings, milliseconds every)
  : settings_(std::move(settings)), every_(every) {
  thread_ = std::thread{[this] { run(); }};
}

monitor_link::~monitor_link() {
  {
    const std::lock_guard guard{mutex_};
    stopping_ = true;
    changed_.notify_all();
  }
  thread_.join();
}

link_news monitor_link::news(std::uint64_t serial, milliseconds patience) {
  std::unique_lock guard{mutex_};
  changed_.wait_for(guard, patience, [&] { return news_.serial != serial; });
  return news_;
}

void monitor_link::steer(steer_order order) {
  const std::lock_guard guard{mutex_};
  orders_.push_back(std::move(order));
}

void monitor_link::lose(link_state state, caf::error why) {
  const std::lock_guard guard{mutex_};
  news_.state = state;
  news_.why = std::move(why);
  ++news_.serial;
  changed_.notify_all();
}

bool monitor_link::pause(milliseconds time) {
  std::unique_lock guard{mutex_};
  return !changed_.wait_for(guard, time, [this] { return stopping_; });
}

void monitor_link::serve(monitor_client& client) {
  // A service that is stopped keeps its connection, but says nothing.
  const auto silence_max = every_ + milliseconds(15'000);
  auto heard_at = std::chrono::steady_clock::now();
  monitor_view view;
  for (;;) {
    std::deque<steer_order> orders;
    {
      const std::lock_guard guard{mutex_};
      if (stopping_)
        return;
      orders = std::exchange(orders_, {});
    }
    for (const auto& order : orders) {
      const auto answer = client.steer(order);
      const std::lock_guard guard{mutex_};
      news_.answer = answer ? *answer : describe(answer.error());
      news_.answer_is_bad = !answer;
      ++news_.answers;
      ++news_.serial;
      changed_.notify_all();
    }
    const auto now = std::chrono::steady_clock::now();
    if (client.next(view, milliseconds(200))) {
      heard_at = now;
      const std::lock_guard guard{mutex_};
      news_.state = link_state::connected;
      news_.why = {};
      news_.view = view;
      news_.has_view = true;
      ++news_.views;
      ++news_.serial;
      changed_.notify_all();
    } else if (const auto why = client.ended(); !why.empty()) {
      return lose(link_state::gone, caf::make_error(fault::unreachable, why));
    } else if (now - heard_at > silence_max) {
      return lose(link_state::gone,
                  caf::make_error(fault::timed_out,
                                  std::string("the service says nothing")));
    }
  }
}

void monitor_link::run() {
  auto wait = pause_initial;
  do {
    auto client = monitor_client::open(settings_);
    auto err = client ? (*client)->watch(every_) : client.error();
    if (err) {
      lose(state_of(err), err);
      wait = std::min(wait * 2, pause_max);
      continue;
    }
    wait = pause_initial;
    serve(**client);
  } while (pause(wait));
}

} // namespace racefill
