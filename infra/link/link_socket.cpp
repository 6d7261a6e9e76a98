#include "infra/link/link_socket.hpp"

#include <array>
#include <cerrno>
#include <memory>
#include <system_error>

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "messages/faults.hpp"

namespace racefill {
namespace {

struct free_addresses {
  void operator()(addrinfo* x) const noexcept {
    freeaddrinfo(x);
  }
};
using addresses = std::unique_ptr<addrinfo, free_addresses>;

addresses resolve(const std::string& host, std::uint16_t port, int flags,
                  std::string& why) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = flags | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int code = getaddrinfo(host.c_str(), std::to_string(port).c_str(),
                               &hints, &found);
  if (code != 0)
    why = gai_strerror(code);
  return addresses{found};
}

std::string reason() {
  return std::generic_category().message(errno);
}

file_handle open_socket(const addrinfo& at) {
  return file_handle{::socket(at.ai_family,
                              at.ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC,
                              at.ai_protocol)};
}

std::uint16_t port_of(int socket) {
  sockaddr_storage own{};
  socklen_t size = sizeof(own);
  if (::getsockname(socket, reinterpret_cast<sockaddr*>(&own), &size) != 0)
    return 0;
  return ntohs(own.ss_family == AF_INET6
                 ? reinterpret_cast<sockaddr_in6&>(own).sin6_port
                 : reinterpret_cast<sockaddr_in&>(own).sin_port);
}

bool wait_connected(int socket, std::chrono::milliseconds limit) {
  pollfd waiting{socket, POLLOUT, 0};
  if (::poll(&waiting, 1, static_cast<int>(limit.count())) != 1) {
    errno = ETIMEDOUT;
    return false;
  }
  int code = 0;
  socklen_t size = sizeof(code);
  ::getsockopt(socket, SOL_SOCKET, SO_ERROR, &code, &size);
  errno = code;
  return code == 0;
}

} // namespace

caf::expected<std::pair<file_handle, std::uint16_t>>
listen_on(const std::string& host, std::uint16_t port) {
  std::string why;
  const auto found = resolve(host, port, AI_PASSIVE, why);
  for (auto* at = found.get(); at != nullptr; at = at->ai_next) {
    auto socket = open_socket(*at);
    const int yes = 1;
    ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
    if (socket && ::bind(socket.get(), at->ai_addr, at->ai_addrlen) == 0
        && ::listen(socket.get(), 128) == 0) {
      const auto real = port_of(socket.get());
      return std::make_pair(std::move(socket), real);
    }
    why = reason();
  }
  return caf::make_error(fault::bad_settings,
                         "the remote monitor cannot listen on " + host + ":"
                           + std::to_string(port) + " (monitor.host, "
                           + "monitor.port): " + why);
}

caf::expected<file_handle> connect_to(const std::string& host,
                                      std::uint16_t port,
                                      std::chrono::milliseconds limit) {
  std::string why;
  const auto found = resolve(host, port, 0, why);
  for (auto* at = found.get(); at != nullptr; at = at->ai_next) {
    auto socket = open_socket(*at);
    if (socket
        && (::connect(socket.get(), at->ai_addr, at->ai_addrlen) == 0
            || (errno == EINPROGRESS && wait_connected(socket.get(), limit)))) {
      tune_socket(socket.get());
      return socket;
    }
    why = reason();
  }
  return caf::make_error(fault::unreachable, "no service answers at " + host
                                               + ":" + std::to_string(port)
                                               + ": " + why);
}

std::string peer_text(const sockaddr_storage& address) {
  std::array<char, NI_MAXHOST> host{};
  std::array<char, NI_MAXSERV> port{};
  if (getnameinfo(reinterpret_cast<const sockaddr*>(&address), sizeof(address),
                  host.data(), host.size(), port.data(), port.size(),
                  NI_NUMERICHOST | NI_NUMERICSERV)
      != 0)
    return "an unknown address";
  return std::string(host.data()) + ":" + port.data();
}

void tune_socket(int socket) {
  const int yes = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
  ::setsockopt(socket, SOL_SOCKET, SO_KEEPALIVE, &yes, sizeof(yes));
}

std::pair<file_handle, file_handle> make_socket_pair() {
  std::array<int, 2> ends{-1, -1};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0,
                   ends.data())
      != 0)
    return {};
  return {file_handle{ends[0]}, file_handle{ends[1]}};
}

} // namespace racefill
