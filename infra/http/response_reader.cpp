#include "infra/http/response.hpp"

#include <algorithm>
#include <charconv>

namespace racefill {
namespace {

// Longer than any sane chunk extension.
constexpr std::size_t chunk_line_bytes_max = 4096;

caf::error broken(const std::string& why) {
  return caf::make_error(fault::broken_body, why);
}

// The position after a head's empty line, npos while there is none.
std::size_t find_head_end(std::string_view text) {
  const auto strict = text.find("\r\n\r\n");
  const auto loose = text.find("\n\n");
  if (strict == std::string_view::npos && loose == std::string_view::npos)
    return strict;
  if (loose < strict)
    return loose + 2;
  return strict + 4;
}

template <class Number>
bool parse_number(std::string_view text, Number& result, int base) {
  const auto* end = text.data() + text.size();
  const auto outcome = std::from_chars(text.data(), end, result, base);
  return !text.empty() && outcome.ec == std::errc{} && outcome.ptr == end;
}

} // namespace

caf::error response_reader::feed(std::string_view bytes) {
  bytes_ += bytes;
  if (has_head())
    wire_bytes_ += static_cast<std::int64_t>(bytes.size());
  for (;;) {
    const auto taken = taken_;
    const auto before = phase_;
    caf::error err;
    switch (phase_) {
      case phase::head:
        err = take_head();
        if (!err && has_head())
          wire_bytes_ = static_cast<std::int64_t>(rest().size());
        break;
      case phase::counted:
      case phase::until_end:
      case phase::chunk:
        err = take_data();
        break;
      case phase::chunk_size:
      case phase::chunk_end:
      case phase::trailer:
        err = take_line();
        break;
      case phase::whole:
        // Bytes nobody asked for: never mistake them for the next response.
        if (!rest().empty())
          keep_alive_ = false;
        break;
    }
    if (err || (taken_ == taken && phase_ == before)) {
      bytes_.erase(0, taken_);
      taken_ = 0;
      return err;
    }
  }
}

caf::error response_reader::end() {
  switch (phase_) {
    case phase::head:
      return caf::make_error(fault::unreachable,
                             rest().empty()
                               ? "the server closed the connection unanswered"
                               : "the server closed the connection within the "
                                 "response's head");
    case phase::until_end:
      phase_ = phase::whole;
      return caf::none;
    case phase::whole:
      return caf::none;
    case phase::counted:
      return broken("the body ended " + std::to_string(left_)
                    + " bytes before its announced length");
    default:
      return broken("the body ended before its last chunk");
  }
}

caf::error response_reader::take_head() {
  const auto text = rest();
  const auto end = find_head_end(text);
  if (std::min(end, text.size()) > head_bytes_max)
    return broken("the response's head is longer than "
                  + std::to_string(head_bytes_max) + " bytes");
  // What begins otherwise never becomes a response, however long we wait.
  if (text.substr(0, 5) != std::string_view{"HTTP/"}.substr(0, text.size()))
    return broken("the server's answer is not HTTP/1");
  if (end == std::string_view::npos)
    return caf::none;
  auto head = parse_head(text.substr(0, end));
  if (!head)
    return std::move(head.error());
  taken_ += end;
  if (head->status == 101)
    return broken("the server switched to another protocol");
  if (head->status < 200) // An interim answer; the real one follows.
    return caf::none;
  head_ = std::move(*head);
  return choose_framing();
}

caf::error response_reader::choose_framing() {
  phase_ = phase::until_end;
  keep_alive_ = head_.http_1_0 ? head_.names("connection", "keep-alive")
                               : !head_.names("connection", "close");
  if (head_.status == 204 || head_.status == 304) {
    phase_ = phase::whole;
    return caf::none;
  }
  const auto& coding = head_.field("transfer-encoding");
  if (!coding.empty()) {
    if (coding.size() != 7 || !head_.names("transfer-encoding", "chunked"))
      return broken("the body's transfer encoding is not known: " + coding);
    phase_ = phase::chunk_size;
    return caf::none;
  }
  const std::string* length = nullptr;
  for (const auto& [name, value] : head_.fields) {
    if (name != "content-length")
      continue;
    if (length != nullptr && *length != value)
      return broken("the response announces two lengths");
    length = &value;
  }
  if (length == nullptr) {
    keep_alive_ = false;
    return caf::none;
  }
  if (!parse_number(*length, left_, 10))
    return broken("the body's announced length is no number: " + *length);
  if (left_ > body_bytes_max_)
    return broken("the body's announced length is over the limit of "
                  + std::to_string(body_bytes_max_) + " bytes");
  phase_ = left_ == 0 ? phase::whole : phase::counted;
  return caf::none;
}

caf::error response_reader::take_data() {
  const auto text = rest();
  auto count = text.size();
  if (phase_ != phase::until_end)
    count = static_cast<std::size_t>(std::min<std::uint64_t>(count, left_));
  if (count > body_bytes_max_ - body_.size())
    return broken("the body is over the limit of "
                  + std::to_string(body_bytes_max_) + " bytes");
  body_.append(text.substr(0, count));
  taken_ += count;
  if (phase_ == phase::until_end)
    return caf::none;
  left_ -= count;
  if (left_ == 0)
    phase_ = phase_ == phase::chunk ? phase::chunk_end : phase::whole;
  return caf::none;
}

caf::error response_reader::take_line() {
  const auto text = rest();
  const auto end = text.find('\n');
  if (std::min(end, text.size()) > chunk_line_bytes_max)
    return broken("the body's chunks are damaged");
  if (end == std::string_view::npos)
    return caf::none;
  auto line = text.substr(0, end);
  taken_ += end + 1;
  if (!line.empty() && line.back() == '\r')
    line.remove_suffix(1);
  switch (phase_) {
    case phase::chunk_size:
      return start_chunk(line);
    case phase::chunk_end:
      if (!line.empty())
        return broken("the body's chunks are damaged");
      phase_ = phase::chunk_size;
      return caf::none;
    default:
      trailer_bytes_ += end + 1;
      if (trailer_bytes_ > head_bytes_max)
        return broken("the body's trailer has no end");
      if (line.empty())
        phase_ = phase::whole;
      return caf::none;
  }
}

caf::error response_reader::start_chunk(std::string_view line) {
  const auto size_end = std::min(line.find_first_of("; \t"), line.size());
  if (!parse_number(line.substr(0, size_end), left_, 16))
    return broken("the body's chunks are damaged");
  phase_ = left_ == 0 ? phase::trailer : phase::chunk;
  return caf::none;
}

} // namespace racefill
