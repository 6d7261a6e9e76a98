/// HTTP_TRANSPORT: one connection to the API, as an actor may hold it.
#pragma once

#include <caf/expected.hpp>

#include "messages/calls.hpp"

namespace racefill {

/// Hears what happens to a request on its connection, on the thread of
/// http_transport::exchange(). Each call comes at most once an exchange, in
/// this order; the time of the call is the time of the event.
class exchange_events {
public:
  virtual ~exchange_events() = default;

  /// The next instruction hands the request's first byte to the kernel.
  virtual void on_sent() = 0;

  /// The peer's kernel has acknowledged every byte of the request. May be left
  /// out where the platform does not tell.
  virtual void on_acknowledged() = 0;

  /// The response's head has arrived: the server has seen the request.
  virtual void on_replied() = 0;

  /// The request can no longer reach the server: its response is read whole,
  /// or its connection is closed and no byte of it is left in the kernel.
  virtual void on_closed() = 0;
};

/// A keep-alive connection that makes one exchange at a time. Not thread-safe.
class http_transport {
public:
  virtual ~http_transport() = default;

  /// Sends `request` and reads the whole response, any status, within the
  /// request's deadline (the total, connect and dripping included). Never
  /// repeats a request that may have reached the server. Whatever the outcome,
  /// on_closed() has been called at return if on_sent() was.
  /// Faults: unreachable, timed_out, broken_body, tls_refused.
  virtual caf::expected<api_reply>
  exchange(const api_request& request, exchange_events& events) = 0;

  /// Closes the connection; the next exchange opens a new one.
  virtual void close() = 0;
};

} // namespace racefill
