/// NOTIFY_LISTENER SOCKET: what systemd is to a service: prints each datagram
/// that arrives at the socket, a line each, until it is killed. `@NAME` is an
/// abstract socket.

#include <array>
#include <cstddef>
#include <cstdio>
#include <cstring>
#include <string>
#include <sys/socket.h>
#include <sys/un.h>

int main(int argc, char** argv) {
  if (argc != 2)
    return 2;
  const std::string name = argv[1];
  sockaddr_un at{};
  if (name.empty() || name.size() >= sizeof at.sun_path)
    return 2;
  at.sun_family = AF_UNIX;
  std::memcpy(at.sun_path, name.data(), name.size());
  const bool is_abstract = name[0] == '@';
  if (is_abstract)
    at.sun_path[0] = '\0';
  const auto size = offsetof(sockaddr_un, sun_path) + name.size()
                    + (is_abstract ? 0 : 1);
  const int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
  if (fd < 0
      || bind(fd, reinterpret_cast<const sockaddr*>(&at),
              static_cast<socklen_t>(size))
           != 0) {
    std::perror("notify_listener");
    return 1;
  }
  std::puts("LISTENING");
  std::fflush(stdout);
  std::array<char, 4096> text{};
  for (;;) {
    const auto count = recv(fd, text.data(), text.size(), 0);
    if (count < 0)
      return 1;
    std::printf("%.*s\n", static_cast<int>(count), text.data());
    std::fflush(stdout);
  }
}
