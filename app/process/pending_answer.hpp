/// PENDING_ANSWER: what an actor will say to a thread that must not wait.
#pragma once

#include <mutex>
#include <string>
#include <utility>

#include <caf/error.hpp>

namespace racefill {

class pending_answer {
public:
  void put(caf::error err, std::string text = {}) {
    const std::lock_guard guard{mutex_};
    is_there_ = true;
    error_ = std::move(err);
    text_ = std::move(text);
  }

  /// True once the answer is there; then `err` is its fault, none for a yes.
  bool ready(caf::error& err) const {
    const std::lock_guard guard{mutex_};
    err = error_;
    return is_there_;
  }

  std::string text() const {
    const std::lock_guard guard{mutex_};
    return text_;
  }

private:
  mutable std::mutex mutex_;
  bool is_there_ = false;
  caf::error error_;
  std::string text_;
};

} // namespace racefill
