/// Items handed out one by one to workers who ask, and taken back from the
/// dead and from those who may not ask for them again yet.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include <caf/actor_addr.hpp>
#include <caf/actor_cast.hpp>
#include <caf/actor_control_block.hpp>
#include <caf/typed_response_promise.hpp>

#include "actors/common/guard.hpp"
#include "actors/common/later.hpp"

namespace racefill {

/// `Key` names an item, `Item` is what travels. An item is known from add() to
/// settle(); adding a known one changes nothing, so a plan may be sent twice.
template <class Key, class Item>
class hand_out {
public:
  using time_point = std::chrono::steady_clock::time_point;

  /// Adds an item at the end, unless its key is known. Returns whether it was
  /// added.
  bool add(const Key& key, Item item) {
    if (!known_.insert(key).second)
      return false;
    ready_.emplace_back(key, std::move(item));
    return true;
  }

  /// The item's outcome is durable: forget it, wherever it is.
  void settle(const Key& key) {
    if (known_.erase(key) == 0)
      return;
    if (held_.erase(key) != 0)
      return;
    auto is_it = [&](const auto& x) { return x.first == key; };
    std::erase_if(ready_, is_it);
    std::erase_if(resting_,
                  [&](const auto& x) { return x.second.first == key; });
  }

  /// Parks a caller until there is something for it.
  template <class Self>
  caf::typed_response_promise<Item> ask(Self self) {
    // Before the promise: making it takes the sender out of the message.
    auto holder = caf::actor_cast<caf::actor_addr>(self->current_sender());
    auto promise = self->template make_response_promise<Item>();
    asking_.emplace_back(holder, promise);
    if (watched_.insert(holder).second)
      self->monitor(holder);
    serve(self);
    return promise;
  }

  /// Takes an item back from `holder`, who has failed with it: it rests until
  /// `not_before`. No effect unless the holder holds it.
  void give_back(const caf::actor_addr& holder, const Key& key, Item item,
                 time_point not_before) {
    const auto found = held_.find(key);
    if (found == held_.end() || found->second.first != holder)
      return;
    held_.erase(found);
    resting_.emplace(not_before, std::make_pair(key, std::move(item)));
  }

  /// Hands out none of those that rest until `until`. Returns how many rest
  /// when there is nothing else, the first time; else 0.
  std::size_t rest_all(time_point until) {
    rest_until_ = std::max(rest_until_, until);
    const bool only_these = ready_.empty() && !resting_.empty();
    if (std::exchange(said_only_these_, only_these) || !only_these)
      return 0;
    return resting_.size();
  }

  /// A worker died: what it held is ready again, before everything else.
  template <class Self>
  void take_back(Self self, const caf::actor_addr& holder) {
    watched_.erase(holder);
    std::erase_if(asking_, [&](const auto& x) { return x.first == holder; });
    for (auto it = held_.begin(); it != held_.end();) {
      if (it->second.first == holder) {
        ready_.emplace_front(it->first, std::move(it->second.second));
        it = held_.erase(it);
      } else {
        ++it;
      }
    }
    serve(self);
  }

  /// Hands nothing out from now on; what is out may still be settled.
  void drain() {
    draining_ = true;
  }

  /// Serves who waits: with what has rested long enough, else with what is
  /// ready. Wakes up by itself for what rests; `self` is whose state holds
  /// this.
  template <class Self>
  void serve(Self self) {
    const auto now = self->clock().now();
    serve_at(now);
    const auto due = next_due();
    if (!due || (alarm_ && *alarm_ <= *due))
      return;
    alarm_ = due;
    later(self, std::chrono::duration_cast<caf::timespan>(*due - now),
          [this, self, at = *due] {
            if (alarm_ == at)
              alarm_.reset();
            serve(self);
          });
  }

  /// Removes and returns the ready items for which `which(item)` holds.
  template <class Predicate>
  std::vector<Item> extract_ready(Predicate which) {
    std::vector<Item> taken;
    std::erase_if(ready_, [&](auto& x) {
      if (!which(x.second))
        return false;
      known_.erase(x.first);
      taken.push_back(std::move(x.second));
      return true;
    });
    return taken;
  }

  std::size_t ready() const noexcept {
    return ready_.size();
  }

  /// Items that have failed and wait for their next turn.
  std::size_t resting() const noexcept {
    return resting_.size();
  }

  std::size_t held() const noexcept {
    return held_.size();
  }

  bool knows(const Key& key) const {
    return known_.count(key) != 0;
  }

  hand_out() = default;
  hand_out(const hand_out&) = delete;
  hand_out& operator=(const hand_out&) = delete;

  ~hand_out() {
    for (auto& [holder, promise] : asking_)
      promise.deliver(caf::make_error(fault::absent));
  }

private:
  // When an item that rests may be handed out to somebody who waits.
  std::optional<time_point> next_due() const {
    if (draining_ || asking_.empty() || resting_.empty())
      return {};
    return std::max(rest_until_, resting_.begin()->first);
  }

  void serve_at(time_point now) {
    while (!draining_ && !asking_.empty()) {
      std::pair<Key, Item> next;
      if (const auto due = next_due(); due && *due <= now) {
        next = std::move(resting_.begin()->second);
        resting_.erase(resting_.begin());
      } else if (!ready_.empty()) {
        next = std::move(ready_.front());
        ready_.pop_front();
      } else {
        return;
      }
      auto& [key, item] = next;
      auto [holder, promise] = std::move(asking_.front());
      asking_.pop_front();
      held_.insert_or_assign(key, std::make_pair(holder, item));
      promise.deliver(std::move(item));
    }
  }

  using promise_type = caf::typed_response_promise<Item>;
  std::deque<std::pair<Key, Item>> ready_;
  std::multimap<time_point, std::pair<Key, Item>> resting_;
  time_point rest_until_{};
  std::map<Key, std::pair<caf::actor_addr, Item>> held_;
  std::set<Key> known_;
  std::deque<std::pair<caf::actor_addr, promise_type>> asking_;
  std::set<caf::actor_addr> watched_;
  std::optional<time_point> alarm_; // The next wake-up under way.
  bool said_only_these_ = false;
  bool draining_ = false;
};

} // namespace racefill
