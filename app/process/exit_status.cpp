#include "app/process/exit_status.hpp"

#include <cstdio>

#include "infra/log/log.hpp"
#include "infra/log/log_text.hpp"
#include "messages/calls.hpp"

namespace racefill {

exit_status exit_status_of(fault x) noexcept {
  switch (x) {
    case fault::bad_settings:
      return exit_status::usage;
    case fault::store_down:
    case fault::store_busy:
    case fault::store_readonly:
    case fault::store_refused:
    case fault::schema_newer:
      return exit_status::database;
    case fault::lease_held:
    case fault::lease_lost:
      return exit_status::lease_held;
    case fault::unauthorized:
      return exit_status::unauthorized;
    case fault::gave_up:
      return exit_status::gave_up;
    case fault::files_refused:
    case fault::disk_full:
    case fault::store_full:
      return exit_status::files;
    case fault::unreachable:
    case fault::timed_out:
    case fault::tls_refused:
    case fault::blocked:
    case fault::rate_limited:
    case fault::server_error:
    case fault::redirected:
    case fault::guard_tripped:
      return exit_status::provider;
    default:
      return exit_status::left;
  }
}

std::string last_word(const caf::error& err) {
  auto text = describe(err);
  const auto code = fault_of(err);
  const bool is_refused = code == fault::unauthorized
                          || text.find(", status 40") != std::string::npos;
  if (is_refused && speaks_of_plan(text))
    text += "; the password is right, the account's plan is too small: "
            "racefill needs the provider's Pro plan";
  else if (code == fault::unauthorized)
    text += "; the API refuses the credentials: check RACING_API_USERNAME and "
            "RACING_API_PASSWORD, then run again with --resume";
  return text;
}

int fail_with(const caf::error& err) {
  return fail_with(exit_status_of(fault_of(err)), last_word(err));
}

int fail_with(exit_status status, const std::string& text) {
  log_shutdown(); // Lines of the log come before the last word.
  std::fprintf(stderr, "racefill: %s\n", escape_marks(text).c_str());
  return to_int(status);
}

} // namespace racefill
