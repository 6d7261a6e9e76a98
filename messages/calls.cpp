#include "messages/calls.hpp"

namespace racefill {
namespace {

bool is_json(const api_reply& reply) {
  return reply.content_type.find("json") != std::string::npos;
}

} // namespace

std::string to_string(call_kind x) {
  switch (x) {
    case call_kind::courses:
      return "courses";
    case call_kind::racecards:
      return "racecards";
    case call_kind::horse:
      return "horse";
  }
  return "unknown";
}

fault fault_of(const api_reply& reply) noexcept {
  const auto status = reply.status;
  if (status == 200)
    return fault::none;
  if (status == 429)
    return fault::rate_limited;
  if (status >= 500)
    return fault::server_error;
  if (status >= 300 && status < 400)
    return fault::redirected;
  // A client error in HTML comes from the provider's edge, not from the API:
  // it says that we are shut out for a while, nothing about the request.
  if (status >= 400 && !is_json(reply) && status != 401)
    return fault::blocked;
  switch (status) {
    case 401:
      return fault::unauthorized;
    case 404:
      return fault::not_found;
    case 422:
      return fault::invalid_request;
    default:
      return fault::http_status;
  }
}

caf::error error_of(const api_reply& reply, const std::string& what) {
  return caf::make_error(fault_of(reply),
                         what + ", status " + std::to_string(reply.status));
}

} // namespace racefill
