/// SERVE: the background service.

#include <cstdlib>

#include "app/commands/command.hpp"
#include "app/parts.hpp"
#include "app/process/signals.hpp"
#include "app/rounds/serve_loop.hpp"
#include "infra/files/local_state_files.hpp"
#include "infra/log/log.hpp"

namespace racefill {

int serve_command(const command_context& context) {
  block_signals();
  if (const auto missing = missing_api_credentials(context.secrets);
      !missing.empty())
    return fail_with(exit_status::usage, missing);
  if (auto err = check_writable(files_of(context.conf)))
    return fail_with(err);
  server x{context, all_service_parts()};
  const int code = x.run();
  if (x.is_stuck()) {
    // Connections hang in the outside world; everything of ours is written.
    log_shutdown();
    std::_Exit(code);
  }
  return code;
}

} // namespace racefill
