/// FRAME_GUARD: keeps frames that nobody of ours would send from caf::io.
///
/// CAF 0.17 takes the length in a frame's head for granted and reserves that
/// much: eighteen bogus heads make it take two gigabytes. So a link reads the
/// heads as they pass (BASP, 32 bytes, big endian) and cuts who lies.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace racefill {

/// What a peer may send.
struct frame_rules {
  std::uint32_t payload_max = 64 * 1024; ///< Bytes in a frame.
  /// The kinds of BASP, a bit each. A viewer's: its handshake, direct messages
  /// and the watching of actors; never routed ones, which would reach other
  /// viewers through the service.
  std::uint32_t kinds = 0b1110110;
};

class frame_guard {
public:
  static constexpr std::size_t head_size = 32;

  explicit frame_guard(frame_rules rules) : rules_(rules) {
  }

  /// Looks at the next bytes of the stream; false from the first bad head on.
  /// The bytes must then not be passed on.
  bool look(std::string_view bytes);

  /// Whole frames seen so far.
  std::uint64_t frames() const noexcept {
    return frames_;
  }

private:
  bool take_head();

  frame_rules rules_;
  std::uint32_t payload_left_ = 0;
  std::string head_; ///< What is known of the next one.
  std::uint64_t frames_ = 0;
  bool is_bad_ = false;
};

} // namespace racefill
