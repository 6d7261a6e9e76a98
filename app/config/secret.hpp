/// SECRET: a password that does not print itself.
#pragma once

#include <ostream>
#include <string>
#include <utility>

namespace racefill {

/// Holds a password. Printing it gives `***`; only reveal() gives the text, and
/// its callers can be found by that name. The memory is wiped at the end.
class secret {
public:
  secret() = default;
  explicit secret(std::string text) : text_(std::move(text)) {
  }
  secret(const secret&) = default;
  secret& operator=(const secret&) = default;
  secret(secret&&) = default;
  secret& operator=(secret&&) = default;

  ~secret() {
    volatile char* p = text_.data();
    for (std::size_t i = 0; i < text_.size(); ++i)
      p[i] = '\0';
  }

  /// The password itself; never log it, never put it into an error.
  const std::string& reveal() const noexcept {
    return text_;
  }

  bool empty() const noexcept {
    return text_.empty();
  }

private:
  std::string text_;
};

inline std::string to_string(const secret& x) {
  return x.empty() ? "" : "***";
}

inline std::ostream& operator<<(std::ostream& out, const secret& x) {
  return out << to_string(x);
}

} // namespace racefill
