#include "tests/infra/http/script_server.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <stdexcept>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <zlib.h>

namespace racefill::test {
namespace {

int listen_on_loopback(std::uint16_t& port) {
  const auto fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  auto* name = reinterpret_cast<sockaddr*>(&address);
  socklen_t size = sizeof(address);
  if (fd < 0 || ::bind(fd, name, size) != 0 || ::listen(fd, 16) != 0
      || ::getsockname(fd, name, &size) != 0)
    throw std::runtime_error("no loopback socket");
  port = ntohs(address.sin_port);
  return fd;
}

} // namespace

server_peer::server_peer(int fd, ssl_ctx_st* tls,
                         const std::atomic<bool>& stopping)
  : fd_(fd), stopping_(stopping) {
  const int on = 1;
  ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  if (tls == nullptr)
    return;
  tls_ = SSL_new(tls);
  SSL_set_fd(tls_, fd_);
  up_ = wait_readable() && SSL_accept(tls_) == 1;
}

server_peer::~server_peer() {
  close();
}

bool server_peer::wait_readable() const {
  while (!stopping_) {
    pollfd entry{fd_, POLLIN, 0};
    if (::poll(&entry, 1, 20) > 0)
      return true;
  }
  return false;
}

int server_peer::read_some(char* buffer, int size) {
  if (fd_ < 0)
    return 0;
  if (tls_ != nullptr && SSL_pending(tls_) > 0)
    return SSL_read(tls_, buffer, size);
  if (!wait_readable())
    return 0;
  if (tls_ != nullptr)
    return SSL_read(tls_, buffer, size);
  return static_cast<int>(
    ::recv(fd_, buffer, static_cast<std::size_t>(size), 0));
}

std::string server_peer::read_request() {
  std::string head;
  char byte = 0;
  while (head.find("\r\n\r\n") == std::string::npos) {
    if (read_some(&byte, 1) <= 0)
      return {};
    head += byte;
  }
  return head;
}

void server_peer::send(std::string_view bytes) {
  if (tls_ != nullptr) {
    SSL_write(tls_, bytes.data(), static_cast<int>(bytes.size()));
    return;
  }
  while (!bytes.empty() && fd_ >= 0) {
    const auto count = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count <= 0)
      return;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
}

void server_peer::drip(std::string_view bytes,
                       std::chrono::milliseconds pause) {
  for (const char byte : bytes) {
    send({&byte, 1});
    pollfd entry{fd_, POLLIN, 0};
    if (stopping_ || ::poll(&entry, 1, static_cast<int>(pause.count())) != 0)
      return;
  }
}

bool server_peer::hang() {
  std::array<char, 256> waste{};
  int count = 1;
  while (count > 0)
    count = read_some(waste.data(), static_cast<int>(waste.size()));
  return count < 0 && errno == ECONNRESET;
}

void server_peer::close() {
  if (tls_ != nullptr && up_)
    SSL_shutdown(tls_);
  cut();
}

void server_peer::cut() {
  SSL_free(tls_);
  tls_ = nullptr;
  if (fd_ >= 0)
    ::close(fd_);
  fd_ = -1;
}

void server_peer::reset() {
  const linger at_once{1, 0};
  ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
  cut();
}

script_server::script_server(script serve, ssl_ctx_st* tls) {
  fd_ = listen_on_loopback(port_);
  thread_ = std::thread{
    [this, serve = std::move(serve), tls] { accept_all(serve, tls); }};
}

script_server::~script_server() {
  stopping_ = true;
  thread_.join();
  ::close(fd_);
}

void script_server::accept_all(const script& serve, ssl_ctx_st* tls) {
  while (!stopping_) {
    pollfd entry{fd_, POLLIN, 0};
    if (::poll(&entry, 1, 20) <= 0)
      continue;
    const auto fd = ::accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0)
      continue;
    const auto number = connections_++;
    server_peer peer{fd, tls, stopping_};
    if (peer.is_up())
      serve(peer, number);
  }
}

std::vector<std::string> script_server::requests() const {
  const std::lock_guard lock{mutex_};
  return requests_;
}

std::string script_server::next_request(server_peer& peer) {
  auto head = peer.read_request();
  if (!head.empty()) {
    const std::lock_guard lock{mutex_};
    requests_.push_back(head);
  }
  return head;
}

http_settings script_server::settings() const {
  http_settings result;
  result.url = {false, "127.0.0.1", port_, ""};
  result.username = "rider";
  result.password = "sesame";
  return result;
}

std::uint16_t closed_port() {
  std::uint16_t port = 0;
  ::close(listen_on_loopback(port));
  return port;
}

bool event_log::has(std::string_view name) const {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::string event_log::order() const {
  std::string result;
  for (const auto& name : names)
    if (name != "acknowledged")
      result += (result.empty() ? "" : " ") + name;
  return result;
}

std::string response(int status, std::string_view body,
                     std::string_view fields) {
  return "HTTP/1.1 " + std::to_string(status)
         + " Word\r\nContent-Length: " + std::to_string(body.size()) + "\r\n"
         + std::string{fields} + "\r\n" + std::string{body};
}

std::string gzip(std::string_view plain) {
  z_stream stream{};
  if (::deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY)
      != Z_OK)
    throw std::runtime_error("no zlib");
  std::string input{plain};
  std::string result(::deflateBound(&stream, input.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(input.data());
  stream.avail_in = static_cast<uInt>(input.size());
  stream.next_out = reinterpret_cast<Bytef*>(result.data());
  stream.avail_out = static_cast<uInt>(result.size());
  ::deflate(&stream, Z_FINISH);
  result.resize(stream.total_out);
  ::deflateEnd(&stream);
  return result;
}

} // namespace racefill::test
