/// RESPONSE: one HTTP/1 response, read from bytes as they come.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <caf/error.hpp>
#include <caf/expected.hpp>

#include "messages/faults.hpp"

namespace racefill {

/// The status line and the fields, their names in lower case.
struct response_head {
  std::int32_t status = 0;
  bool http_1_0 = false;
  std::vector<std::pair<std::string, std::string>> fields;

  /// The first field of that name, "" if there is none.
  const std::string& field(std::string_view lower_case_name) const noexcept;

  /// Tells whether a comma-separated field holds `token`, in any case.
  bool names(std::string_view lower_case_name, std::string_view token) const;
};

/// Parses a head, without the empty line at its end. Faults: broken_body.
caf::expected<response_head> parse_head(std::string_view text);

/// The wait that Retry-After asks for, in milliseconds: seconds, or an HTTP
/// date counted from the response's own Date, else from `now`. A date in the
/// past is 0; what cannot be read is -1; more than 10^12 seconds are cut there.
std::int64_t retry_after_ms(const response_head& head,
                            std::chrono::system_clock::time_point now);

/// Unpacks `wire`; it must hold whole gzip members and nothing after them.
/// Faults: broken_body (damaged, cut off, or more than `size_max` bytes).
caf::expected<std::string> gunzip(std::string_view wire, std::size_t size_max);

/// Takes a response apart exactly: it is over when its framing says so, and
/// whatever ends before that is broken.
class response_reader {
public:
  static constexpr std::size_t head_bytes_max = 65536;

  explicit response_reader(std::size_t body_bytes_max)
    : body_bytes_max_(body_bytes_max) {
  }

  /// Takes the next bytes. Faults: broken_body.
  caf::error feed(std::string_view bytes);

  /// The peer has ended the stream in order. Faults: unreachable before the
  /// head was whole, broken_body within the body.
  caf::error end();

  bool has_head() const noexcept {
    return phase_ != phase::head;
  }

  bool is_whole() const noexcept {
    return phase_ == phase::whole;
  }

  /// The connection may carry another request.
  bool keeps_alive() const noexcept {
    return is_whole() && keep_alive_;
  }

  const response_head& head() const noexcept {
    return head_;
  }

  /// The body as it came, without its chunks' frames.
  std::string& body() noexcept {
    return body_;
  }

  /// All body bytes that came, frames included.
  std::int64_t wire_bytes() const noexcept {
    return wire_bytes_;
  }

private:
  enum class phase {
    head,
    counted,
    until_end,
    chunk_size,
    chunk,
    chunk_end,
    trailer,
    whole
  };

  std::string_view rest() const noexcept {
    return std::string_view{bytes_}.substr(taken_);
  }

  caf::error take_head();
  caf::error choose_framing();
  caf::error take_line();
  caf::error take_data();
  caf::error start_chunk(std::string_view line);

  std::size_t body_bytes_max_;
  phase phase_ = phase::head;
  std::string bytes_; ///< Fed, and from `taken_` on not taken apart yet.
  std::size_t taken_ = 0;
  std::uint64_t left_ = 0; ///< Of the counted body or the chunk.
  std::size_t trailer_bytes_ = 0;
  bool keep_alive_ = false;
  response_head head_;
  std::string body_;
  std::int64_t wire_bytes_ = 0;
};

} // namespace racefill
