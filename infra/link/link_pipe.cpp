#include "infra/link/link_pipe.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace racefill {
namespace {

constexpr std::size_t buffer_max = std::size_t{64} * 1024;
constexpr std::size_t piece_max = std::size_t{16} * 1024;

bool would_block() {
  return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

} // namespace

link_pipe::link_pipe(tls_ptr session, file_handle socket, std::string peer,
                     const link_limits& limits, link_clock::time_point now,
                     inner_maker make_inner)
  : session_(std::move(session)),
    socket_(std::move(socket)),
    peer_(std::move(peer)),
    limits_(limits),
    make_inner_(std::move(make_inner)),
    guard_(limits.frames),
    since_(now),
    taken_since_(now) {
  // nop
}

short link_pipe::wanted_outside() const {
  int events = 0;
  if (!is_known_ || to_inner_.size() < buffer_max)
    events |= POLLIN;
  if (wants_out_ || !to_peer_.empty())
    events |= POLLOUT;
  return static_cast<short>(events);
}

short link_pipe::wanted_inside() const {
  if (!inner_)
    return 0;
  int events = 0;
  if (!inner_ended_ && to_peer_.size() < buffer_max)
    events |= POLLIN;
  if (!to_inner_.empty())
    events |= POLLOUT;
  return static_cast<short>(events);
}

link_clock::time_point link_pipe::deadline() const {
  if (!is_known_)
    return since_ + limits_.handshake;
  auto until = since_ + limits_.idle;
  if (!to_peer_.empty())
    until = std::min(until, taken_since_ + limits_.stall);
  return until;
}

bool link_pipe::end(std::string why) {
  why_ = std::move(why);
  return false;
}

bool link_pipe::shake_hands(link_clock::time_point now) {
  wants_out_ = false;
  switch (tls_handshake(session_.get())) {
    case tls_step::wants_in:
      return true;
    case tls_step::wants_out:
      wants_out_ = true;
      return true;
    case tls_step::done:
      break;
    default:
      return end(tls_reason(session_.get()));
  }
  inner_ = file_handle{make_inner_()};
  if (!inner_)
    return end("nobody is there to talk to");
  is_known_ = true;
  since_ = now;
  taken_since_ = now;
  return true;
}

// From the peer to caf::io.
bool link_pipe::carry_in(link_clock::time_point now, bool& moved) {
  std::array<char, piece_max> piece; // NOLINT: filled by tls_read.
  if (to_inner_.size() < buffer_max) {
    std::size_t count = 0;
    switch (tls_read(session_.get(), piece.data(), piece.size(), count)) {
      case tls_step::done:
        if (!guard_.look({piece.data(), count}))
          return end("it sent a frame that nobody of ours would");
        to_inner_.append(piece.data(), count);
        moved = true;
        break;
      case tls_step::wants_in:
        break;
      case tls_step::wants_out:
        wants_out_ = true;
        break;
      case tls_step::ended:
        return end("it left");
      case tls_step::failed:
        return end(tls_reason(session_.get()));
    }
  }
  if (std::exchange(frames_seen_, guard_.frames()) != guard_.frames())
    since_ = now;
  while (!to_inner_.empty()) {
    const auto count = ::send(inner_.get(), to_inner_.data(), to_inner_.size(),
                              MSG_NOSIGNAL);
    if (count < 0)
      return would_block() || end("the service ended the link");
    to_inner_.erase(0, static_cast<std::size_t>(count));
    moved = true;
  }
  return true;
}

// From caf::io to the peer.
bool link_pipe::carry_out(link_clock::time_point now, bool& moved) {
  std::array<char, piece_max> piece; // NOLINT: filled by read.
  if (!inner_ended_ && to_peer_.size() < buffer_max) {
    const auto count = ::read(inner_.get(), piece.data(), piece.size());
    if (count == 0)
      inner_ended_ = true;
    else if (count < 0 && !would_block())
      return end("the service ended the link");
    if (count > 0) {
      // The time to take bytes runs from the first that wait.
      if (to_peer_.empty())
        taken_since_ = now;
      to_peer_.append(piece.data(), static_cast<std::size_t>(count));
      moved = true;
    }
  }
  while (!to_peer_.empty()) {
    std::size_t count = 0;
    const auto step = tls_write(session_.get(), to_peer_.data(),
                                to_peer_.size(), count);
    if (step == tls_step::wants_in || step == tls_step::wants_out)
      return true;
    if (step != tls_step::done)
      return end(tls_reason(session_.get()));
    to_peer_.erase(0, count);
    taken_since_ = now;
    moved = true;
  }
  return !inner_ended_ || end("the service ended the link");
}

bool link_pipe::step(link_clock::time_point now) {
  if (now >= deadline())
    return end(!is_known_         ? "it did not show its papers in time"
               : to_peer_.empty() ? "it says nothing"
                                  : "it takes nothing or says nothing");
  if (!is_known_ && (!shake_hands(now) || !is_known_))
    return why_.empty();
  wants_out_ = false;
  // A busy peer must not keep the others waiting.
  constexpr int rounds_max = 8;
  bool moved = true;
  for (int round = 0; moved && round < rounds_max; ++round) {
    moved = false;
    if (!carry_in(now, moved) || !carry_out(now, moved))
      return false;
  }
  return true;
}

} // namespace racefill
