#include "app/simulator/control.hpp"

#include <istream>
#include <ostream>
#include <stdexcept>

#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerResponse.h>

#include "app/simulator/json_text.hpp"

namespace racefill::sim {
namespace {

using Poco::Net::HTTPServerRequest;
using Poco::Net::HTTPServerResponse;

void send(HTTPServerResponse& to, int status, const std::string& body) {
  to.setStatusAndReason(static_cast<HTTPServerResponse::HTTPStatus>(status));
  to.setContentType("application/json");
  to.sendBuffer(body.data(), body.size());
}

// Reads all rules before any is put in force: a bad line changes nothing.
void add_rules(std::istream& from, traffic& to) {
  constexpr std::size_t rules_max = 1000;
  std::vector<fault_rule> rules;
  std::string line;
  while (std::getline(from, line) && rules.size() < rules_max) {
    if (!line.empty() && line.back() == '\r')
      line.pop_back();
    if (!line.empty())
      rules.push_back(parse_fault(line));
  }
  for (auto& rule : rules)
    to.add_fault(std::move(rule));
}

class control_handler : public Poco::Net::HTTPRequestHandler {
public:
  explicit control_handler(std::shared_ptr<traffic> counted)
    : counted_(std::move(counted)) {
  }

  void handleRequest(HTTPServerRequest& request,
                     HTTPServerResponse& response) override {
    const auto& path = request.getURI();
    const auto& method = request.getMethod();
    if (path == "/sim/stats" && method == "GET")
      return send(response, 200, to_json(counted_->stats()) + "\n");
    if (path != "/sim/faults")
      return send(response, 404, "{\"error\":\"unknown path\"}\n");
    try {
      if (method == "POST")
        add_rules(request.stream(), *counted_);
      else if (method == "DELETE")
        counted_->clear_faults();
      else if (method != "GET")
        return send(response, 405, "{\"error\":\"GET, POST or DELETE\"}\n");
    } catch (const std::invalid_argument& e) {
      std::string body;
      json_writer json{body};
      json.open('{');
      json.member("error", e.what());
      json.close('}');
      return send(response, 400, body + "\n");
    }
    std::string body;
    json_writer json{body};
    json.open('[');
    for (const auto& text : counted_->faults())
      json.text(text);
    json.close(']');
    send(response, 200, body + "\n");
  }

private:
  std::shared_ptr<traffic> counted_;
};

class control_factory : public Poco::Net::HTTPRequestHandlerFactory {
public:
  explicit control_factory(std::shared_ptr<traffic> counted)
    : counted_(std::move(counted)) {
  }

  Poco::Net::HTTPRequestHandler*
  createRequestHandler(const HTTPServerRequest&) override {
    return new control_handler(counted_); // Poco owns it.
  }

private:
  std::shared_ptr<traffic> counted_;
};

} // namespace

Poco::Net::HTTPRequestHandlerFactory::Ptr
make_control(std::shared_ptr<traffic> counted) {
  return new control_factory(std::move(counted));
}

} // namespace racefill::sim
