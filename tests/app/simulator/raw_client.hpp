/// RAW CLIENT: speaks HTTP by hand, so that a test sees what is on the wire.
#pragma once

#include <string>

#include <Poco/Exception.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/StreamSocket.h>

namespace racefill::sim {

/// What came back over one connection.
struct raw_reply {
  std::string bytes;   ///< Everything read, head and body.
  bool closed = false; ///< The server ended the connection.
  bool reset = false;  ///< It did so by a TCP reset.

  int status() const {
    return bytes.size() < 12 ? 0 : std::stoi(bytes.substr(9, 3));
  }
  std::string body() const {
    const auto end = bytes.find("\r\n\r\n");
    return end == std::string::npos ? "" : bytes.substr(end + 4);
  }
  bool has(const std::string& text) const {
    return bytes.find(text) != std::string::npos;
  }
  /// The Content-Length; -1 without one.
  long length() const {
    const auto at = bytes.find("Content-Length: ");
    return at == std::string::npos ? -1 : std::stol(bytes.substr(at + 16));
  }
};

/// One connection to a port of this machine.
class raw_client {
public:
  explicit raw_client(std::uint16_t port)
    : socket_(Poco::Net::SocketAddress("127.0.0.1", port)) {
    socket_.setReceiveTimeout(Poco::Timespan(10, 0));
  }
  explicit raw_client(Poco::Net::StreamSocket connected)
    : socket_(std::move(connected)) {
    socket_.setReceiveTimeout(Poco::Timespan(10, 0));
  }

  /// Sends a GET as demo:demo, with more header lines if wanted.
  void send(const std::string& target, const std::string& headers = "",
            const std::string& login = "Basic ZGVtbzpkZW1v") {
    const auto text = "GET " + target + " HTTP/1.1\r\nHost: sim\r\n"
                      + "Authorization: " + login + "\r\n" + headers + "\r\n";
    socket_.sendBytes(text.data(), static_cast<int>(text.size()));
  }

  /// Reads one response, or until the connection ends.
  raw_reply read() {
    raw_reply x;
    char part[16'384];
    try {
      while (x.length() < 0
             || static_cast<long>(x.body().size()) < x.length()) {
        const auto n = socket_.receiveBytes(part, sizeof part);
        if (n <= 0) {
          x.closed = true;
          return x;
        }
        x.bytes.append(part, static_cast<std::size_t>(n));
      }
    } catch (const Poco::Net::ConnectionResetException&) {
      x.reset = x.closed = true;
    }
    return x;
  }

  raw_reply get(const std::string& target, const std::string& headers = "") {
    send(target, headers);
    return read();
  }

  Poco::Net::StreamSocket& socket() {
    return socket_;
  }

private:
  Poco::Net::StreamSocket socket_;
};

} // namespace racefill::sim
