/// What every supervised actor installs first, and promises that cannot hang.
#pragma once

#include <deque>
#include <exception>
#include <string>
#include <utility>

#include <caf/error.hpp>
#include <caf/sec.hpp>
#include <caf/typed_response_promise.hpp>

#include "messages/faults.hpp"

namespace racefill {

/// Lets what() of an exception reach the SUPERVISOR, and survives stray errors:
/// CAF's defaults swallow the text of the one and die of the other.
template <class Self>
void guard(Self self) {
  self->set_exception_handler([](std::exception_ptr& thrown) -> caf::error {
    try {
      std::rethrow_exception(thrown);
    } catch (const std::exception& e) {
      return caf::make_error(caf::sec::runtime_error, std::string(e.what()));
    } catch (...) {
      return caf::make_error(caf::sec::runtime_error,
                             std::string("unknown exception"));
    }
  });
  self->set_error_handler([](caf::error&) {
    // A stray error message is nobody's request of ours: nothing to mend.
  });
}

/// Promises that wait, oldest first. An actor that dies leaves none without an
/// answer: CAF 0.17 would let the callers wait for good.
template <class... Ts>
class parked_promises {
public:
  using promise = caf::typed_response_promise<Ts...>;

  parked_promises() = default;
  parked_promises(const parked_promises&) = delete;
  parked_promises& operator=(const parked_promises&) = delete;

  ~parked_promises() {
    fail_all(caf::make_error(fault::absent));
  }

  void push(promise x) {
    waiting_.push_back(std::move(x));
  }

  bool empty() const noexcept {
    return waiting_.empty();
  }

  std::size_t size() const noexcept {
    return waiting_.size();
  }

  /// The one that waits longest; call only when not empty().
  promise pop() {
    auto first = std::move(waiting_.front());
    waiting_.pop_front();
    return first;
  }

  void fail_all(const caf::error& reason) {
    auto all = std::exchange(waiting_, {});
    for (auto& each : all)
      each.deliver(reason);
  }

private:
  std::deque<promise> waiting_;
};

/// One promise with the same guarantee, for a piece of work held elsewhere.
template <class... Ts>
class held_promise {
public:
  using promise = caf::typed_response_promise<Ts...>;

  explicit held_promise(promise x) : promise_(std::move(x)) {
    // nop
  }
  held_promise(const held_promise&) = delete;
  held_promise& operator=(const held_promise&) = delete;

  ~held_promise() {
    if (!answered_)
      promise_.deliver(caf::make_error(fault::absent));
  }

  template <class... Us>
  void deliver(Us&&... xs) {
    if (std::exchange(answered_, true))
      return;
    promise_.deliver(std::forward<Us>(xs)...);
  }

private:
  promise promise_;
  bool answered_ = false;
};

} // namespace racefill
