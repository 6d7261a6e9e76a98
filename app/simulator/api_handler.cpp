#include "app/simulator/api_handler.hpp"

#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPServerRequestImpl.h>
#include <Poco/Net/HTTPServerResponse.h>

#include "app/simulator/delivery.hpp"
#include "app/simulator/stamped_socket.hpp"

namespace racefill::sim {
namespace {

using Poco::Net::HTTPServerRequest;
using Poco::Net::HTTPServerResponse;

class api_handler : public Poco::Net::HTTPRequestHandler {
public:
  api_handler(std::shared_ptr<service> shared, noted_request request)
    : shared_(std::move(shared)), request_(std::move(request)) {
  }

  void handleRequest(HTTPServerRequest& request,
                     HTTPServerResponse& response) override {
    const auto* fault = request_.fault ? &*request_.fault : nullptr;
    const bool lost = fault != nullptr
                      && (fault->kind == fault_kind::outage
                          || fault->kind == fault_kind::refuse
                          || fault->kind == fault_kind::hang
                          || fault->kind == fault_kind::reset);
    answer said;
    if (!lost)
      said = request_.counted.refused
               ? shared_->answers.refusal()
               : shared_->answers.reply({request.getMethod(), request_.target,
                                         request.get("Authorization", "")},
                                        fault);
    shared_->counted->record(request_, lost ? 0 : said.status);
    if (fault != nullptr && fault->kind == fault_kind::refuse)
      shared_->close_listener(fault->seconds);
    delivery how;
    // An unread body would be taken for the next request.
    how.keep_alive = response.getKeepAlive() && request.getMethod() == "GET";
    how.gzip = request.get("Accept-Encoding", "").find("gzip")
               != std::string::npos;
    response.setKeepAlive(false); // Also when an exception leaves here.
    if (!shared_->counted->wait_until(request_.at + request_.latency))
      return;
    const auto wait = [this](std::chrono::nanoseconds time) {
      return shared_->counted->wait_until(monotonic_now() + time);
    };
    auto& socket
      = dynamic_cast<Poco::Net::HTTPServerRequestImpl&>(request).socket();
    response.setKeepAlive(deliver(socket, std::move(said), how, fault, wait));
  }

private:
  std::shared_ptr<service> shared_;
  noted_request request_;
};

class api_factory : public Poco::Net::HTTPRequestHandlerFactory {
public:
  explicit api_factory(std::shared_ptr<service> shared)
    : shared_(std::move(shared)) {
  }

  // Poco calls this as soon as it has read the blank line after the head,
  // which is the last byte of a GET: with it the request has arrived.
  Poco::Net::HTTPRequestHandler*
  createRequestHandler(const HTTPServerRequest& request) override {
    const auto arrived = received_at(
      const_cast<Poco::Net::HTTPServerRequestImpl&>(
        dynamic_cast<const Poco::Net::HTTPServerRequestImpl&>(request))
        .socket());
    auto noted = shared_->counted->note(
      request.getURI(), request.clientAddress().port(), arrived);
    return new api_handler(shared_, std::move(noted)); // Poco owns it.
  }

private:
  std::shared_ptr<service> shared_;
};

} // namespace

Poco::Net::HTTPRequestHandlerFactory::Ptr
make_api(std::shared_ptr<service> shared) {
  return new api_factory(std::move(shared));
}

} // namespace racefill::sim
