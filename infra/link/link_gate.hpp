/// LINK_GATE: the monitor's port. Lets in who shows papers of our authority.
///
/// One thread of its own, one poll loop. Strangers cost it a bounded number of
/// half-made sessions for a bounded time, and nobody else anything: a byte
/// reaches the actor system only after both sides have proved themselves.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <caf/expected.hpp>

#include "infra/link/link_pipe.hpp"

struct pollfd;

namespace racefill {

struct link_gate_settings {
  std::string host = "127.0.0.1";
  std::uint16_t port = 0; ///< 0 for any free one.
  link_papers papers;
  std::size_t known_max = 64;     ///< Viewers at a time.
  std::size_t strangers_max = 64; ///< Handshakes at a time.
  link_limits limits;
  /// Takes the inner end of a new link (a connected, non-blocking socket) over;
  /// false when there is nobody for it. Called on the gate's thread.
  std::function<bool(int inner)> admit;
};

class link_gate {
public:
  /// Listens. Faults: bad_settings (the address cannot be had, the papers
  /// cannot be used).
  static caf::expected<std::unique_ptr<link_gate>>
  open(link_gate_settings settings);

  link_gate(const link_gate&) = delete;
  link_gate& operator=(const link_gate&) = delete;

  /// Closes the port and cuts every link.
  ~link_gate();

  /// The port it listens on.
  std::uint16_t port() const noexcept {
    return port_;
  }

private:
  link_gate(link_gate_settings settings, tls_context_ptr context,
            file_handle listener, file_handle waker, std::uint16_t port);

  void run();
  void wait(link_clock::time_point now);
  void accept_all(link_clock::time_point now);
  bool make_room();
  void add(file_handle socket, std::string peer, link_clock::time_point now);
  void step_all(link_clock::time_point now);
  void count_refusal(const link_pipe& x, link_clock::time_point now);
  int make_inner();

  link_gate_settings settings_;
  tls_context_ptr context_;
  file_handle listener_;
  file_handle waker_;
  std::uint16_t port_;
  std::list<link_pipe> pipes_; ///< Oldest first.
  std::size_t known_ = 0;
  std::vector<pollfd> polled_;
  link_clock::time_point accept_from_; ///< Later when the process is out of
                                       ///< descriptors.
  std::int64_t refused_ = 0;           ///< Since the last line in the log.
  link_clock::time_point told_at_;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

} // namespace racefill
