#include "app/simulator/server.hpp"

#include <csignal>
#include <stdexcept>
#include <thread>

#include <Poco/Exception.h>
#include <Poco/Net/Context.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/SecureServerSocket.h>
#include <Poco/ThreadPool.h>

#include "app/simulator/api_handler.hpp"
#include "app/simulator/control.hpp"
#include "app/simulator/stamped_socket.hpp"
#include "app/simulator/traffic.hpp"

namespace racefill::sim {
namespace {

using Poco::Net::HTTPServer;
using Poco::Net::HTTPServerParams;
using Poco::Net::ServerSocket;

// Without SO_REUSEPORT, or two simulators could share a port unawares.
template <class Socket>
Socket bound(Socket socket, const std::string& host, std::uint16_t port) {
  try {
    socket.bind(Poco::Net::SocketAddress(host, port), true, false);
    socket.listen(256);
  } catch (const Poco::Exception& e) {
    throw std::runtime_error("cannot listen on " + host + ":"
                             + std::to_string(port) + ": " + e.displayText());
  }
  return socket;
}

ServerSocket stamped(const std::string& host, std::uint16_t port) {
  auto socket = bound(stamped_server_socket{}, host, port);
  socket.stamp_arrivals();
  return socket;
}

HTTPServerParams::Ptr params(int threads) {
  HTTPServerParams::Ptr x = new HTTPServerParams;
  // A stop waits for every idle thread; Poco's ten seconds are felt.
  x->setThreadIdleTime(Poco::Timespan(0, 250'000));
  x->setMaxThreads(threads);
  x->setMaxQueued(1024);
  x->setKeepAlive(true);
  x->setMaxKeepAliveRequests(0);
  x->setKeepAliveTimeout(Poco::Timespan(75, 0));
  x->setTimeout(Poco::Timespan(600, 0));
  return x;
}

} // namespace

class simulator_server::impl {
public:
  impl(server_settings settings, std::shared_ptr<const world> from,
       std::shared_ptr<const fixtures> recorded)
    : settings_(std::move(settings)),
      counted_(std::make_shared<traffic>(settings_)),
      pool_(8, settings_.connections_max),
      control_pool_(2, 16) {
    // OpenSSL writes without MSG_NOSIGNAL; clients may leave at any time.
    std::signal(SIGPIPE, SIG_IGN);
    shared_ = std::make_shared<service>(
      service{counted_,
              {settings_.answers, std::move(from), std::move(recorded)},
              [this](double seconds) { ask_to_close(seconds); }});
    if (!settings_.certificate.empty())
      make_context();
    open_listener(settings_.port);
    port_ = listener_->port();
    control_.reset(new HTTPServer(make_control(counted_), control_pool_,
                                  bound(ServerSocket{}, settings_.host,
                                        settings_.control_port),
                                  params(16)));
    control_->start();
    control_port_ = control_->port();
    keeper_ = std::thread([this] { keep_listener(); });
  }

  ~impl() {
    stop();
  }

  void stop() {
    {
      const std::lock_guard lock{mutex_};
      if (stopping_)
        return;
      stopping_ = true;
      changed_.notify_all();
    }
    counted_->stop();
    if (keeper_.joinable())
      keeper_.join();
    // Side by side: each notices within a quarter of a second.
    std::thread other([this] { control_->stopAll(true); });
    close_listener();
    other.join();
    control_.reset();
    pool_.joinAll();
    control_pool_.joinAll();
  }

  traffic& counted() const {
    return *counted_;
  }
  std::uint16_t port() const {
    return port_;
  }
  std::uint16_t control_port() const {
    return control_port_;
  }
  std::string url(bool control) const {
    const bool tls = !control && !settings_.certificate.empty();
    return std::string{tls ? "https" : "http"} + "://" + settings_.host + ":"
           + std::to_string(control ? control_port_ : port_);
  }

private:
  void make_context() {
    try {
      context_ = new Poco::Net::Context(Poco::Net::Context::TLS_SERVER_USE,
                                        settings_.private_key,
                                        settings_.certificate, "",
                                        Poco::Net::Context::VERIFY_NONE);
    } catch (const Poco::Exception& e) {
      throw std::runtime_error("certificate " + settings_.certificate
                               + " with key " + settings_.private_key
                               + " cannot be used: " + e.displayText());
    }
  }

  void open_listener(std::uint16_t port) {
    const auto factory = make_api(shared_);
    const auto limits = params(settings_.connections_max);
    if (context_)
      listener_ = std::make_unique<HTTPServer>(
        factory, pool_,
        bound(Poco::Net::SecureServerSocket{context_}, settings_.host, port),
        limits);
    else
      listener_ = std::make_unique<HTTPServer>(
        factory, pool_, stamped(settings_.host, port), limits);
    listener_->start();
  }

  void close_listener() {
    if (!listener_)
      return;
    listener_->stopAll(true);
    listener_.reset();
  }

  void ask_to_close(double seconds) {
    const std::lock_guard lock{mutex_};
    closed_for_ = seconds;
    changed_.notify_all();
  }

  // Closes and opens the listener on request: a handler must not end the
  // server whose thread it runs on.
  void keep_listener() {
    std::unique_lock lock{mutex_};
    while (!stopping_) {
      changed_.wait(lock, [this] { return stopping_ || closed_for_ > 0; });
      if (stopping_)
        return;
      const std::chrono::duration<double> closed{closed_for_};
      closed_for_ = 0;
      lock.unlock();
      close_listener();
      lock.lock();
      if (changed_.wait_for(lock, closed, [this] { return stopping_; }))
        return;
      try {
        open_listener(port_);
      } catch (const std::runtime_error&) {
        closed_for_ = 0.2; // The port is not free yet: try again.
      }
    }
  }

  const server_settings settings_;
  std::shared_ptr<traffic> counted_;
  Poco::ThreadPool pool_;
  Poco::ThreadPool control_pool_;
  std::shared_ptr<service> shared_;
  Poco::Net::Context::Ptr context_;
  std::unique_ptr<HTTPServer> listener_;
  std::unique_ptr<HTTPServer> control_;
  std::uint16_t port_ = 0;
  std::uint16_t control_port_ = 0;
  std::mutex mutex_; ///< Of the three below.
  std::condition_variable changed_;
  bool stopping_ = false;
  double closed_for_ = 0;
  std::thread keeper_;
};

simulator_server::simulator_server(server_settings settings,
                                   std::shared_ptr<const world> from,
                                   std::shared_ptr<const fixtures> recorded)
  : impl_(std::make_unique<impl>(std::move(settings), std::move(from),
                                 std::move(recorded))) {
}

simulator_server::~simulator_server() = default;

std::string simulator_server::url() const {
  return impl_->url(false);
}

std::string simulator_server::control_url() const {
  return impl_->url(true);
}

std::uint16_t simulator_server::port() const noexcept {
  return impl_->port();
}

std::uint16_t simulator_server::control_port() const noexcept {
  return impl_->control_port();
}

server_stats simulator_server::stats() const {
  return impl_->counted().stats();
}

void simulator_server::add_fault(fault_rule rule) {
  impl_->counted().add_fault(std::move(rule));
}

void simulator_server::clear_faults() {
  impl_->counted().clear_faults();
}

void simulator_server::stop() {
  impl_->stop();
}

} // namespace racefill::sim
