/// LINK_DIAL: a viewer's end of the link, carried by a thread of its own.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>

#include <caf/expected.hpp>

#include "infra/link/link_pipe.hpp"

namespace racefill {

struct link_dial_settings {
  std::string host;
  std::uint16_t port = 0;
  link_papers papers;
  std::chrono::milliseconds limit{10'000}; ///< To be connected and known.
};

class link_dial {
public:
  /// Connects, proves itself and has the service prove itself. Blocks, for
  /// `limit` at most. Faults: unreachable, tls_refused (one side does not
  /// accept the other's papers), bad_settings.
  static caf::expected<std::unique_ptr<link_dial>>
  open(const link_dial_settings& settings);

  link_dial(const link_dial&) = delete;
  link_dial& operator=(const link_dial&) = delete;

  /// Cuts the link.
  ~link_dial();

  /// Gives the inner end up, a connected, non-blocking socket; once.
  int take_inner() noexcept {
    return theirs_.release();
  }

  /// The link is over; why, "" while it stands.
  std::string ended() const;

private:
  link_dial(tls_context_ptr context, file_handle waker, file_handle theirs)
    : context_(std::move(context)),
      waker_(std::move(waker)),
      theirs_(std::move(theirs)) {
    // nop
  }

  void run();
  bool wait();

  tls_context_ptr context_;
  file_handle waker_;
  file_handle theirs_;
  std::unique_ptr<link_pipe> pipe_;
  std::atomic<bool> over_{false}; ///< After it, pipe_ is the reader's.
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

} // namespace racefill
