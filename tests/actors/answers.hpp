/// How a stand-in answers: from a script of errors, or held back for a while.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <caf/typed_event_based_actor.hpp>

#include "tests/actor_fixture.hpp"
#include "tests/fake_store.hpp"

namespace racefill::test {

/// Prepares an actor for a promise of its that the test delivers: outside a
/// handler its execution unit is gone.
inline void prepare(caf::scheduled_actor* owner) {
  if (owner != nullptr)
    owner->context(nullptr);
}

/// How a neighbour answers one kind of request: from the script of errors
/// first, then with what `make` gives, or not before release() while `hold`.
template <class T>
class answers {
public:
  bool hold = false;
  fault_script faults;

  std::size_t held() const noexcept {
    return held_.size();
  }

  template <class Self>
  caf::result<T> answer(Self self, T value) {
    if (const auto x = faults.take(); x != fault::none)
      return caf::make_error(x);
    if (!hold)
      return value;
    owner_ = self;
    auto promise = self->template make_response_promise<T>();
    held_.emplace_back(promise, std::move(value));
    return promise;
  }

  /// Answers the one that was held first.
  void release() {
    prepare(owner_);
    auto [promise, value] = std::move(held_.front());
    held_.pop_front();
    promise.deliver(std::move(value));
  }

  /// Fails the one that was held first.
  void refuse(fault why) {
    prepare(owner_);
    auto promise = std::move(held_.front().first);
    held_.pop_front();
    promise.deliver(caf::make_error(why));
  }

private:
  std::deque<std::pair<caf::typed_response_promise<T>, T>> held_;
  caf::scheduled_actor* owner_ = nullptr;
};

/// What became of one request of the test's.
template <class T>
struct outcome {
  int answers = 0;
  T value{};
  fault refusal = fault::none;

  bool ok() const {
    return answers == 1 && refusal == fault::none;
  }
};

} // namespace racefill::test
