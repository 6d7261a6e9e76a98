/// Items handed out one by one to workers who ask, and taken back from the
/// dead.
#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include <caf/actor_addr.hpp>
#include <caf/actor_cast.hpp>
#include <caf/actor_control_block.hpp>
#include <caf/typed_response_promise.hpp>

#include "actors/common/guard.hpp"

namespace racefill {

/// `Key` names an item, `Item` is what travels. An item is known from add() to
/// settle(); adding a known one changes nothing, so a plan may be sent twice.
template <class Key, class Item>
class hand_out {
public:
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
    if (held_.erase(key) == 0)
      std::erase_if(ready_, [&](const auto& x) { return x.first == key; });
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
    serve();
    return promise;
  }

  /// A worker died: what it held is ready again, before everything else.
  void take_back(const caf::actor_addr& holder) {
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
    serve();
  }

  /// Hands nothing out from now on; what is out may still be settled.
  void drain() {
    draining_ = true;
  }

  /// Serves who waits with what is ready.
  void serve() {
    while (!draining_ && !asking_.empty() && !ready_.empty()) {
      auto [key, item] = std::move(ready_.front());
      ready_.pop_front();
      auto [holder, promise] = std::move(asking_.front());
      asking_.pop_front();
      held_.insert_or_assign(key, std::make_pair(holder, item));
      promise.deliver(std::move(item));
    }
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
  using promise_type = caf::typed_response_promise<Item>;
  std::deque<std::pair<Key, Item>> ready_;
  std::map<Key, std::pair<caf::actor_addr, Item>> held_;
  std::set<Key> known_;
  std::deque<std::pair<caf::actor_addr, promise_type>> asking_;
  std::set<caf::actor_addr> watched_;
  bool draining_ = false;
};

} // namespace racefill
