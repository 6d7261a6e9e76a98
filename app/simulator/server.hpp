/// SIMULATOR SERVER: a local stand-in for the Racing API over HTTP(S).
///
///   client --request--> arrival noted, limit, fault rules --> answer
///          <--response-- latency <-- delivery (whole or spoilt) <--+
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "app/simulator/answer.hpp"
#include "app/simulator/fault_rules.hpp"
#include "app/simulator/limit.hpp"
#include "app/simulator/world.hpp"

namespace racefill::sim {

/// How the server behaves.
struct server_settings {
  std::string host = "127.0.0.1";
  std::uint16_t port = 0;         ///< 0 picks a free one.
  std::uint16_t control_port = 0; ///< Likewise.
  std::string certificate;        ///< PEM file; TLS when given.
  std::string private_key;        ///< PEM file of its key.
  limit_settings limit;           ///< Over everything.
  std::array<limit_settings, endpoint_count> limit_each{
    limit_settings{0, std::chrono::seconds{1}},
    limit_settings{0, std::chrono::seconds{1}},
    limit_settings{0, std::chrono::seconds{1}},
    limit_settings{0, std::chrono::seconds{1}}}; ///< By endpoint.
  std::chrono::milliseconds latency{0}; ///< Of an answer, after its arrival.
  std::chrono::milliseconds jitter{0};  ///< Added or taken, evenly spread.
  int connections_max = 256;            ///< At once; a thread each.
  std::string arrivals_file;            ///< JSON lines; "" for none.
  std::vector<fault_rule> faults;
  std::uint64_t seed = 1; ///< Of latency and faults.
  answer_settings answers;
};

/// What happened so far.
struct server_stats {
  std::uint64_t requests = 0;
  std::uint64_t refused = 0;
  std::size_t largest_window = 0; ///< Most arrivals within the limit's window.
  std::map<int, std::uint64_t> by_status;
  std::array<std::uint64_t, endpoint_count> by_endpoint{};
  std::map<std::string, std::uint64_t> faults; ///< By the rule's text.
};

/// One line of JSON.
std::string to_json(const server_stats& x);

/// The running server. Its destructor stops it.
class simulator_server {
public:
  /// Binds and serves at once. `recorded` may be null. Throws
  /// std::runtime_error with a text for people when a port, a certificate or
  /// the arrivals file cannot be had.
  simulator_server(server_settings settings, std::shared_ptr<const world> from,
                   std::shared_ptr<const fixtures> recorded);
  ~simulator_server();
  simulator_server(const simulator_server&) = delete;
  simulator_server& operator=(const simulator_server&) = delete;

  /// `http://127.0.0.1:40001`.
  std::string url() const;
  std::string control_url() const;
  std::uint16_t port() const noexcept;
  std::uint16_t control_port() const noexcept;

  server_stats stats() const;

  /// Puts a fault rule in force.
  void add_fault(fault_rule rule);
  void clear_faults();

  /// Closes the listener and every connection. Idempotent.
  void stop();

private:
  class impl;
  std::unique_ptr<impl> impl_;
};

} // namespace racefill::sim
