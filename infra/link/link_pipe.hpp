/// LINK_PIPE: carries bytes between one TLS peer and caf::io, both bounded.
///
/// One thread serves many pipes by poll(): wanted() says what to wait for,
/// step() does what can be done. Nothing blocks, and no buffer grows: who does
/// not read is not read from.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

#include "infra/files/durable_file.hpp"
#include "infra/link/frame_guard.hpp"
#include "infra/link/link_tls.hpp"

namespace racefill {

using link_clock = std::chrono::steady_clock;

struct link_limits {
  std::chrono::milliseconds handshake{5'000}; ///< From accept to known peer.
  std::chrono::milliseconds idle{30'000};  ///< Without a whole frame of a peer.
  std::chrono::milliseconds stall{15'000}; ///< Without a peer taking bytes.
  frame_rules frames;                      ///< What a peer may send.
};

class link_pipe {
public:
  /// Gives the inner end once the peer is known; -1 when there is none.
  using inner_maker = std::function<int()>;

  link_pipe(tls_ptr session, file_handle socket, std::string peer,
            const link_limits& limits, link_clock::time_point now,
            inner_maker make_inner);

  /// What to poll for; 0 for nothing.
  short wanted_outside() const;
  short wanted_inside() const;

  int outside() const noexcept {
    return socket_.get();
  }

  int inside() const noexcept {
    return inner_.get();
  }

  /// Does what can be done. False when the pipe is over; why() tells.
  bool step(link_clock::time_point now);

  /// When step() must be called even if nothing happens.
  link_clock::time_point deadline() const;

  bool is_known() const noexcept {
    return is_known_;
  }

  const std::string& peer() const noexcept {
    return peer_;
  }

  const std::string& why() const noexcept {
    return why_;
  }

private:
  bool shake_hands(link_clock::time_point now);
  bool carry_in(link_clock::time_point now, bool& moved);
  bool carry_out(link_clock::time_point now, bool& moved);
  bool end(std::string why);

  tls_ptr session_;
  file_handle socket_;
  file_handle inner_;
  std::string peer_;
  link_limits limits_;
  inner_maker make_inner_;
  frame_guard guard_;
  std::string to_inner_;   ///< Deciphered, not yet written.
  std::string to_peer_;    ///< Not yet enciphered.
  bool wants_out_ = false; ///< TLS itself waits for room.
  bool is_known_ = false;
  bool inner_ended_ = false;
  std::uint64_t frames_seen_ = 0;
  link_clock::time_point since_;       ///< Of the accept, then of a frame.
  link_clock::time_point taken_since_; ///< When the peer last took bytes.
  std::string why_;
};

} // namespace racefill
