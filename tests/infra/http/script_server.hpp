/// A server on the loopback that says exactly what a test tells it to.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "infra/http/transport.hpp"

struct ssl_ctx_st;
struct ssl_st;

namespace racefill::test {

/// The server's side of one connection.
class server_peer {
public:
  server_peer(int fd, ssl_ctx_st* tls, const std::atomic<bool>& stopping);
  server_peer(const server_peer&) = delete;
  server_peer& operator=(const server_peer&) = delete;
  ~server_peer();

  /// The next request's head; "" when the client has gone.
  std::string read_request();

  void send(std::string_view bytes);

  /// Sends byte by byte with a pause between, until the client has gone.
  void drip(std::string_view bytes, std::chrono::milliseconds pause);

  /// Waits until the client has gone; true when it went with RST.
  bool hang();

  /// Ends the stream in order.
  void close();

  /// Ends the stream of TCP, but not that of TLS.
  void cut();

  /// Ends the connection with RST.
  void reset();

  /// The TLS handshake came to its end; true without TLS.
  bool is_up() const {
    return up_;
  }

private:
  bool wait_readable() const;
  int read_some(char* buffer, int size);

  int fd_;
  ssl_st* tls_ = nullptr;
  bool up_ = true;
  const std::atomic<bool>& stopping_;
};

/// Serves one connection after the other with `serve`, on its own thread.
class script_server {
public:
  /// Gets the connection and its number, from 0.
  using script = std::function<void(server_peer&, int)>;

  explicit script_server(script serve, ssl_ctx_st* tls = nullptr);
  script_server(const script_server&) = delete;
  script_server& operator=(const script_server&) = delete;
  ~script_server();

  std::uint16_t port() const {
    return port_;
  }

  int connections() const {
    return connections_;
  }

  /// All requests that arrived so far.
  std::vector<std::string> requests() const;

  /// To be called by scripts.
  std::string next_request(server_peer& peer);

  /// Settings of a transport to this server.
  http_settings settings() const;

private:
  void accept_all(const script& serve, ssl_ctx_st* tls);

  int fd_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<bool> stopping_{false};
  std::atomic<int> connections_{0};
  mutable std::mutex mutex_;
  std::vector<std::string> requests_;
  std::thread thread_;
};

/// A port of the loopback on which nobody listens.
std::uint16_t closed_port();

/// Records the names of the events in their order.
struct event_log : exchange_events {
  std::vector<std::string> names;
  std::vector<std::chrono::steady_clock::time_point> times;

  void on_sent() override {
    add("sent");
  }

  void on_acknowledged() override {
    add("acknowledged");
  }

  void on_replied() override {
    add("replied");
  }

  void on_closed() override {
    add("closed");
  }

  bool has(std::string_view name) const;

  /// All names in one string, without `acknowledged`, which may be missing.
  std::string order() const;

private:
  void add(const char* name) {
    names.emplace_back(name);
    times.push_back(std::chrono::steady_clock::now());
  }
};

/// A response with a counted body.
std::string response(int status, std::string_view body,
                     std::string_view fields = {});

/// `plain` packed as one gzip member.
std::string gzip(std::string_view plain);

} // namespace racefill::test
