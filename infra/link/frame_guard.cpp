#include "infra/link/frame_guard.hpp"

#include <algorithm>

namespace racefill {
namespace {

// Of a head: the kind at 0, the payload's length at 4.
constexpr std::size_t length_at = 4;

} // namespace

bool frame_guard::take_head() {
  const auto byte = [this](std::size_t at) {
    return static_cast<std::uint32_t>(static_cast<unsigned char>(head_[at]));
  };
  const auto length = byte(length_at) << 24 | byte(length_at + 1) << 16
                      | byte(length_at + 2) << 8 | byte(length_at + 3);
  const auto kind = byte(0);
  if (kind > 31 || (rules_.kinds >> kind & 1u) == 0
      || length > rules_.payload_max) {
    is_bad_ = true;
    return false;
  }
  payload_left_ = length;
  head_.clear();
  if (payload_left_ == 0)
    ++frames_;
  return true;
}

bool frame_guard::look(std::string_view bytes) {
  while (!is_bad_ && !bytes.empty()) {
    if (payload_left_ > 0) {
      const auto count = std::min<std::size_t>(payload_left_, bytes.size());
      payload_left_ -= static_cast<std::uint32_t>(count);
      bytes.remove_prefix(count);
      if (payload_left_ == 0)
        ++frames_;
      continue;
    }
    const auto count = std::min(head_size - head_.size(), bytes.size());
    head_.append(bytes.substr(0, count));
    bytes.remove_prefix(count);
    if (head_.size() == head_size && !take_head())
      return false;
  }
  return !is_bad_;
}

} // namespace racefill
