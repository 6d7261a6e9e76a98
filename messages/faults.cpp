#include "messages/faults.hpp"

#include <array>

#include <caf/atom.hpp>

namespace racefill {
namespace {

struct fault_traits {
  fault code;
  const char* text;
  bool transient;
};

constexpr std::array<fault_traits, 31> traits{{
  {fault::none, "none", false},
  {fault::queue_full, "queue_full", true},
  {fault::stopping, "stopping", false},
  {fault::absent, "absent", true},
  {fault::late, "late", true},
  {fault::unreachable, "unreachable", true},
  {fault::timed_out, "timed_out", true},
  {fault::broken_body, "broken_body", true},
  {fault::bad_shape, "bad_shape", true},
  {fault::rate_limited, "rate_limited", true},
  {fault::server_error, "server_error", true},
  {fault::blocked, "blocked", true},
  {fault::unauthorized, "unauthorized", false},
  {fault::not_found, "not_found", false},
  {fault::invalid_request, "invalid_request", false},
  {fault::redirected, "redirected", false},
  {fault::http_status, "http_status", false},
  {fault::tls_refused, "tls_refused", false},
  {fault::store_down, "store_down", true},
  {fault::store_busy, "store_busy", true},
  {fault::store_full, "store_full", true},
  {fault::store_readonly, "store_readonly", true},
  {fault::store_refused, "store_refused", false},
  {fault::schema_newer, "schema_newer", false},
  {fault::lease_held, "lease_held", false},
  {fault::lease_lost, "lease_lost", false},
  {fault::files_refused, "files_refused", false},
  {fault::disk_full, "disk_full", false},
  {fault::bad_settings, "bad_settings", false},
  {fault::gave_up, "gave_up", false},
  {fault::guard_tripped, "guard_tripped", false},
}};

// Must spell the category that CAF_ERROR_CODE_ENUM names in the header.
const auto fault_category = caf::atom("racefill");

const fault_traits* find(fault x) noexcept {
  for (const auto& entry : traits)
    if (entry.code == x)
      return &entry;
  return nullptr;
}

} // namespace

std::string to_string(fault x) {
  const auto* entry = find(x);
  return entry ? entry->text : "unknown";
}

bool is_transient(fault x) noexcept {
  const auto* entry = find(x);
  return entry != nullptr && entry->transient;
}

fault fault_of(const caf::error& err) noexcept {
  if (!err)
    return fault::none;
  if (err.category() == fault_category)
    return static_cast<fault>(err.code());
  return fault::absent;
}

bool is_transient(const caf::error& err) noexcept {
  return is_transient(fault_of(err));
}

std::string describe(const caf::error& err) {
  if (!err)
    return "no error";
  const auto code = fault_of(err);
  const auto own = err.category() == fault_category;
  auto text = own ? to_string(code) : caf::to_string(err);
  if (!own)
    return text;
  const auto& context = err.context();
  for (std::size_t i = 0; i < context.size(); ++i) {
    text += i == 0 ? ": " : ", ";
    if (context.match_element<std::string>(i))
      text += context.get_as<std::string>(i);
    else
      text += context.stringify(i);
  }
  return text;
}

} // namespace racefill
