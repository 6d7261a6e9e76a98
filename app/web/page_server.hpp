/// PAGE_SERVER: the status page, metrics and health over HTTP.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "app/web/page_answer.hpp"
#include "app/web/page_board.hpp"

namespace racefill {

/// How the server behaves.
struct page_server_settings {
  std::string host = "127.0.0.1";
  std::uint16_t port = 0; ///< 0 picks a free one.
  /// Threads, and so requests at once; the rest waits.
  int threads_max = 24;
  /// Event streams at once; the threads beyond are for short requests.
  int viewers_max = 16;
  /// Connections at once, those that wait included.
  int connections_max = 64;
  /// A whole request must be there by then.
  std::chrono::milliseconds head_within{10'000};
  /// A whole answer, or one event, must be taken by then.
  std::chrono::milliseconds answer_within{20'000};
};

/// The running server. Its destructor cuts all connections and ends it.
class page_server {
public:
  /// Binds and serves at once. Throws std::runtime_error with a text for people
  /// when the address cannot be had.
  page_server(const page_server_settings& settings, page_site site,
              std::shared_ptr<page_board> board);
  ~page_server();
  page_server(const page_server&) = delete;
  page_server& operator=(const page_server&) = delete;

  std::uint16_t port() const noexcept;
  /// `http://127.0.0.1:40001/`.
  std::string url() const;

  /// Whether an address is this host's own; false too if it cannot be read.
  static bool is_loopback(const std::string& host);

private:
  class impl;
  std::unique_ptr<impl> impl_;
};

} // namespace racefill
