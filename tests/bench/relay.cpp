/// RELAY: ends TCP in front of a server, as a CDN's edge does, and keeps each
/// request back for a while of its own. The sender's kernel has then seen its
/// bytes acknowledged long before the server sees them.
///
/// relay PORT_FILE SERVER_PORT DELAY_MAX_MS SEED, both ends on 127.0.0.1.
/// Serves until it is ended.
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <thread>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

sockaddr_in local(int port) {
  sockaddr_in x{};
  x.sin_family = AF_INET;
  x.sin_port = htons(static_cast<std::uint16_t>(port));
  x.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return x;
}

sockaddr* raw(sockaddr_in& x) {
  return reinterpret_cast<sockaddr*>(&x);
}

void send_at_once(int fd) {
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
}

// Moves what has arrived; false at the end of the stream.
bool move_bytes(int from, int to) {
  char piece[65536];
  const auto count = ::recv(from, piece, sizeof(piece), 0);
  if (count <= 0)
    return false;
  for (ssize_t done = 0; done < count;) {
    const auto sent = ::send(
      to, piece + done, static_cast<std::size_t>(count - done), MSG_NOSIGNAL);
    if (sent <= 0)
      return false;
    done += sent;
  }
  return true;
}

// A request is one small write of the client, so what arrives at once is kept
// back as a whole.
void serve(int client, int server_port, std::chrono::microseconds delay_max,
           std::uint64_t seed) {
  std::mt19937_64 random{seed};
  std::uniform_int_distribution<std::int64_t> delay{0, delay_max.count()};
  const int server = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  auto address = local(server_port);
  if (::connect(server, raw(address), sizeof(address)) == 0) {
    send_at_once(client);
    send_at_once(server);
    for (;;) {
      pollfd ends[] = {{client, POLLIN, 0}, {server, POLLIN, 0}};
      if (::poll(ends, 2, -1) < 0 && errno != EINTR)
        break;
      if (ends[1].revents != 0 && !move_bytes(server, client))
        break;
      if (ends[0].revents == 0)
        continue;
      std::this_thread::sleep_for(std::chrono::microseconds(delay(random)));
      if (!move_bytes(client, server))
        break;
    }
  }
  ::close(client);
  ::close(server);
}

} // namespace

int main(int argc, char** argv) {
  if (argc != 5) {
    std::fputs("relay PORT_FILE SERVER_PORT DELAY_MAX_MS SEED\n", stderr);
    return 2;
  }
  std::signal(SIGPIPE, SIG_IGN);
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  auto address = local(0);
  socklen_t size = sizeof(address);
  if (::bind(listener, raw(address), size) != 0 || ::listen(listener, 64) != 0
      || ::getsockname(listener, raw(address), &size) != 0) {
    std::perror("relay: cannot listen");
    return 1;
  }
  if (auto* file = std::fopen(argv[1], "w")) {
    std::fprintf(file, "%d\n", ntohs(address.sin_port));
    std::fclose(file);
  }
  const std::chrono::milliseconds delay_max{std::atoi(argv[3])};
  auto seed = std::strtoull(argv[4], nullptr, 10);
  for (;;) {
    const int client = ::accept(listener, nullptr, nullptr);
    if (client >= 0)
      std::thread(serve, client, std::atoi(argv[2]), delay_max, ++seed)
        .detach();
  }
}
