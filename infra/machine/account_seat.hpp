/// ACCOUNT_SEAT: on one host only one gate at a time asks for an account.
#pragma once

#include <string>
#include <utility>

#include <caf/expected.hpp>

#include "messages/faults.hpp"

namespace racefill {

/// The right to ask the API with an account. The lease guards a database; two
/// databases filled with one account would each have a gate that keeps the
/// limit alone. The kernel takes it back when the process ends, however it
/// ends.
class account_seat {
public:
  account_seat() = default;
  explicit account_seat(int socket) : socket_(socket) {
  }
  account_seat(account_seat&& other) noexcept
    : socket_(std::exchange(other.socket_, -1)) {
  }
  account_seat& operator=(account_seat&& other) noexcept {
    std::swap(socket_, other.socket_);
    return *this;
  }
  ~account_seat();

  /// False: it guards nothing.
  explicit operator bool() const noexcept {
    return socket_ >= 0;
  }

  /// -1: none.
  int socket() const noexcept {
    return socket_;
  }

private:
  int socket_ = -1;
};

/// Takes the seat of `username` at the server `authority` (`host:port`), for
/// all users of this host; other hosts and containers have their own. Guards
/// nothing where the kernel has no abstract sockets for us. Faults: lease_held,
/// naming the process that has it.
caf::expected<account_seat> take_account_seat(const std::string& authority,
                                              const std::string& username);

} // namespace racefill
