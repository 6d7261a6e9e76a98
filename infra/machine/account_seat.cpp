#include "infra/machine/account_seat.hpp"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <iterator>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace racefill {
namespace {

// Nobody connects but to read who listens; more than that get no answer.
constexpr int askers_max = 64;

// FNV-1a: the same in every version of the program. Names of abstract sockets
// are there for all to read, the account's shall not be.
std::string hash_text(const std::string& text) {
  std::uint64_t hash = 14'695'981'039'346'656'037u;
  for (const char x : text)
    hash = (hash ^ static_cast<unsigned char>(x)) * 1'099'511'628'211u;
  std::string out(16, '0');
  for (auto digit = out.rbegin(); digit != out.rend(); ++digit, hash /= 16)
    *digit = "0123456789abcdef"[hash % 16];
  return out;
}

struct address {
  sockaddr_un data{};
  socklen_t size = 0;

  // A name that starts with a zero is no file: it lives as long as its socket.
  explicit address(const std::string& name) {
    data.sun_family = AF_UNIX;
    const auto length = std::min(name.size(), sizeof data.sun_path - 1);
    std::copy_n(name.begin(), length, std::begin(data.sun_path) + 1);
    size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + length);
  }

  const sockaddr* get() const {
    return reinterpret_cast<const sockaddr*>(&data);
  }
};

int open_socket() {
  return ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

// Who listens there; 0 if it cannot be known.
pid_t listener_at(const address& where) {
  const account_seat own{open_socket()}; // Closes it.
  const int fd = own.socket();
  ucred peer{};
  socklen_t size = sizeof peer;
  if (::connect(fd, where.get(), where.size) != 0
      || ::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0)
    return 0;
  return peer.pid;
}

} // namespace

account_seat::~account_seat() {
  if (socket_ >= 0)
    ::close(socket_);
}

caf::expected<account_seat> take_account_seat(const std::string& authority,
                                              const std::string& username) {
  const address name{"racefill-account-"
                     + hash_text(authority + '\n' + username)};
  account_seat seat{open_socket()};
  if (!seat)
    return seat;
  if (::bind(seat.socket(), name.get(), name.size) != 0) {
    if (errno != EADDRINUSE)
      return account_seat{};
    const auto pid = listener_at(name);
    return caf::make_error(
      fault::lease_held,
      (pid > 0 ? "process " + std::to_string(pid) : "another process")
        + " on this host asks the API with this account already, and two gates "
          "cannot keep one limit; wait for it or stop it, or leave it a share "
          "(gate.reserve)");
  }
  ::listen(seat.socket(), askers_max);
  return seat;
}

} // namespace racefill
