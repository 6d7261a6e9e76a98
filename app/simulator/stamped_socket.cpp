#include "app/simulator/stamped_socket.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <sys/socket.h>
#include <time.h>

#include <Poco/Exception.h>
#include <Poco/Net/ServerSocketImpl.h>
#include <Poco/Net/StreamSocketImpl.h>

namespace racefill::sim {
namespace {

using std::chrono::nanoseconds;
using std::chrono::seconds;

moment moment_of(const timespec& x) {
  return seconds{x.tv_sec} + nanoseconds{x.tv_nsec};
}

// The kernel stamps by the wall clock; we count by the monotonic one.
moment monotonic_of(const timespec& stamp) {
  timespec wall{};
  ::clock_gettime(CLOCK_REALTIME, &wall);
  const auto age = moment_of(wall) - moment_of(stamp);
  return monotonic_now() - std::max(age, moment{0});
}

class stamped_stream final : public Poco::Net::StreamSocketImpl {
public:
  explicit stamped_stream(poco_socket_t fd) : StreamSocketImpl(fd) {
  }

  int receiveBytes(void* buffer, int length, int flags) override {
    iovec part{buffer, static_cast<std::size_t>(length)};
    alignas(cmsghdr) char extra[256];
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = extra;
    message.msg_controllen = sizeof(extra);
    ssize_t count = -1;
    do
      count = ::recvmsg(sockfd(), &message, flags);
    while (count < 0 && errno == EINTR);
    if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
      throw Poco::TimeoutException(errno);
    if (count < 0)
      error(errno);
    note(message);
    return static_cast<int>(count);
  }

  std::optional<moment> last;

private:
  ~stamped_stream() override = default;

  void note(msghdr& message) {
    last.reset();
    for (auto* x = CMSG_FIRSTHDR(&message); x != nullptr;
         x = CMSG_NXTHDR(&message, x)) {
      if (x->cmsg_level != SOL_SOCKET || x->cmsg_type != SO_TIMESTAMPNS)
        continue;
      timespec stamp{};
      std::memcpy(&stamp, CMSG_DATA(x), sizeof(stamp));
      last = monotonic_of(stamp);
    }
  }
};

class stamped_listener final : public Poco::Net::ServerSocketImpl {
public:
  Poco::Net::SocketImpl*
  acceptConnection(Poco::Net::SocketAddress& client) override {
    sockaddr_storage peer{};
    socklen_t size = sizeof(peer);
    int fd = -1;
    do
      fd = ::accept4(sockfd(), reinterpret_cast<sockaddr*>(&peer), &size,
                     SOCK_CLOEXEC);
    while (fd < 0 && errno == EINTR);
    if (fd < 0)
      error(errno);
    client = {reinterpret_cast<const sockaddr*>(&peer), size};
    return new stamped_stream(fd); // Poco counts the references.
  }

private:
  ~stamped_listener() override = default;
};

} // namespace

stamped_server_socket::stamped_server_socket()
  : ServerSocket(new stamped_listener, true) {
}

void stamped_server_socket::stamp_arrivals() {
  // Connections inherit it, so that nothing arrives unstamped before accept.
  const int on = 1;
  impl()->setRawOption(SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof(on));
}

std::optional<moment> received_at(const Poco::Net::StreamSocket& connection) {
  const auto* stream = dynamic_cast<const stamped_stream*>(connection.impl());
  return stream == nullptr ? std::nullopt : stream->last;
}

} // namespace racefill::sim
