#include "app/simulator/delivery.hpp"

#include <sstream>

#include <Poco/DateTimeFormat.h>
#include <Poco/DateTimeFormatter.h>
#include <Poco/DeflatingStream.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Timestamp.h>

namespace racefill::sim {
namespace {

void send_all(Poco::Net::StreamSocket& to, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto part
      = static_cast<int>(std::min<std::size_t>(bytes.size(), 65'536));
    const auto sent = to.sendBytes(bytes.data(), part);
    if (sent <= 0)
      throw Poco::IOException("connection closed by the client");
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

std::string head_of(const answer& what, const delivery& how,
                    std::string_view length_line) {
  using Poco::Net::HTTPResponse;
  const auto status = static_cast<HTTPResponse::HTTPStatus>(what.status);
  std::string head = "HTTP/1.1 " + std::to_string(what.status) + " "
                     + HTTPResponse::getReasonForStatus(status) + "\r\n";
  head += "Date: "
          + Poco::DateTimeFormatter::format(Poco::Timestamp{},
                                            Poco::DateTimeFormat::HTTP_FORMAT)
          + "\r\nServer: racefill-simulator\r\nContent-Type: "
          + what.content_type + "\r\nVary: Accept-Encoding\r\n";
  if (how.gzip)
    head += "Content-Encoding: gzip\r\n";
  for (const auto& [name, value] : what.headers)
    head += name + ": " + value + "\r\n";
  head += how.keep_alive ? "Connection: keep-alive\r\n"
                         : "Connection: close\r\n";
  head += length_line;
  return head + "\r\n\r\n";
}

// The connection ends with a TCP reset instead of a farewell.
void arm_reset(Poco::Net::StreamSocket& to) {
  to.setLinger(true, 0);
}

void hang(Poco::Net::StreamSocket& to, const pause& wait) {
  // Readable means here: the client has left, or talks out of turn.
  while (!to.poll(Poco::Timespan(0, 0), Poco::Net::Socket::SELECT_READ))
    if (!wait(std::chrono::milliseconds{50}))
      return;
}

void drip(Poco::Net::StreamSocket& to, std::string_view bytes, double rate,
          const pause& wait) {
  const auto part = rate > 20 ? static_cast<std::size_t>(rate / 20) : 1;
  const auto gap = std::chrono::nanoseconds{
    static_cast<std::int64_t>(static_cast<double>(part) / rate * 1e9)};
  while (!bytes.empty()) {
    const auto now = bytes.substr(0, part);
    send_all(to, now);
    bytes.remove_prefix(now.size());
    if (!wait(gap))
      return;
  }
}

std::string chunk_of(std::string_view bytes) {
  std::ostringstream size;
  size << std::hex << bytes.size();
  return size.str() + "\r\n" + std::string{bytes} + "\r\n";
}

} // namespace

std::string gzip(const std::string& text) {
  std::ostringstream packed;
  // The fastest level: a simulator's time is better spent elsewhere.
  Poco::DeflatingOutputStream stream(packed,
                                     Poco::DeflatingStreamBuf::STREAM_GZIP, 1);
  stream << text;
  stream.close();
  return packed.str();
}

bool deliver(Poco::Net::StreamSocket& to, answer what, delivery how,
             const fault_rule* fault, const pause& wait) {
  const auto kind = fault == nullptr ? fault_kind::none : fault->kind;
  if (kind == fault_kind::outage || kind == fault_kind::refuse)
    return false; // The client sees the connection close.
  if (kind == fault_kind::hang) {
    hang(to, wait);
    return false;
  }
  if (kind == fault_kind::reset) {
    arm_reset(to);
    return false;
  }
  // Small bodies are not worth packing.
  how.gzip = how.gzip && what.body.size() >= 500;
  if (how.gzip)
    what.body = gzip(what.body);
  auto length = what.body.size();
  if (kind == fault_kind::short_body)
    length += 1000;
  if (kind == fault_kind::short_chunks) {
    how.keep_alive = false;
    send_all(to, head_of(what, how, "Transfer-Encoding: chunked")
                   + chunk_of(what.body.substr(0, what.body.size() / 2 + 1)));
    return false;
  }
  auto wire = head_of(what, how, "Content-Length: " + std::to_string(length));
  const auto head_size = wire.size();
  wire += what.body;
  switch (kind) {
    case fault_kind::short_body:
      send_all(to, wire);
      return false;
    case fault_kind::reset_inside:
      send_all(
        to, std::string_view{wire}.substr(0, head_size + what.body.size() / 2));
      // Let the half arrive, or the reset may overtake it.
      wait(std::chrono::milliseconds{20});
      arm_reset(to);
      return false;
    case fault_kind::drip:
      drip(to, wire, fault->bytes, wait);
      return how.keep_alive;
    default:
      send_all(to, wire);
      return how.keep_alive;
  }
}

} // namespace racefill::sim
