/// COMMAND: what every command gets, and the list of them.
#pragma once

#include "app/cli/context.hpp"
#include "app/process/exit_status.hpp"

namespace racefill {

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
