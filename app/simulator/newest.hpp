/// NEWEST: which of many values an entity ends up with.
#pragma once

#include <string>

#include "messages/date.hpp"

namespace racefill::sim {

/// The value of the newest day; on the same day the larger text.
class newest {
public:
  void offer(const std::string& value, date when) {
    if (value.empty())
      return;
    if (value_.empty() || when > when_ || (when == when_ && value > value_)) {
      value_ = value;
      when_ = when;
    }
  }
  const std::string& value() const {
    return value_;
  }

private:
  std::string value_;
  date when_;
};

/// As newest, but what `forever` says is never taken back.
class newest_but {
public:
  explicit newest_but(const char* forever) : forever_(forever) {
  }
  void offer(const std::string& value, date when) {
    settled_ = settled_ || value == forever_;
    newest_.offer(value, when);
  }
  std::string value() const {
    return settled_ ? forever_ : newest_.value();
  }

private:
  std::string forever_;
  newest newest_;
  bool settled_ = false;
};

} // namespace racefill::sim
