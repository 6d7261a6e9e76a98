/// CONNECTION_BOOK: which connections are open, and until when each may take.
#pragma once

#include <chrono>
#include <map>
#include <mutex>

#include <Poco/Net/SocketImpl.h>
#include <Poco/Net/StreamSocket.h>
#include <Poco/Net/TCPServer.h>

namespace racefill {

/// Poco bounds each read and write, but not a whole exchange: a peer that drips
/// a byte now and then would hold a thread for hours. So each connection has a
/// moment by which it must be through with what it does; those beyond are cut.
class connection_book : public Poco::Net::TCPServerConnectionFilter {
public:
  using clock = std::chrono::steady_clock;

  /// Room for `connections_max` at once; from the start each has `head_within`
  /// to bring a whole request.
  connection_book(std::size_t connections_max, clock::duration head_within);

  /// Poco asks for each new connection; false closes it.
  bool accept(const Poco::Net::StreamSocket& socket) override;

  /// Must be through by then.
  void expect(const Poco::Net::StreamSocket& socket, clock::time_point by);

  /// It waits by right, as an event stream does between two events.
  void leave_alone(const Poco::Net::StreamSocket& socket);

  void forget(const Poco::Net::StreamSocket& socket);

  /// Cuts those that are late and drops those that only the book still holds.
  void sweep(clock::time_point now);

  std::size_t open() const;

private:
  struct entry {
    Poco::Net::StreamSocket socket;
    clock::time_point by;
  };

  const std::size_t connections_max_;
  const clock::duration head_within_;
  mutable std::mutex mutex_;
  std::map<const Poco::Net::SocketImpl*, entry> entries_;
};

} // namespace racefill
