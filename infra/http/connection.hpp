/// CONNECTION: one non-blocking TCP or TLS stream and the waits on it.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include <caf/error.hpp>

#include "infra/http/base_url.hpp"
#include "infra/http/resolver.hpp"
#include "infra/http/tls_session.hpp"

namespace racefill {

/// No call blocks but open() and wait(), and these only until a given instant.
/// Bytes not yet sent at close() are thrown away, by the kernel too. Not
/// thread-safe.
class connection {
public:
  using clock = std::chrono::steady_clock;

  connection() = default;
  connection(const connection&) = delete;
  connection& operator=(const connection&) = delete;
  ~connection();

  /// Connects to the first address of `url` that answers, and shakes hands when
  /// `tls` is given, both until `deadline`.
  /// Faults: unreachable, timed_out, tls_refused.
  caf::error open(const base_url& url, const tls_context* tls,
                  clock::time_point deadline);

  void close() noexcept;

  bool is_open() const noexcept {
    return fd_ >= 0;
  }

  /// Tells whether a new request may go out: the peer has neither closed the
  /// stream nor said anything unasked.
  bool is_idle();

  /// Takes bytes to be sent by flush().
  bool queue(std::string_view plain);

  /// Hands queued bytes to the kernel: ready when none is left.
  stream_state flush();

  /// Appends what has arrived to `plain`. `ended` without TLS is the peer's
  /// FIN; a TLS stream without its proper end is `broken`.
  stream_state receive(std::string& plain);

  /// The peer's kernel has acknowledged every byte handed to ours.
  bool acknowledged() const noexcept;

  /// Sleeps until bytes arrive, `until`, or, with unsent bytes, until there is
  /// room for them.
  void wait(clock::time_point until) const;

  /// Why the stream broke, for a person.
  const std::string& failure() const noexcept {
    return failure_;
  }

private:
  caf::error connect_to(const socket_address& address, const std::string& peer,
                        clock::time_point deadline);
  caf::error shake_hands(const std::string& peer, clock::time_point deadline);
  stream_state receive_wire(std::string& wire);
  stream_state fail(int error_no);

  int fd_ = -1;
  std::optional<tls_session> tls_;
  std::string unsent_;
  std::string failure_;
  resolver resolver_;
};

} // namespace racefill
