#include "messages/work.hpp"

#include <array>

namespace racefill {
namespace {

constexpr std::array day_state_names{"pending", "running", "provisional",
                                     "done",    "empty",   "not_offered",
                                     "failed"};
constexpr std::array horse_state_names{"pending", "done", "not_found",
                                       "failed"};

template <class Enum, std::size_t N>
caf::optional<Enum>
parse_state(const std::array<const char*, N>& names, const std::string& text) {
  for (std::size_t i = 0; i < N; ++i)
    if (text == names[i])
      return static_cast<Enum>(i);
  return caf::none;
}

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

std::string to_string(day_state x) {
  const auto index = static_cast<std::size_t>(x);
  return index < day_state_names.size() ? day_state_names[index] : "unknown";
}

caf::optional<day_state> parse_day_state(const std::string& text) {
  return parse_state<day_state>(day_state_names, text);
}

std::string to_string(horse_state x) {
  const auto index = static_cast<std::size_t>(x);
  return index < horse_state_names.size() ? horse_state_names[index]
                                          : "unknown";
}

caf::optional<horse_state> parse_horse_state(const std::string& text) {
  return parse_state<horse_state>(horse_state_names, text);
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
