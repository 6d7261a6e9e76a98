/// COMMAND: what every command gets, and the list of them.
#pragma once

#include <memory>

#include <caf/expected.hpp>

#include "app/cli/cli.hpp"
#include "app/config/config.hpp"
#include "app/config/credentials.hpp"
#include "app/process/exit_status.hpp"
#include "infra/store/sql_store.hpp"
#include "infra/store/store_settings.hpp"

namespace racefill {

/// A command line with everything that was read for it, all valid.
struct command_context {
  invocation call;
  environment env;
  settings conf;
  credentials secrets;
};

/// The store's settings as conf/ and credentials have them.
store_settings store_settings_of(const command_context& context);

/// Each returns the exit status; each prints its own results to stdout and
/// one line to stderr when it fails.
int run_command(const command_context& context);
int serve_command(const command_context& context);
int monitor_command(const command_context& context);
int ctl_command(const command_context& context);
int plan_command(const command_context& context);
int analyze_command(const command_context& context);
int validate_command(const command_context& context);
int calendar_command(const command_context& context);
int explain_command(const command_context& context);
int maintain_command(const command_context& context);
int report_command(const command_context& context);
int migrate_command(const command_context& context);
int check_config_command(const command_context& context);

/// Reads log files alone: no conf, no credentials.
int verify_gate_command(const invocation& call);

} // namespace racefill
