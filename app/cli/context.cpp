#include "app/commands/command.hpp"

namespace racefill {

store_settings store_settings_of(const command_context& context) {
  const auto& conf = context.conf.database;
  store_settings x;
  x.url = conf.url;
  x.password = context.secrets.database_password.reveal();
  x.statement_timeout_ms = std::int64_t{conf.statement_timeout_seconds} * 1'000;
  x.lock_timeout_ms = std::int64_t{conf.lock_timeout_seconds} * 1'000;
  return x;
}

} // namespace racefill
