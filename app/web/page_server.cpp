#include "app/web/page_server.hpp"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <utility>

#include <Poco/Exception.h>
#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerRequestImpl.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/ThreadPool.h>

#include "app/web/connection_book.hpp"
#include "app/web/event_stream.hpp"
#include "infra/log/log.hpp"

namespace racefill {
namespace {

using Poco::Net::HTTPServerRequest;
using Poco::Net::HTTPServerResponse;

// What all handlers share.
struct page_service {
  page_server_settings settings;
  page_site site;
  std::shared_ptr<page_board> board;
  Poco::AutoPtr<connection_book> book;
  std::atomic<int> viewers{0};

  // What is written to this peer now must be taken in time.
  void expect_soon(const Poco::Net::StreamSocket& socket) {
    book->expect(socket,
                 connection_book::clock::now() + settings.answer_within);
  }
};

using service_ptr = std::shared_ptr<page_service>;

// Counts an event stream for as long as it lasts.
class viewer_seat {
public:
  explicit viewer_seat(page_service& service)
    : service_(service),
      has_one_(++service.viewers <= service.settings.viewers_max) {
  }
  ~viewer_seat() {
    --service_.viewers;
  }
  viewer_seat(const viewer_seat&) = delete;
  viewer_seat& operator=(const viewer_seat&) = delete;
  explicit operator bool() const noexcept {
    return has_one_;
  }

private:
  page_service& service_;
  bool has_one_;
};

page_answer no_seat(page_answer from) {
  from.status = 503;
  from.type = "text/plain; charset=utf-8";
  from.body = "too many viewers\n";
  from.is_stream = false;
  from.headers.emplace_back("Retry-After", "30");
  return from;
}

// The status line and headers; the stream for the body.
std::ostream& send_head(HTTPServerResponse& to, const page_answer& answer) {
  to.setStatusAndReason(
    static_cast<HTTPServerResponse::HTTPStatus>(answer.status));
  to.setContentType(answer.type);
  to.setKeepAlive(false);
  for (const auto& [name, value] : answer.headers)
    to.set(name, value);
  if (!answer.is_stream)
    to.setContentLength64(static_cast<Poco::Int64>(answer.body.size()));
  return to.send();
}

void send_whole(HTTPServerResponse& to, const page_answer& answer,
                bool is_head) {
  auto& out = send_head(to, answer);
  if (is_head)
    return;
  out.write(answer.body.data(),
            static_cast<std::streamsize>(answer.body.size()));
  out.flush();
}

class page_handler : public Poco::Net::HTTPRequestHandler {
public:
  explicit page_handler(service_ptr service) : service_(std::move(service)) {
  }

  void handleRequest(HTTPServerRequest& request,
                     HTTPServerResponse& response) override {
    auto& socket
      = static_cast<Poco::Net::HTTPServerRequestImpl&>(request).socket();
    service_->expect_soon(socket);
    try {
      serve(request, response, socket);
    } catch (const std::exception& e) {
      // The peer left, or was cut: nobody is there to be told.
      log_debug("page", "page could not answer", {{"error", e.what()}});
    }
    service_->book->forget(socket);
  }

private:
  static page_request read(const HTTPServerRequest& from) {
    return {from.getMethod(), from.getURI(), from.get("Host", "")};
  }

  void serve(HTTPServerRequest& request, HTTPServerResponse& response,
             Poco::Net::StreamSocket& socket) {
    const auto answer = answer_page(read(request), service_->site,
                                    *service_->board->look(),
                                    page_clock::now());
    const bool is_head = request.getMethod() == "HEAD";
    if (!answer.is_stream || is_head)
      return send_whole(response, answer, is_head);
    const viewer_seat seat{*service_};
    if (!seat)
      return send_whole(response, no_seat(answer), false);
    stream_events(send_head(response, answer), *service_->board,
                  [&](bool writes) {
                    if (writes)
                      service_->expect_soon(socket);
                    else
                      service_->book->leave_alone(socket);
                  });
  }

  service_ptr service_;
};

class page_handlers : public Poco::Net::HTTPRequestHandlerFactory {
public:
  explicit page_handlers(service_ptr service) : service_(std::move(service)) {
  }

  Poco::Net::HTTPRequestHandler*
  createRequestHandler(const HTTPServerRequest&) override {
    return new page_handler(service_);
  }

private:
  service_ptr service_;
};

// Without SO_REUSEPORT, or two services could share a port unawares.
Poco::Net::ServerSocket bound(const page_server_settings& x) {
  try {
    Poco::Net::ServerSocket socket;
    socket.bind(Poco::Net::SocketAddress(x.host, x.port), true, false);
    socket.listen(x.connections_max);
    return socket;
  } catch (const Poco::Exception& e) {
    throw std::runtime_error("cannot listen on " + x.host + ":"
                             + std::to_string(x.port) + ": " + e.displayText());
  }
}

Poco::Net::HTTPServerParams::Ptr params_of(const page_server_settings& x) {
  Poco::Net::HTTPServerParams::Ptr to = new Poco::Net::HTTPServerParams;
  to->setMaxThreads(x.threads_max);
  to->setMaxQueued(x.connections_max);
  // A thread that goes idle just when the server stops sleeps through the call
  // to wake up, and the end would have to wait for it.
  to->setThreadIdleTime(Poco::Timespan(0, 250'000));
  // One request a connection, so that a deadline is all the bound it needs.
  to->setKeepAlive(false);
  to->setTimeout(Poco::Timespan(
    std::chrono::duration_cast<std::chrono::microseconds>(x.head_within)
      .count()));
  return to;
}

} // namespace

class page_server::impl {
public:
  impl(const page_server_settings& settings, page_site site,
       std::shared_ptr<page_board> board)
    : pool_(2, settings.threads_max + 1), service_(new page_service) {
    service_->settings = settings;
    service_->site = std::move(site);
    service_->board = std::move(board);
    service_->book = new connection_book(
      static_cast<std::size_t>(settings.connections_max), settings.head_within);
    server_ = std::make_unique<Poco::Net::HTTPServer>(
      new page_handlers(service_), pool_, bound(settings), params_of(settings));
    server_->setConnectionFilter(service_->book);
    port_ = server_->port();
    server_->start();
    sweeper_ = std::thread([this] { sweep(); });
  }

  ~impl() {
    service_->board->close(); // Ends the event streams.
    {
      const std::lock_guard guard{mutex_};
      stopping_ = true;
      wakes_.notify_all();
    }
    sweeper_.join();
    server_->stopAll(true);
    service_->book->sweep(connection_book::clock::time_point::max());
    pool_.joinAll();
  }

  std::uint16_t port() const noexcept {
    return port_;
  }
  const std::string& host() const noexcept {
    return service_->settings.host;
  }

private:
  void sweep() {
    std::unique_lock lock{mutex_};
    while (!wakes_.wait_for(lock, std::chrono::seconds(1),
                            [this] { return stopping_; }))
      service_->book->sweep(connection_book::clock::now());
  }

  Poco::ThreadPool pool_;
  service_ptr service_;
  std::unique_ptr<Poco::Net::HTTPServer> server_;
  std::uint16_t port_ = 0;
  std::mutex mutex_;
  std::condition_variable wakes_;
  bool stopping_ = false;
  std::thread sweeper_;
};

page_server::page_server(const page_server_settings& settings, page_site site,
                         std::shared_ptr<page_board> board)
  : impl_(std::make_unique<impl>(settings, std::move(site), std::move(board))) {
}

page_server::~page_server() = default;

std::uint16_t page_server::port() const noexcept {
  return impl_->port();
}

std::string page_server::url() const {
  const auto& host = impl_->host();
  const bool is_v6 = host.find(':') != std::string::npos;
  return "http://" + (is_v6 ? "[" + host + "]" : host) + ":"
         + std::to_string(port()) + "/";
}

bool page_server::is_loopback(const std::string& host) {
  try {
    return Poco::Net::SocketAddress(host, 1).host().isLoopback();
  } catch (const Poco::Exception&) {
    return false;
  }
}

} // namespace racefill
