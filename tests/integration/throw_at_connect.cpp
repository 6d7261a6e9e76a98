// THROW_AT_CONNECT: preloaded into racefill, it makes every connection to port
// THROW_AT_PORT a bug: an exception where none is expected. So the tests can
// watch a child of the real program die again and again.
#include <arpa/inet.h>
#include <dlfcn.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdlib>
#include <stdexcept>

extern "C" int connect(int fd, const sockaddr* address, socklen_t size) {
  using function = int (*)(int, const sockaddr*, socklen_t);
  static const auto real
    = reinterpret_cast<function>(dlsym(RTLD_NEXT, "connect"));
  const char* port = std::getenv("THROW_AT_PORT");
  if (port != nullptr && address != nullptr && address->sa_family == AF_INET
      && ntohs(reinterpret_cast<const sockaddr_in*>(address)->sin_port)
           == std::atoi(port))
    throw std::runtime_error("a bug of the test's own making");
  return real(fd, address, size);
}
