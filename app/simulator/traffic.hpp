/// TRAFFIC: the one place that counts arrivals, under one lock.
#pragma once

#include <condition_variable>
#include <fstream>
#include <mutex>
#include <optional>
#include <string>

#include "app/simulator/server.hpp"

namespace racefill::sim {

/// A request as it was counted.
struct noted_request {
  moment at{};
  arrival counted;
  std::string target;
  std::uint16_t client_port = 0;
  std::optional<fault_rule> fault;    ///< None for a refused request.
  std::chrono::nanoseconds latency{}; ///< From arrival to answer.
};

/// Counts, limits, chooses faults, logs. Thread-safe.
class traffic {
public:
  /// Throws std::runtime_error when the arrivals file cannot be written.
  explicit traffic(const server_settings& settings);

  /// Counts a request that arrived in full at `arrived`, or just now.
  noted_request note(std::string target, std::uint16_t client_port,
                     std::optional<moment> arrived);

  /// Records what the request got; status 0 for a lost connection.
  void record(const noted_request& request, int status);

  server_stats stats() const;
  void add_fault(fault_rule rule);
  void clear_faults();
  std::vector<std::string> faults() const;

  /// Waits until `until`, or for good when `until` is in the far future; false
  /// when stop() came first.
  bool wait_until(moment until) const;
  /// Wakes everyone who waits.
  void stop();

private:
  const server_settings settings_;
  mutable std::mutex mutex_; ///< Of everything but the file.
  mutable std::condition_variable stopping_;
  bool stopped_ = false;
  limiter limiter_;
  fault_book faults_;
  server_stats counts_;
  std::optional<fault_rule> outage_;
  moment outage_end_{};
  std::mutex file_mutex_;
  std::ofstream file_;
};

} // namespace racefill::sim
