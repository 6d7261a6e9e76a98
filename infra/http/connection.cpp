#include "infra/http/connection.hpp"

#include <array>
#include <cerrno>
#include <system_error>

#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace racefill {
namespace {

std::string text_of(int error_no) {
  return std::generic_category().message(error_no);
}

void set_option(int fd, int level, int name, int value) {
  ::setsockopt(fd, level, name, &value, sizeof(value));
}

// Sleeps until `fd` can do one of `events` or until `until`.
void wait_for(int fd, short events, connection::clock::time_point until) {
  const auto left = std::chrono::duration_cast<std::chrono::nanoseconds>(
    until - connection::clock::now());
  if (left.count() <= 0)
    return;
  const auto second = std::int64_t{1'000'000'000};
  timespec limit{};
  limit.tv_sec = static_cast<time_t>(left.count() / second);
  limit.tv_nsec = static_cast<long>(left.count() % second);
  pollfd entry{fd, events, 0};
  ::ppoll(&entry, 1, &limit, nullptr);
}

bool has_passed(connection::clock::time_point deadline) {
  return connection::clock::now() >= deadline;
}

caf::error no_answer(const std::string& peer) {
  return caf::make_error(fault::timed_out, "no answer from " + peer
                                             + " to the attempt to connect");
}

} // namespace

connection::~connection() {
  close();
}

void connection::close() noexcept {
  if (fd_ >= 0)
    ::close(fd_);
  fd_ = -1;
  tls_.reset();
  unsent_.clear();
}

caf::error connection::open(const base_url& url, const tls_context* tls,
                            clock::time_point deadline) {
  close();
  failure_.clear();
  auto addresses = resolver_.resolve(url.host, url.port, deadline);
  if (!addresses)
    return std::move(addresses.error());
  const auto peer = authority(url);
  caf::error err;
  auto untried = static_cast<long>(addresses->size());
  for (const auto& address : *addresses) {
    // A silent address may have its share of the time, not that of the others.
    const auto now = clock::now();
    err = connect_to(address, peer, now + (deadline - now) / untried--);
    if (!err)
      break;
    close();
    if (has_passed(deadline))
      break;
  }
  if (err || tls == nullptr)
    return err;
  tls_.emplace(*tls, url.host);
  err = shake_hands(peer, deadline);
  if (err)
    close();
  return err;
}

caf::error connection::connect_to(const socket_address& address,
                                  const std::string& peer,
                                  clock::time_point deadline) {
  auto refused = [&peer](int error_no) {
    return caf::make_error(fault::unreachable, "cannot connect to " + peer
                                                 + ": " + text_of(error_no));
  };
  fd_ = ::socket(address.storage.ss_family,
                 SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd_ < 0)
    return refused(errno);
  // A request is one small write, and its acknowledgement is our clock.
  set_option(fd_, IPPROTO_TCP, TCP_NODELAY, 1);
  // Closing throws unsent bytes away instead of sending them later, also when
  // the kernel closes for a process that was killed.
  const linger at_once{1, 0};
  ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
  const auto* name = reinterpret_cast<const sockaddr*>(&address.storage);
  if (::connect(fd_, name, address.size) == 0)
    return caf::none;
  if (errno != EINPROGRESS)
    return refused(errno);
  for (;;) {
    wait_for(fd_, POLLOUT, deadline);
    pollfd entry{fd_, POLLOUT, 0};
    if (::poll(&entry, 1, 0) > 0)
      break;
    if (has_passed(deadline))
      return no_answer(peer);
  }
  int outcome = 0;
  socklen_t size = sizeof(outcome);
  if (::getsockopt(fd_, SOL_SOCKET, SO_ERROR, &outcome, &size) != 0)
    return refused(errno);
  return outcome == 0 ? caf::error{} : refused(outcome);
}

caf::error connection::shake_hands(const std::string& peer,
                                   clock::time_point deadline) {
  for (;;) {
    const auto state = tls_->shake_hands();
    unsent_ += tls_->take(); // An alert, when it broke.
    const auto sent = flush();
    if (state == stream_state::broken)
      return tls_->handshake_error(peer);
    if (sent == stream_state::broken)
      return caf::make_error(fault::unreachable,
                             "no TLS with " + peer + ": " + failure_);
    if (state == stream_state::ready && sent == stream_state::ready)
      return caf::none;
    if (has_passed(deadline))
      return caf::make_error(fault::timed_out,
                             "no end of the TLS handshake with " + peer);
    wait(deadline);
    std::string wire;
    const auto got = receive_wire(wire);
    tls_->feed(wire);
    if (got == stream_state::broken || got == stream_state::ended)
      return caf::make_error(fault::unreachable,
                             "no TLS with " + peer + ": "
                               + (got == stream_state::ended
                                    ? "the server closed the connection"
                                    : failure_));
  }
}

bool connection::is_idle() {
  if (!is_open())
    return false;
  std::string unasked;
  return receive(unasked) == stream_state::wait
         && flush() == stream_state::ready;
}

bool connection::queue(std::string_view plain) {
  if (!tls_) {
    unsent_ += plain;
    return true;
  }
  if (!tls_->write(plain)) {
    failure_ = "the TLS session broke";
    return false;
  }
  unsent_ += tls_->take();
  return true;
}

stream_state connection::flush() {
  while (!unsent_.empty()) {
    const auto count = ::send(fd_, unsent_.data(), unsent_.size(),
                              MSG_NOSIGNAL);
    if (count >= 0) {
      unsent_.erase(0, static_cast<std::size_t>(count));
      continue;
    }
    if (errno == EINTR)
      continue;
    if (errno == EAGAIN || errno == EWOULDBLOCK)
      return stream_state::wait;
    return fail(errno);
  }
  return stream_state::ready;
}

stream_state connection::receive_wire(std::string& wire) {
  std::array<char, 65536> piece; // NOLINT: filled by recv.
  for (;;) {
    const auto count = ::recv(fd_, piece.data(), piece.size(), 0);
    if (count > 0) {
      wire.append(piece.data(), static_cast<std::size_t>(count));
      return stream_state::ready;
    }
    if (count == 0)
      return stream_state::ended;
    if (errno == EINTR)
      continue;
    if (errno == EAGAIN || errno == EWOULDBLOCK)
      return stream_state::wait;
    return fail(errno);
  }
}

stream_state connection::receive(std::string& plain) {
  if (!tls_)
    return receive_wire(plain);
  std::string wire;
  const auto got = receive_wire(wire);
  tls_->feed(wire);
  const auto state = tls_->read(plain);
  unsent_ += tls_->take(); // An answer to a change of keys.
  if (state == stream_state::broken)
    failure_ = "the TLS stream is damaged";
  if (state != stream_state::wait || got == stream_state::ready)
    return state;
  if (got == stream_state::ended) {
    failure_ = "the TLS stream was cut off";
    return stream_state::broken;
  }
  return got;
}

bool connection::acknowledged() const noexcept {
  int left = 0;
  return unsent_.empty() && ::ioctl(fd_, SIOCOUTQ, &left) == 0 && left == 0;
}

void connection::wait(clock::time_point until) const {
  const auto events = static_cast<short>(unsent_.empty() ? POLLIN
                                                         : POLLIN | POLLOUT);
  wait_for(fd_, events, until);
}

stream_state connection::fail(int error_no) {
  failure_ = text_of(error_no);
  return stream_state::broken;
}

} // namespace racefill
